"""Instrumented code: nothing moves, nothing changes, and where nothing is observed nothing is added."""

# cells are written as people write them

from __future__ import annotations

import ast
import linecache
import traceback

import pytest
from cell_runner import CORPUS, load, see
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbtrack.capture import NotebookHistory, plan


def instrumented(code):
    tree = ast.parse(code)
    before = ast.dump(tree, include_attributes=True)
    made = plan(tree, NotebookHistory())
    result = made.instrument(tree, "hook")
    assert ast.dump(tree, include_attributes=True) == before
    return result


def hooks(tree):
    """Return how many hooks stand in a tree, not counting those that ask for an error."""
    return sum(ast.unparse(tree).count(f"hook[{number}]") for number in range(20))


@pytest.mark.parametrize(
    "code",
    [
        "x = 1",
        "import math\nacc = math.cos(1)",
        "for i in range(3):\n    print(i)",
        "def f():\n    for i in range(3):\n        x = i",
    ],
)
def test_a_tree_without_need_comes_back_equal(code):
    assert ast.dump(instrumented(code), include_attributes=True) == ast.dump(ast.parse(code), include_attributes=True)


def test_hooks_stand_inline_and_on_the_line_of_the_header():
    code = "import math\nfor i in range(9):\n    v = math.cos(i)\n    if i == 1:\n        continue\n    if i > 3:\n        break\n"
    tree = instrumented(code)
    assert hooks(tree) == 3
    assert "try" not in ast.unparse(tree)
    added = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("hook")
    ]
    assert {node.lineno for node in added} == {2}


def test_another_tree_of_the_same_code_can_be_instrumented():
    code = "import math\nfor i in range(2):\n    v = math.cos(i)\nprint(math.sin(1))"
    made = plan(ast.parse(code), NotebookHistory())
    assert ast.unparse(made.instrument(ast.parse(code), "h")) == ast.unparse(made.instrument(ast.parse(code), "h"))


def test_what_others_attach_to_nodes_is_not_copied():
    class Foreign:
        def __deepcopy__(self, memo):
            raise AssertionError

    tree = ast.parse("import math\nfor i in range(2):\n    v = math.cos(i)\n")
    load = tree.body[1].iter.func.ctx
    load.parent = tree.body[1].parent = Foreign()
    try:
        made = plan(tree, NotebookHistory())
        assert "hook[0]" in ast.unparse(made.instrument(tree, "hook"))
    finally:
        del load.parent


def test_jumps_of_inner_loops_and_of_functions_are_left_alone():
    code = (
        "import math\nfor i in range(2):\n    def g():\n        for k in range(3):\n            break\n"
        "    while True:\n        break\n    v = math.cos(i)\n"
    )
    assert hooks(instrumented(code)) == 1


def test_positions_of_the_code_stay():
    for cell in load(CORPUS):
        tree = ast.parse(cell.code)
        made = plan(tree, NotebookHistory())
        kept = [
            ast.dump(node, include_attributes=True)
            for node in ast.walk(tree)
            if isinstance(node, ast.Name | ast.Constant)
        ]
        there = {ast.dump(node, include_attributes=True) for node in ast.walk(made.instrument(tree, "hook"))}
        assert set(kept) <= there, cell.name
        compile(made.instrument(tree, "hook"), "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_a_traceback_shows_the_same_lines():
    code = "xs = []\nfor i in range(3):\n    xs.append(\n        len(str(i)) / (1 - i)\n    )\n"
    shown = []
    for hooked in (False, True):
        tree, names = ast.parse(code), {}
        made = plan(tree, NotebookHistory())
        names["hook"] = made.probe(names).hooks
        linecache.cache["<shown>"] = (len(code), None, code.splitlines(keepends=True), "<shown>")
        try:
            exec(compile(made.instrument(tree, "hook") if hooked else tree, "<shown>", "exec"), names)
        except ZeroDivisionError as error:
            shown.append("".join(traceback.format_exception(error)))
    assert shown[0] == shown[1].replace(f"line {33}", "line 33")


# --- random programs behave the same

NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.sampled_from(["1", "0.5", "random.random()", "a", "b", "c", "max(a, b)", "i", "f(a)", "(w := b)"])
SIMPLE = st.one_of(
    st.builds("{} = {}".format, NAMES, NUMBERS),
    st.builds("{} += {}".format, NAMES, NUMBERS),
    st.builds("{} = {} + {} / 7".format, NAMES, NUMBERS, NUMBERS),
    st.builds("xs.append({})".format, NUMBERS),
    st.builds("xs.append(f({}))".format, NUMBERS),
    st.builds("print({})".format, NUMBERS),
    st.builds("print(f({}))".format, NUMBERS),
    st.builds("d['k'] = {}".format, NUMBERS),
    st.builds("{0}, {1} = {1}, {0}".format, NAMES, NAMES),
    st.sampled_from(["pass", "1 / (len(xs) - 3)", "del d['k']", "f(a)", "assert len(xs) < 9"]),
)
JUMPS = st.sampled_from(["break", "continue", "raise KeyError(a)"])


def indented(block):
    return "\n".join("    " + line for line in block.splitlines())


def blocks(inner):
    body = st.lists(inner, min_size=1, max_size=3).map("\n".join)
    test = st.sampled_from(["a > b", "i % 2", "f(a) > 0.5", "c", "(a := f(b)) > 0.2"])
    guarded = st.builds("if {}:\n{}".format, test, JUMPS.map(indented))
    looped = st.lists(st.one_of(inner, guarded), min_size=1, max_size=4).map("\n".join)
    return st.one_of(
        inner,
        st.builds("if {}:\n{}\nelse:\n{}".format, test, body.map(indented), body.map(indented)),
        st.builds(
            "for i in {}:\n{}".format,
            st.sampled_from(["range(3)", "[2, 1]", "range(1, 9, 3)", "xs[:4]"]),
            looped.map(indented),
        ),
        st.builds("for i in range(2):\n{}\nelse:\n{}".format, looped.map(indented), body.map(indented)),
        st.builds(
            "try:\n{}\nexcept (KeyError, ZeroDivisionError):\n{}\nfinally:\n{}".format,
            body.map(indented),
            body.map(indented),
            body.map(indented),
        ),
        st.builds("while tick():\n{}".format, looped.map(indented)),
        st.builds("with contextlib.suppress(ZeroDivisionError):\n{}".format, body.map(indented)),
        st.builds(
            "match len(xs):\n    case 0:\n{0}\n    case _:\n{0}".format, body.map(lambda b: indented(indented(b)))
        ),
    )


PROGRAMS = st.lists(st.recursive(SIMPLE, blocks, max_leaves=12), min_size=1, max_size=5).map("\n".join)
SETUP = """
import random, contextlib
a, b, c, i, w = 0.1, 0.2, 0.3, 0, 0
xs, d, ticks = [], {'k': 1}, 0
def f(x, k=1):
    return (x * 7.3 + k) % 1.0
def tick():
    global ticks
    ticks += 1
    return ticks % 4 and ticks < 300
"""


@given(PROGRAMS, st.sampled_from(["epoch", "batch"]))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_programs_behave_the_same(code, every):
    from cell_runner import Cell, run

    cell = Cell("random", code, (SETUP,), options={"every": every})
    bare, tracked = run(cell, tracked=False), run(cell, tracked=True)
    assert tracked.error == bare.error
    assert tracked.output == bare.output
    assert tracked.state == bare.state
    simple = {
        name: value
        for name, value in bare.names.items()
        if isinstance(value, int | float | list | dict) and name != "__builtins__"
    }
    assert {name: tracked.names[name] for name in simple} == simple
    assert list(tracked.names) == list(bare.names)
    assert tracked.facts.problems == []
    for one in tracked.facts.columns:
        assert one.steps == sorted(set(one.steps))
    see(code, SETUP)
