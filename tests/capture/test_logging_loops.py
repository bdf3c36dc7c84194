"""Loops that log explicitly: they are counted, and can be stopped and paused like those that give curves."""

from __future__ import annotations

import ast

import pytest

from nbtrack.capture import NotebookHistory, plan

STEP = "def step(i):\n    log_metric('loss', 1 / (i + 1), step=i)\n"
NESTED = "for fold in range(2):\n    for i in range(3):\n        log_metric('loss', i)\n"


class Logged(list):
    """Takes the place of the function that logs."""

    def __call__(self, *point, **_):
        self.append(point)


def ran(code, earlier="", *, stop_after=None):
    """Run a cell with its hooks; return its probe, and what it logged."""
    notebook, logged = NotebookHistory(), Logged()
    notebook.learn(ast.parse(earlier), earlier)
    names = {"log_metric": logged, "run": type("Run", (), {"log_metrics": lambda _, *point: logged.append(point)})()}
    exec(earlier, names)
    tree = ast.parse(code)
    made = plan(tree, notebook)
    probe = made.probe(names)
    names["hook"] = probe.hooks
    names["stop"] = lambda: len(logged) == stop_after and probe.control.stop()
    probe.enter()
    exec(compile(made.instrument(tree, "hook"), "<cell>", "exec"), names)
    return probe, logged


@pytest.mark.parametrize(
    ("code", "turns"),
    [
        ("for i in range(4):\n    log_metric('loss', i)", 4),
        ("for i in range(4):\n    if i % 2: continue\n    run.log_metrics({'loss': i})", 4),
        ("if True:\n    for i in range(4):\n        step(i)", 4),
        (NESTED, 2),
        ("i = 0\nwhile i < 3:\n    i += 1\n    log_metric('loss', i)", None),
    ],
)
def test_they_are_counted(code, turns):
    probe, _ = ran(code, STEP)
    assert probe.can_stop
    assert probe.turns() == turns
    assert probe.done() == (turns or 3)


@pytest.mark.parametrize(
    "code",
    [
        "for i in range(4):\n    print(i, end='')",
        "def later():\n    for i in range(4):\n        log_metric('loss', i)",
        "for i in range(4):\n    def later(): log_metric('loss', i)",
        "for i in range(4):\n    pass\nelse:\n    log_metric('loss', 1)",
    ],
)
def test_others_are_left_alone(code):
    probe, _ = ran(code, STEP)
    assert not probe.can_stop
    assert probe.done() is None


def test_loops_that_give_curves_tell_by_themselves():
    probe, logged = ran("import math\nfor i in range(4):\n    loss = math.exp(-i)\n    log_metric('loss', loss)")
    assert (probe.turns(), probe.done(), len(logged)) == (4, None, 4)
    (points,) = probe.take()
    assert points.steps == [0, 1, 2, 3]


def test_stop_leaves_all_of_them():
    _, logged = ran(NESTED + "        stop()\n    log_metric('fold', fold)\nlog_metric('after', 1)", stop_after=2)
    assert logged == [("loss", 0), ("loss", 1), ("fold", 0), ("after", 1)]
