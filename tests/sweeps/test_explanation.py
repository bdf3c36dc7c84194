"""Which of several changes has moved a metric."""

from __future__ import annotations

import ast

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.sweeps.explanation import executions, explained
from nbtrack.sweeps.program_changes import Code, ProgramChanges

EVERYTHING = frozenset(range(9))


def changes(before, after, earlier_before=(), earlier_after=()):
    return ProgramChanges(Code(before, earlier_before), Code(after, earlier_after))


# how the effects are shared


def test_effects_of_independent_changes_are_their_own_and_sum_to_the_whole():
    found = explained("acc", ["a", "b", "c"], lambda applied: sum([0.5, -0.25, 0.0][each] for each in applied))
    assert [(each.label, each.effect) for each in found.shares] == [("a", 0.5), ("b", -0.25), ("c", 0)]
    assert (found.before, found.after, found.executions) == (0, 0.25, 8)


def test_an_effect_that_takes_two_changes_is_shared_between_them():
    found = explained("acc", ["a", "b"], lambda applied: 1.0 if len(applied) == 2 else 0.0)
    assert [each.effect for each in found.shares] == [0.5, 0.5]


def test_one_of_many_changes_is_found_without_trying_them_all():
    labels = [f"change {n}" for n in range(40)]
    found = explained("acc", labels, lambda applied: 0.9 if 17 in applied else 0.5)
    assert (found.shares[0].label, found.shares[1].effect) == ("change 17", 0)
    assert found.shares[0].effect == pytest.approx(0.4)
    assert found.executions < 16 < executions(40)


# what the changes are


def test_constants_are_changes_of_their_own():
    program = changes("lr = 0.1\nmodel = fit(lr, depth=3)", "lr = 0.2\nmodel = fit(lr, depth=5)")
    assert program.labels == ["lr 0.1 → 0.2", "depth 3 → 5"]
    assert ast.unparse(program.cell(frozenset({1}))) == "lr = 0.1\nmodel = fit(lr, depth=5)"
    assert ast.unparse(program.cell(EVERYTHING)) == "lr = 0.2\nmodel = fit(lr, depth=5)"
    assert ast.unparse(program.cell(frozenset())) == "lr = 0.1\nmodel = fit(lr, depth=3)"


def test_statements_that_came_and_those_that_need_them_are_one_change():
    before = "X = load()\nscore = fit(X)"
    after = "X = load()\nY = scale(X)\nZ = 1\nscore = fit(Y)"
    program = changes(before, after)
    assert len(program.labels) == 1
    assert ast.unparse(program.cell(EVERYTHING)) == after
    assert ast.unparse(program.cell(frozenset())) == before


def test_statements_that_depend_on_each_other_are_one_change():
    before, after = "score = fit(x)", "score = fit(c)"
    earlier = ["x = load()\nimport math\ny = 0"]
    changed = ["x = load()\na = scale(x)\nimport math\nb = shift(a)\ny = 0\nc = b * 2"]
    program = changes(before, after, earlier, changed)
    assert program.labels == ["+ a = scale(x); + b = shift(a); + c = b * 2; and 1 more"]
    assert ast.unparse(program.earlier(EVERYTHING)) == changed[0]
    assert ast.unparse(program.earlier(frozenset())) == earlier[0]
    assert ast.unparse(program.cell(EVERYTHING)) == after


def test_layout_and_the_line_of_track_are_no_changes():
    assert changes("%%track a\nx = f( 1 )  # one", "%%track b --quiet\nx = f(1)\n").labels == []


def test_earlier_cells_are_changed_apart_from_the_cell():
    program = changes("s = n + 1", "s = n + 2", ["n = 1", "import math"], ["n = 1", "n = n * 7", "import math"])
    assert program.labels == ["+ n = n * 7", "s = n + 1 1 → 2"]
    assert ast.unparse(program.earlier(frozenset({0}))) == "n = 1\nn = n * 7\nimport math"
    assert ast.unparse(program.cell(frozenset({0}))) == "s = n + 1"


def test_code_that_is_no_python_is_refused():
    with pytest.raises(InvalidValue, match="not valid Python"):
        changes("x = (", "x = 1")


# in a notebook

CELL = """%%track fit
scale = 2.0
shift = 1.0
score = evaluate(data) * scale + shift
print("never shown again")
score"""


@pytest.fixture
def moved(kernel):
    """A kernel in which two parameters and an earlier cell have moved a metric from 21 to 65."""
    kernel.run("data = [10.0]\ndef evaluate(values): return sum(values)")
    kernel.run(CELL)
    kernel.run("data = [*data]\ndata[0] += 6")
    kernel.run(CELL.replace("2.0", "4.0"))
    return kernel


def test_each_change_has_its_share_and_the_notebook_stays_as_it_is(moved):
    told = moved.run("%track explain --yes").text
    assert told.startswith("score  21 → 65  +44")
    assert "+26  scale 2.0 → 4.0" in told
    assert "+18  + data = [*data]  and 1 more line" in told
    assert "in 4 executions" in told
    assert "never shown" not in told
    assert moved.run("print(data, scale)").text == "[16.0] 4.0\n"


def test_it_asks_first_and_says_what_it_needs(moved):
    for line, words in (
        ("", "add --yes"),
        ("--yes --metric loss", "there is no metric 'loss'; there are score"),
        ("fit fit --yes", "is the same: see %track diff"),
    ):
        assert words in moved.run(f"%track explain {line}", allow_stdin=False).reply["evalue"]


def test_code_that_fails_with_some_changes_is_named(kernel):
    kernel.run("%%track fit\nn = 1\nscore = 1 / n\nscore")
    kernel.run("%%track fit\nn = 3\nscore = 1 / (n - 1)\nscore")
    told = kernel.run("%track explain --yes").reply["evalue"]
    assert "with + score = 1 / (n - 1)  and 1 more line, the code fails: ZeroDivisionError: division by zero" in told
