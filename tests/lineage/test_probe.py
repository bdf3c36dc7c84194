"""The run-time half: draining, failing, redacting, and never raising into the cell."""

# cells are written as people write them

from __future__ import annotations

import ast
import itertools
import sys
import threading

import pytest
from bench import see

import nbtrack.lineage as face
from nbtrack.lineage import Notebook, plan

LOOP = "import math\nfor i in range(5):\n    loss = math.exp(-i)\n"


def started(code, namespace=None, **options):
    tree = ast.parse(code)
    made = plan(tree, Notebook())
    names = {} if namespace is None else namespace
    clock = itertools.count(1000)
    probe = made.probe(names, clock=lambda: next(clock), **options)
    names["hook"] = probe
    return probe, names, made.instrument(tree, "hook")


def test_the_face():
    assert set(face.__all__) == {"Fact", "Facts", "Notebook", "Plan", "Point", "Probe", "plan"}


def test_drained_points_do_not_come_again():
    probe, names, tree = started(LOOP)
    probe.enter()
    exec(compile(tree, "<cell>", "exec"), names)
    drained = probe.drain()
    assert [point.step for point in drained] == [0, 1, 2, 3, 4]
    assert drained[0] == ("loss", 0, 1000, 1.0)
    facts = probe.leave()
    assert facts.points == []
    assert facts.curves == {"loss"}
    assert facts.metrics[0][:3] == ("loss", drained[-1].value, "K1")


def test_draining_in_another_thread_loses_nothing():
    probe, names, tree = started("import math\nfor i in range(20000):\n    loss = math.exp(-i)\n")
    found, done = [], threading.Event()

    def drain():
        while not done.is_set():
            found.extend(probe.drain())

    thread = threading.Thread(target=drain)
    thread.start()
    probe.enter()
    exec(compile(tree, "<cell>", "exec"), names)
    done.set()
    thread.join()
    found.extend(probe.leave().points)
    assert [point.step for point in found] == list(range(20000))


def test_the_hook_gives_back_what_it_was_given_and_never_raises():
    probe, _, _ = started(LOOP)
    value = object()
    assert probe(99, value) is value
    assert probe("x") is None
    assert len(probe.leave().problems) == 2


def test_leaving_without_entering_is_harmless():
    probe, names, tree = started("lr = 0.1\nx = len(str(lr)) / 7 + lr")
    exec(compile(tree, "<cell>", "exec"), names)
    assert [fact.key for fact in probe.leave().params] == ["lr"]


def test_a_broken_namespace_breaks_nothing():
    class Broken(dict):
        def get(self, *_args):
            raise RuntimeError

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
    code = "import sys; sys.path[:0] = sys.argv[1:]; before = set(sys.modules); import nbtrack.lineage; print(*(set(sys.modules) - before))"
    import subprocess

    ran = subprocess.run([sys.executable, "-S", "-c", code, *sys.path], capture_output=True, text=True, check=True)
    assert not heavy & set(ran.stdout.split())


def test_deeply_nested_code_is_given_up_quietly():
    tree = ast.parse("lr = 1")
    node = ast.Constant(1)
    for _ in range(5000):
        node = ast.BinOp(node, ast.Add(), ast.Constant(1))
    tree.body[0].value = node
    made = plan(tree, Notebook())
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
        "import a.b as c" if False else "import os.path as p",
    ],
)
def test_any_cell_can_be_planned(code):
    see(code)
