"""Prints what a tracked loop costs per iteration, and what planning a cell costs. Never fails.

Run it with the repository on the path: ``PYTHONPATH=. python tests/capture/benchmarks/hook.py``.
"""

from __future__ import annotations

import ast
import gc
import statistics
import time

from nbtrack.capture import NotebookHistory, plan

N = 200_000
ROUNDS = 9
LOOPS = {
    "no metric in the loop": "for i in range(N):\n    k = i * 2\n",
    "one metric": "for i in range(N):\n    v = f(i)\n",
    "two metrics": "for i in range(N):\n    v = f(i)\n    u = f(i)\n",
    "three metrics": "for i in range(N):\n    v = f(i)\n    u = f(i)\n    t = f(i)\n",
    "one metric, while": "i = 0\nwhile i < N:\n    v = f(i)\n    i += 1\n",
    "one metric, over a list": "for x in xs:\n    v = f(x)\n",
    "one metric, second loop": "for i in range(9):\n    v = f(i)\nfor i in range(N):\n    v = f(i)\n",
    "a metric never bound": "for i in range(N):\n    if i < 0:\n        v = f(i)\n",
    "a metric every 100th time": "for i in range(N):\n    if i % 100 == 0:\n        v = f(i)\n",
    "a list of nameless values": "found = []\nfor i in range(N):\n    found.append(f(i))\n",
    "two metrics in a function": "def train(n):\n    for i in range(n):\n        loss = f(i)\n        acc = f(i)\ntrain(N)\n",
    "a function called in a loop": "def step(i):\n    loss = f(i)\n    return loss\nfor i in range(N):\n    step(i)\n",
    "two metrics in a called loop": "def step(i):\n    for _ in range(3):\n        loss = f(i)\n        acc = f(i)\nfor i in range(N):\n    step(i)\n",
    "two of numpy in a called loop": "import numpy as np\ndef step(i):\n    for _ in range(3):\n        loss = np.float64(i)\n        acc = np.float64(i)\nfor i in range(N):\n    step(i)\n",
    "a helper called in a loop": "def half(i):\n    return f(i) / 2\nfor i in range(N):\n    v = half(i)\n",
}
TRAINER = """
class Net:
    def __init__(self, data, width):
        self.data, self.width = data, width
    def step(self, lr):
        return lr / self.width

def train(model, epochs, lr):
    history = {"loss": [], "acc": []}
    for epoch in range(epochs):
        total = 0.0
        for batch in range(10):
            total += model.step(lr)
        history["loss"].append(total / 10)
        history["acc"].append(1 - total / 10)
        print(f"epoch {epoch}: loss {total / 10:.3f}")
    return history
"""
FUNCTIONS = """
def help{0}(model, lr=0.1):
    for epoch in range(3):
        loss = half{0}(model.step(lr))
        print(loss)
def half{0}(x):
    return x / 2
"""
TRAINING = """EPOCHS, lr = 5, 0.01
history = train(model, EPOCHS, lr)
best = max(history["acc"])
print(f"best {best:.3f} after {EPOCHS} epochs")
"""
STEP = "for i in range(N // 20):\n    v = f(i)\n    u = f(i)\n    k = sum(range(6000))\n"


def _seconds(code, *, hooked):
    names = {"N": N, "f": float, "xs": [str(i) for i in range(N)]}
    tree = ast.parse(code)
    made = plan(tree, NotebookHistory())
    probe = made.probe(names)
    names["hooks"] = probe.hooks
    compiled = compile(made.instrument(tree, "hooks") if hooked else tree, "<cell>", "exec")
    probe.enter()
    gc.collect()
    started = time.perf_counter()
    exec(compiled, names)
    seconds = time.perf_counter() - started
    points = sum(len(one.steps) for one in probe.leave().columns)
    return seconds, points


def _pairs(code):
    """Return the seconds of bare and tracked runs that took turns, and the points of a tracked one."""
    pairs = [(_seconds(code, hooked=False), _seconds(code, hooked=True)) for _ in range(ROUNDS)]
    return [bare for (bare, _), _ in pairs], [tracked for _, (tracked, _) in pairs], pairs[0][1][1]


def _loops():
    for title, code in LOOPS.items():
        bare, tracked, points = _pairs(code)
        cost = statistics.median(b - a for a, b in zip(bare, tracked, strict=True)) / N * 1e6
        print(f"{title:30} {cost:6.3f} µs per iteration, {points / N:.2f} points each")
    bare, tracked, points = _pairs(STEP)
    each = statistics.median(bare) / (N // 20) * 1e6
    share = statistics.median(b / a for a, b in zip(bare, tracked, strict=True)) - 1
    print(f"iterations of {each:.0f} µs with two metrics take {share:+.2%}")


def _plans():
    body = "lr = 0.1\nfor epoch in range(10):\n    for x in data:\n        loss = f(x)\n        total += loss\n    acc = total / 3\n"
    for copies in (1, 10, 40):
        _plan(f"plan of {len((body * copies).splitlines()):4} lines", body * copies, NotebookHistory())
    history = NotebookHistory()
    for number in range(60):
        history.learn(ast.parse(f"x{number} = load(x{number - 1}, size={number})\nprint(x{number}.shape)\n"))
    history.learn(ast.parse(TRAINER))
    _plan("plan of a training cell after 60 cells", "model = Net(x59, 64)\n" + TRAINING, history)
    for number in range(250):
        history.learn(ast.parse(FUNCTIONS.format(number)))
    _plan("the same after 500 functions", "model = Net(x59, 64)\nhelp7(model)\n" + TRAINING, history)


def _plan(title, code, history):
    """Print what a plan costs that is not the first of its cell, compared with reading and compiling the cell."""
    planned, compiled = [], []
    for _ in range(ROUNDS):
        started = time.process_time()
        tree = ast.parse(code)
        compile(tree, "<cell>", "exec")
        read = time.process_time()
        plan(tree, history)
        planned.append(time.process_time() - read)
        compiled.append(read - started)
    cost, ratio = statistics.median(planned), statistics.median(planned) / statistics.median(compiled)
    print(f"{title:40} {1000 * cost:6.1f} ms, {ratio:.1f} times ast.parse and compile")


if __name__ == "__main__":
    _loops()
    _plans()
