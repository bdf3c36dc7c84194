"""Measure what `%%track` adds to a cell, in a real kernel, from the request to the moment when it rests.

    .venv/bin/python tests/benchmarks/cells.py [--rounds N] [--seconds S] [--json PATH]

The same cell runs bare and tracked in turn. Of the training loops, whose turns give two curves a point each, it also
shows the processor time of all threads of the kernel, which other programs disturb less.
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
LOOP = """
_began = time.process_time()
rate, turns = 0.1, {turns}
w = A[0].copy()
for i in range(turns):
    for _ in range({work}):
        g = A @ w
    w = w - rate * g / np.abs(g).max()
    loss = float(np.dot(w, w))
    error = float(np.abs(w).sum())
_spent = time.process_time() - _began
"""
SETUP = (
    "%load_ext nbtrack\nimport math, time\nimport numpy as np, matplotlib.pyplot as plt\nA = np.random.rand(120, 120)"
)


def timed(kernel: Kernel, cell: str) -> float:
    """Run a cell and return the seconds that it took."""
    began = time.perf_counter()
    done = kernel.run(cell)
    assert done.reply["status"] == "ok", done
    return time.perf_counter() - began


def short(kernel: Kernel, rounds: int) -> list[dict]:
    """Measure cells that take next to no time."""
    rows = []
    for name, cell in (("an empty cell", EMPTY), ("a cell of 4 lines", SMALL), ("a cell with a figure", FIGURE)):
        heads = {"bare": "", "quiet": "%%track --quiet\n", "tracked": "%%track\n"}
        found: dict[str, list[float]] = {each: [] for each in heads}
        for _ in range(rounds):
            for each, head in heads.items():
                found[each].append(timed(kernel, head + cell) * 1000)
        medians = {each: statistics.median(samples) for each, samples in found.items()}
        rows.append({"what": name, "unit": "ms", **medians, "added": medians["tracked"] - medians["bare"]})
    return rows


def long(kernel: Kernel, rounds: int, seconds: float, work: int) -> list[dict]:
    """Measure a training loop of so much work in each turn, and what is added to it."""
    tried = 400_000 // work
    kernel.run(LOOP.format(turns=tried, work=work))
    turns = int(tried * seconds / timed(kernel, LOOP.format(turns=tried, work=work)))
    wall: dict[str, list[float]] = {"bare": [], "tracked": []}
    spent: dict[str, list[float]] = {"bare": [], "tracked": []}
    for _ in range(rounds):
        for each, head in (("bare", ""), ("tracked", "%%track\n")):
            wall[each].append(timed(kernel, head + LOOP.format(turns=turns, work=work)))
            spent[each].append(float(kernel.run("print(_spent)").text))
    each = 1e6 * statistics.median(wall["bare"]) / turns
    return [
        _compared(f"a loop of {turns:,} turns of {each:,.0f} µs, {what}", found)
        for what, found in (("wall", wall), ("processor", spent))
    ]


def _compared(what: str, found: dict[str, list[float]]) -> dict:
    medians = {each: statistics.median(samples) for each, samples in found.items()}
    ratios = [tracked / bare for bare, tracked in zip(found["bare"], found["tracked"], strict=True)]
    return {"what": what, "unit": "s", **medians, "ratio": statistics.median(ratios)}


def main() -> None:
    """Measure, print, write."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=15, help="how often each cell is run")
    words.add_argument("--seconds", type=float, default=10, help="how long the bare loop is to take")
    words.add_argument("--json", type=Path, help="write the rows to this file")
    options = words.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        kernel = Kernel(Path(folder))
        try:
            kernel.run(SETUP)
            rows = short(kernel, options.rounds)
            for work in (600, 24):
                rows += long(kernel, max(1, options.rounds // 3), options.seconds, work)
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
