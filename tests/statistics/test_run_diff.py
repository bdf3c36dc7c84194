"""What changed between two runs, read from their store."""

import json

import pytest
from click.testing import CliRunner

import nbtrack
from nbtrack.cli import main
from nbtrack.errors import InvalidValue, NotFound

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m"


def record(name, *, code="fit()", packages=None, metrics=None, **params):
    with nbtrack.start_run(run_name=name) as run:
        nbtrack.log_params(params)
        nbtrack.log_metrics(metrics or {})
        nbtrack.log_text(code, "cell.py")
        nbtrack.log_text(json.dumps({"python": "3.12", "packages": packages or {}}), "environment.json")
    return run.info.run_id


@pytest.fixture
def runs(fresh):
    first = record("first", lr=0.1, seed=1, metrics={"acc": 0.5, "loss": float("nan")}, packages={"numpy": "1"})
    second = record(
        "second",
        lr=0.01,
        seed=2,
        metrics={"acc": 0.75, "loss": float("nan")},
        packages={"numpy": "2"},
        code="fit(1)\nmore()",
    )
    return first, second


def test_everything_that_differs_is_named_the_most_telling_first(runs):
    found = nbtrack.diff(*runs)
    assert [(each.kind, each.key, each.told) for each in found.changes] == [
        ("parameter", "lr", "0.1 → 0.01"),
        ("code", "code", "2 lines"),
        ("package", "numpy", "1 → 2"),
        ("seed", "seed", "1 → 2"),
        ("metric", "acc", "0.5 → 0.75  ▲ +0.25, better"),
    ]
    assert found.line() == "lr 0.1 → 0.01, code (2 lines), package numpy 1 → 2, seed 1 → 2"
    assert str(found).splitlines()[:5] == [
        "first → second",
        "  lr             0.1 → 0.01",
        "  code           2 lines",
        "    - fit()",
        "    + fit(1)",
    ]


def test_equal_runs_have_no_difference(fresh):
    first, second = record("a", lr="0.10"), record("b", lr="0.1")
    assert nbtrack.diff(first, second).changes == ()
    assert "No difference was recorded." in str(nbtrack.diff(first, second))


def test_what_only_one_run_has_recorded_is_no_difference(fresh):
    with nbtrack.start_run(run_name="bare"):
        nbtrack.log_param("lr", 1)
    record("whole", lr=1)
    found = nbtrack.diff("bare", "whole")
    assert found.changes == ()
    assert found.remarks == tuple(f"only one of the runs has recorded its {each}" for each in ("code", "packages"))


def test_names_from_the_store_stay_text(fresh):
    first = record(HOSTILE, code=f"x = {HOSTILE}", p=HOSTILE)
    found = nbtrack.diff(first, record("b"))
    assert "<img" not in found._repr_html_()
    assert "none" in found._repr_html_()


def test_files_that_are_not_what_they_should_be_are_not_compared(fresh):
    record("a")
    with nbtrack.start_run(run_name="b"):
        nbtrack.log_text("fit()", "cell.py")
        nbtrack.log_text('{"packages": [1]}', "environment.json")
    assert nbtrack.diff("a", "b").remarks == ("only one of the runs has recorded its packages",)


def test_runs_that_cannot_be_told(runs):
    record("first")
    with pytest.raises(InvalidValue, match="Several runs are named 'first'"):
        nbtrack.diff("first", runs[1])
    with pytest.raises(NotFound, match="no run has this id or name"):
        nbtrack.diff("nowhere", runs[1])
    with pytest.raises(NotFound, match="no run of the same cell before 'second'"):
        nbtrack.diff(b=runs[1])


def test_without_names_the_last_run_is_compared_with_its_baseline(runs):
    nbtrack.set_baseline(runs[0])
    assert str(nbtrack.diff()).splitlines()[0] == "first → second"


def test_the_comparison_of_two_runs_begins_with_what_changed(runs):
    panel = nbtrack.compare(*runs)
    first = panel.details.sections[0]
    panel.close()
    assert first["title"] == "what changed"
    assert list(first["rows"][:2]) == [("lr", "0.1 → 0.01"), ("code", "2 lines")]


def test_the_command_prints_it(runs):
    printed = CliRunner().invoke(main, ["runs", "diff", "first", "second"])
    assert printed.output.splitlines() == str(nbtrack.diff(*runs)).splitlines()
    as_json = CliRunner().invoke(main, ["runs", "diff", "first", "second", "--json"])
    assert json.loads(as_json.output)["changes"][0]["after"] == "0.01"
    assert "Specify two runs" in CliRunner().invoke(main, ["runs", "diff", "first"]).output
