"""Prints what a tracked loop costs per iteration, and what planning a cell costs. Never fails.

Run it with the repository on the path: ``PYTHONPATH=. python tests/lineage/benchmarks/hook.py``.
"""

from __future__ import annotations

import ast
import time

from nbtrack.lineage import Notebook, plan

N = 300_000
LOOPS = {
    "no metric in the loop": "for i in range(N):\n    k = i * 2\n",
    "one metric": "for i in range(N):\n    v = f(i)\n",
    "three metrics": "for i in range(N):\n    v = f(i)\n    u = f(i)\n    t = f(i)\n",
    "a metric never bound": "for i in range(N):\n    if i < 0:\n        v = f(i)\n",
    "a metric every 100th time": "for i in range(N):\n    if i % 100 == 0:\n        v = f(i)\n",
    "a list of nameless values": "xs = []\nfor i in range(N):\n    xs.append(f(i))\n",
}


def _seconds(code, hooked):
    names = {"N": N, "f": float}
    tree = ast.parse(code)
    made = plan(tree, Notebook())
    probe = names["hook"] = made.probe(names, clock=lambda: int(time.time() * 1000))
    compiled = compile(made.instrument(tree, "hook") if hooked else tree, "<cell>", "exec")
    probe.enter()
    started = time.perf_counter()
    exec(compiled, names)
    seconds = time.perf_counter() - started
    return seconds, len(probe.drain())


def _loops():
    for title, code in LOOPS.items():
        bare = min(_seconds(code, hooked=False)[0] for _ in range(3))
        tracked, points = min(_seconds(code, hooked=True) for _ in range(3))
        cost = (tracked - bare) / N * 1e6
        print(f"{title:28} {cost:6.3f} µs per iteration, {points / N:.2f} points each")


def _plans():
    body = "lr = 0.1\nfor epoch in range(10):\n    for x in data:\n        loss = f(x)\n        total += loss\n    acc = total / 3\n"
    for copies in (1, 10, 40):
        tree = ast.parse(body * copies)
        started = time.perf_counter()
        plan(tree, Notebook())
        print(f"plan of {len((body * copies).splitlines()):4} lines {1000 * (time.perf_counter() - started):8.1f} ms")


if __name__ == "__main__":
    _loops()
    _plans()
