"""The run-time half: draining, failing, redacting, and never raising into the cell."""

# cells are written as people write them

from __future__ import annotations

import ast
import itertools
import math
import sys
import threading
import time
import traceback

import pytest
from cell_runner import see

import nbtrack.capture
from nbtrack.capture import NotebookHistory, plan
from nbtrack.capture.runtime.loop_nesting import LoopNesting

LOOP = "import math\nfor i in range(5):\n    loss = math.exp(-i)\n"


def started(code, namespace=None, **options):
    tree = ast.parse(code)
    made = plan(tree, NotebookHistory())
    names = {} if namespace is None else namespace
    clock = itertools.count(1000)
    probe = made.probe(names, clock=lambda: next(clock), **options)
    names["hook"] = probe.hooks
    return probe, names, made.instrument(tree, "hook")


def test_the_public_names():
    assert set(nbtrack.capture.__all__) == {
        "Fact",
        "Facts",
        "NotebookHistory",
        "PassedOver",
        "Plan",
        "Points",
        "Probe",
        "plan",
    }


def test_taken_points_do_not_come_again():
    probe, names, tree = started(LOOP)
    probe.enter()
    exec(compile(tree, "<cell>", "exec"), names)
    (taken,) = probe.take()
    assert taken.key == "loss"
    assert taken.steps == [0, 1, 2, 3, 4]
    assert taken.timestamps == [1000, 1001, 1002, 1003, 1004]
    assert taken.values[0] == 1.0
    facts = probe.leave()
    assert facts.columns == []
    assert facts.curves == {"loss"}
    assert facts.metrics[0][:3] == ("loss", taken.values[-1], "K1")


def test_the_clock_of_the_system_is_read_in_milliseconds():
    tree, names = ast.parse(LOOP), {}
    made = plan(tree, NotebookHistory())
    probe = made.probe(names)
    names["hook"] = probe.hooks
    before = time.time_ns() // 1_000_000
    exec(compile(made.instrument(tree, "hook"), "<cell>", "exec"), names)
    after = time.time_ns() // 1_000_000
    (taken,) = probe.take()
    assert before <= taken.timestamps[0] <= taken.timestamps[-1] <= after


def test_taking_in_another_thread_loses_nothing():
    probe, names, tree = started(
        "import math\nfor i in range(50000):\n    loss = math.exp(-i)\n    acc = math.cos(i)\n"
    )
    found, done = [], threading.Event()

    def take():
        while not done.is_set():
            found.extend(probe.take())

    before, thread = sys.getswitchinterval(), threading.Thread(target=take)
    sys.setswitchinterval(1e-6)
    thread.start()
    probe.enter()
    exec(compile(tree, "<cell>", "exec"), names)
    done.set()
    thread.join()
    sys.setswitchinterval(before)
    found.extend(probe.leave().columns)
    for key, function in (("loss", lambda i: math.exp(-i)), ("acc", math.cos)):
        parts = [one for one in found if one.key == key]
        assert [step for one in parts for step in one.steps] == list(range(50000))
        assert [value for one in parts for value in one.values] == [function(i) for i in range(50000)]
        assert all(len(one.steps) == len(one.timestamps) == len(one.values) for one in parts)


class Alarm(Exception):
    pass


@pytest.mark.parametrize("error", [KeyboardInterrupt, Alarm])
def test_what_a_signal_raises_in_a_hook_is_raised_by_the_cell(error):
    calls = iter(range(3))

    def clock():
        if next(calls) == 2:
            raise error
        return 1

    tree, names = ast.parse(LOOP), {}
    made = plan(tree, NotebookHistory())
    probe = made.probe(names, clock=clock)
    names["hook"] = probe.hooks
    probe.enter()
    with pytest.raises(error) as caught:
        exec(compile(made.instrument(tree, "hook"), "<cell>", "exec"), names)
    assert [(frame.name, frame.lineno) for frame in traceback.extract_tb(caught.value.__traceback__)[1:]] == [
        ("<module>", 2)
    ]
    assert names["i"] == 2
    calls = itertools.repeat(1)
    (taken,) = probe.leave(failed=True).columns
    assert (taken.steps, taken.values) == ([0, 1, 2], [1.0, math.exp(-1), math.exp(-2)])


def test_an_interrupt_on_leaving_a_loop_is_raised_in_place_of_its_error():
    history, names = NotebookHistory(), {}
    setup = "def train(n):\n    for i in range(n):\n        loss = i / 7\n        print(loss)\n    return loss"
    history.learn(ast.parse(setup))
    exec(setup, names)
    tree = ast.parse("try:\n    for n in [1, 2]:\n        train(n)\n        1 / 0\nexcept ZeroDivisionError:\n    pass")
    made = plan(tree, history)
    probe = made.probe(names)
    names["hook"] = probe.hooks
    code = compile(made.instrument(tree, "hook"), "<cell>", "exec")

    def interrupt(frame, event, _):
        if frame.f_code is LoopNesting.leave.__code__ and sys.exc_info()[0]:
            raise KeyboardInterrupt

    probe.enter()
    before = sys.gettrace()
    sys.settrace(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            exec(code, names)
    finally:
        sys.settrace(before)
        probe.restore()
    assert isinstance(caught.value.__context__, ZeroDivisionError)
    frames = [(frame.name, frame.lineno) for frame in traceback.extract_tb(caught.value.__traceback__)[1:]]
    assert frames == [("<module>", 2)]


def test_what_is_only_displayed_is_no_parameter_while_the_cell_runs_either():
    setup = "colors = ['r', 'b']\nlr = 0.1"
    cell = """
import math
import matplotlib.pyplot as plt
linestyles, digits, rate = ["-", "--"], 3, 0.5
for style in linestyles:
    loss = math.exp(-rate * lr)
    plt.vlines([0, 1], 0, loss, colors=colors, linestyles=style)
    print(round(loss, digits))
    look()
"""
    history, early = NotebookHistory(), []
    history.learn(ast.parse(setup))
    names = {"look": lambda: early.append({fact.key for fact in probe.early_params()})}
    exec(setup, names)
    tree = ast.parse(cell)
    made = plan(tree, history)
    probe = made.probe(names)
    names["hook"] = probe.hooks
    probe.enter()
    exec(compile(made.instrument(tree, "hook"), "<cell>", "exec"), names)
    assert early == [{"lr", "rate"}] * 2
    assert {fact.key for fact in probe.leave().params} == early[0]


def test_a_hook_never_raises_an_error_of_its_own():
    probe, _, _ = started(LOOP)
    del probe._recorder._marked, probe._recorder._waiting
    assert probe.hooks[0]() is False
    assert probe.leave().problems == ["AttributeError while the cell ran", "AttributeError at the end"]


def test_leaving_without_entering_is_harmless():
    probe, names, tree = started("lr = 0.1\nx = len(str(lr)) / 7 + lr")
    exec(compile(tree, "<cell>", "exec"), names)
    assert [fact.key for fact in probe.leave().params] == ["lr"]


def test_a_broken_namespace_breaks_nothing():
    class Broken(dict):
        def get(self, *_args):
            raise RuntimeError

        __contains__ = get

    probe, names, tree = started(LOOP, Broken())
    probe.enter()
    exec(compile(tree, "<cell>", "exec"), names)
    facts = probe.leave()
    assert facts.metrics == []
    assert facts.problems


def test_redaction_of_inferred_parameters():
    probe, names, tree = started(
        "api_key = 'abc'\nlr = .1\nx = len(api_key) / 7 + lr",
        redact=lambda key, value: "***" if "key" in key else value,
    )
    probe.enter()
    exec(compile(tree, "<cell>", "exec"), names)
    assert {fact.key: fact.value for fact in probe.leave().params} == {"api_key": "***", "lr": 0.1}


def test_a_failing_redaction_lets_nothing_out():
    def redact(key, value):
        raise RuntimeError

    probe, names, tree = started("a = 1\nx = len('a') / a + a", redact=redact)
    probe.enter()
    exec(compile(tree, "<cell>", "exec"), names)
    assert [fact.value for fact in probe.leave().params] == ["***"]


def test_the_result_that_the_caller_saw_is_used():
    probe, _, _ = started("import math\nmath.sqrt(2)")
    probe.enter()
    assert [fact[:3] for fact in probe.leave(1.4142).metrics] == [("sqrt", 1.4142, "M2")]
    probe, _, _ = started("import math\nmath.sqrt(2)")
    probe.enter()
    assert probe.leave().metrics == []


def test_facts_say_where_they_come_from():
    seen = see("\nlr = 0.1\nimport math\nacc = math.cos(lr)\nprint(math.sin(lr))")
    assert [(one.key, one.rule, one.line) for one in seen.ran.facts.params] == [("lr", "P1", 2)]
    assert [(one.key, one.rule, one.line) for one in seen.ran.facts.metrics] == [("acc", "M1", 4), ("sin", "M2", 5)]


def test_models_of_a_former_run_are_not_kept_alive():
    import gc
    import weakref

    class Model:
        pass

    names = {"model": Model(), "make": Model, "loss": Model()}
    gone = [weakref.ref(names["model"]), weakref.ref(names["loss"])]
    probe, names, tree = started("for i in range(2):\n    loss = make()\nmodel = make()", names)
    probe.enter()
    exec(compile(tree, "<cell>", "exec"), names)
    gc.collect()
    assert [ref() for ref in gone] == [None, None]


def test_the_package_is_light_and_pure():
    heavy = {"numpy", "pandas", "IPython", "dataclasses", "asyncio", "sqlite3"}
    code = "import sys; sys.path[:0] = sys.argv[1:]; before = set(sys.modules); import nbtrack.capture; print(*(set(sys.modules) - before))"
    import subprocess

    ran = subprocess.run([sys.executable, "-S", "-c", code, *sys.path], capture_output=True, text=True, check=True)
    assert not heavy & set(ran.stdout.split())


def test_deeply_nested_code_is_given_up_quietly():
    tree = ast.parse("lr = 1")
    node = ast.Constant(1)
    for _ in range(5000):
        node = ast.BinOp(node, ast.Add(), ast.Constant(1))
    tree.body[0].value = node
    made = plan(tree, NotebookHistory())
    assert made.instrument(tree, "hook") is tree


@pytest.mark.parametrize(
    "code",
    [
        "",
        "pass",
        "x: int",
        "global y",
        "def f():\n    yield\n",
        "class A:\n    x = 1\n",
        "del_ = 1; del del_",
        "x = y = lambda: (yield)",
        "import os.path as p",
    ],
)
def test_any_cell_can_be_planned(code):
    see(code)
