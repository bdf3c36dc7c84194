"""Measure what `%%track` adds to a cell, in a real kernel, from the request to the moment when it rests.

    .venv/bin/python tests/benchmarks/cells.py [--rounds N] [--seconds S] [--only WORD] [--json PATH]

The same cell runs bare and tracked in turn. Of what takes long, it also shows the processor time of all threads of the
kernel, which other programs disturb less: a cell of 60 figures; training loops whose turns give two curves a point
each, in the cell itself, in a function that it calls, and in functions that each turn calls, of which one has a loop
of its own; and a loop whose turns train a model a little further.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import machine

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))
from kernels import Kernel

EMPTY = "pass"
SMALL = "depth = 3\nfor epoch in range(5):\n    loss = math.exp(-depth * epoch)\nprint(loss)"
FIGURE = "plt.figure(figsize=(4, 2)); plt.plot([1, 3, 2]);"
FIT = """
X, y = np.random.rand(150, 4), np.arange(150) % 3
model = DecisionTreeClassifier(max_depth=3).fit(X, y)
score = model.score(X, y)
print(score)
"""
FIGURES = """
for number in range(60):
    plt.figure(figsize=(4, 2))
    plt.plot([1, 3, 2, number])
    plt.show()
"""
STEP = """
    for _ in range({work}):
        g = A @ w
    w = w - rate * g / np.abs(g).max()
    loss = float(np.dot(w, w))
    error = float(np.abs(w).sum())
"""
LOOP = "rate = 0.1\nw = A[0].copy()\nfor i in range({turns}):" + STEP
TRAIN = "def train(w, rate, turns):\n    for i in range(turns):" + STEP.replace("\n", "\n    ")
CALL = "rate = 0.1\ntrain(A[0].copy(), rate, {turns})"
TURN = "def turn(w, rate):" + STEP + "    return w"
TURNS = "rate = 0.1\nw = A[0].copy()\nfor i in range({turns}):\n    w = turn(w, rate)"
BATCHES = TURN.replace(STEP, "\n    for batch in range(3):" + STEP.replace("\n", "\n    ").replace("{work}", "{third}"))
PARTIAL = """
model = SGDClassifier(alpha=0.001)
for i in range({turns}):
    model.partial_fit(X[:20], y[:20], classes=[0, 1, 2])
"""
LOOPS = {
    "": ("", LOOP),
    " in a function": (TRAIN, CALL),
    " that call a function": (TURN, TURNS),
    " that call a function with a loop": (BATCHES, TURNS),
}
"""Where the turns are: what is defined before, and the cell."""
SETUP = """
%load_ext nbtrack
import math, time
import numpy as np, matplotlib.pyplot as plt
from sklearn.linear_model import SGDClassifier
from sklearn.tree import DecisionTreeClassifier
A = np.random.rand(120, 120)
X, y = np.random.rand(150, 4), np.arange(150) % 3
"""
HEADS = {"bare": "", "tracked": "%%track\n"}


def timed(kernel: Kernel, cell: str) -> float:
    """Run a cell and return the seconds that it took."""
    began = time.perf_counter()
    done = kernel.run(cell)
    assert done.reply["status"] == "ok", done
    return time.perf_counter() - began


def short(kernel: Kernel, rounds: int) -> list[dict]:
    """Measure cells that take next to no time."""
    cells = {
        "an empty cell": EMPTY,
        "a cell of 4 lines": SMALL,
        "a cell that fits": FIT,
        "a cell with a figure": FIGURE,
    }
    rows = []
    for name, cell in cells.items():
        heads = {"bare": "", "quiet": "%%track --quiet\n", "tracked": "%%track\n"}
        found: dict[str, list[float]] = {each: [] for each in heads}
        for _ in range(rounds):
            for each, head in heads.items():
                found[each].append(timed(kernel, head + cell) * 1000)
        medians = {each: statistics.median(samples) for each, samples in found.items()}
        added = [tracked - medians["bare"] for tracked in found["tracked"]]
        ninth = statistics.quantiles(added, n=10)[-1]
        rows.append({"what": name, "unit": "ms", **medians, "added": statistics.median(added), "added, p90": ninth})
    return rows


def long(kernel: Kernel, rounds: int, what: str, cell: str) -> list[dict]:
    """Measure what is added to a cell that takes long."""
    wall: dict[str, list[float]] = {each: [] for each in HEADS}
    spent: dict[str, list[float]] = {each: [] for each in HEADS}
    for number in range(rounds):
        # The garbage of two runs is collected in every second one: in each order it falls to another.
        for each in [*HEADS][:: 1 if number % 2 else -1]:
            kernel.run("_began = time.process_time()")
            wall[each].append(timed(kernel, HEADS[each] + cell))
            spent[each].append(float(kernel.run("print(time.process_time() - _began)").text))
    return [_compared(f"{what}, wall", wall), _compared(f"{what}, processor", spent)]


def loops(kernel: Kernel, rounds: int, seconds: float, work: int) -> list[dict]:
    """Measure training loops of so much work in each turn."""
    rows = []
    for where, (defined, cell) in LOOPS.items():
        kernel.run(defined.format(work=work, third=work // 3))
        tried = 40_000 // work
        once = timed(kernel, cell.format(turns=tried, work=work)) / tried
        turns = int(seconds / once)
        what = f"a loop of {turns:,} turns of {once * 1e6:,.0f} µs{where}"
        rows += long(kernel, rounds, what, cell.format(turns=turns, work=work))
    return rows


def measured(kernel: Kernel, rounds: int, seconds: float, only: str) -> list[dict]:
    """Measure the subjects whose name has a word in it."""
    few = max(1, rounds // 3)
    subjects = {
        "short": lambda: short(kernel, rounds),
        "figures": lambda: long(kernel, few, "a cell of 60 figures", FIGURES),
        "long turns": lambda: loops(kernel, few, seconds, 600),
        "short turns": lambda: loops(kernel, few, seconds, 24),
        "partial": lambda: long(kernel, few, "10,000 calls of partial_fit", PARTIAL.format(turns=10_000)),
    }
    return [row for name, measure in subjects.items() if only in name for row in measure()]


def _compared(what: str, found: dict[str, list[float]]) -> dict:
    medians = {each: statistics.median(samples) for each, samples in found.items()}
    ratios = [tracked / bare for bare, tracked in zip(found["bare"], found["tracked"], strict=True)]
    return {"what": what, "unit": "s", **medians, "ratio": statistics.median(ratios)}


def main() -> None:
    """Measure, print, write."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=15, help="how often each cell is run")
    words.add_argument("--seconds", type=float, default=10, help="how long the bare loop is to take")
    words.add_argument(
        "--only", default="", help="a word in the name of what is measured: short, figures, turns, partial"
    )
    words.add_argument("--json", type=Path, help="write the rows to this file")
    options = words.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        kernel = Kernel(Path(folder))
        try:
            kernel.run(SETUP)
            rows = measured(kernel, options.rounds, options.seconds, options.only)
        finally:
            kernel.stop()
    print(machine.line(machine.described(None)))
    for row in rows:
        figures = ", ".join(f"{key} {value:.3f}" for key, value in row.items() if key not in {"what", "unit"})
        print(f"{row['what']}: {figures} ({row['unit']})")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
