"""What changed between two runs, read from their store."""

import json

import pytest
from click.testing import CliRunner

import nbtrack
from nbtrack.cli import main
from nbtrack.entities import Dataset, DatasetInput
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.tags import DATA_FINGERPRINT

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


def test_everything_that_differs_is_named_the_most_informative_first(runs):
    found = nbtrack.diff(*runs)
    assert [(each.kind, each.key, each.description) for each in found.changes] == [
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


def test_numbers_lose_the_digits_of_arithmetic_unless_these_are_the_difference(fresh):
    first, second, third = record("a", lr=0.1 + 0.2), record("b", lr=0.3), record("c", lr=0.25)
    assert nbtrack.diff(first, second).changes[0].description == "0.30000000000000004 → 0.3"
    assert nbtrack.diff(first, third).changes[0].description == "0.3 → 0.25"


def test_equal_runs_have_no_difference(fresh):
    first, second = record("a", lr="0.10"), record("b", lr="0.1")
    assert nbtrack.diff(first, second).changes == ()
    assert "No recorded difference." in str(nbtrack.diff(first, second))


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


def test_runs_that_cannot_be_compared(runs):
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


def described(columns, rows, **more):
    """Return a dataset as a tracked cell records it."""
    found = {"kind": "pandas.DataFrame", "shape": [rows, len(columns)], "whole": True, "columns": columns, **more}
    profile = json.dumps({"num_rows": rows, DATA_FINGERPRINT: found})
    return DatasetInput(Dataset("df", str(hash(profile))[:16], "code", "{}", None, profile))


def column(name, digest="1", **more):
    return {"name": name, "type": "float64", "sample": digest, "digest": digest, **more}


def data_told(fresh, *datasets):
    ids = []
    for number, each in enumerate(datasets):
        with nbtrack.start_run(run_name=f"d{number}") as run:
            nbtrack.MlflowClient().log_inputs(run.info.run_id, [each])
        ids.append(run.info.run_id)
    return nbtrack.diff(*ids)


def test_many_changes_of_data_are_listed_line_by_line(fresh):
    before = described([column("a", mean=1, std=1, missing=0), column("b"), column("c")], 10)
    after = described([column("a", "2", mean=3, std=1, missing=0.1), column("b", "2"), column("d")], 10)
    found = data_told(fresh, before, after)
    assert [value for _, value in found.causes_section().rows] == [
        "new column d",
        "without column c",
        "missing of a 0 % → 10 %",
        "mean of a 1 → 3",
        "other values of b",
    ]
    assert "new column d; without column c;" in str(found)


def test_changes_caused_only_by_other_rows_are_not_reported(fresh):
    before, after = (
        described([column("a", str(each), mean=each / 100, std=1, missing=0)], 10 + each) for each in (1, 2)
    )
    assert data_told(fresh, before, after).changes[0].note == "11 → 12 rows"


def test_rows_of_the_same_sum_are_no_other_order(fresh):
    before, after = (described([column("a", str(each), unordered="7")], 10 + each) for each in (1, 2))
    assert data_told(fresh, before, after).changes[0].note == "11 → 12 rows"


def test_samples_are_compared_and_reported_if_a_run_has_no_more(fresh):
    whole, sampled = column("a"), {key: value for key, value in column("a").items() if key != "digest"}
    found = data_told(fresh, described([whole], 10), described([sampled], 10))
    assert (found.changes, found.remarks) == ((), ("only samples were compared of df",))


HUGE = "1" + "0" * 400
PROFILES = [
    "{",
    "[]",
    "[" * 100_000,
    '{"nbtrack_fingerprint": 3}',
    '{"nbtrack_fingerprint": {"columns": [3], "shape": []}}',
    '{"nbtrack_fingerprint": {"columns": [], "shape": [1e999]}}',
    f'{{"nbtrack_fingerprint": {{"columns": [{{"name": "a", "mean": {HUGE}, "std": 1}}], "shape": [1]}}}}',
]


@pytest.mark.parametrize("profile", PROFILES, ids=range(len(PROFILES)))
def test_no_profile_breaks_a_comparison(fresh, profile):
    odd = DatasetInput(Dataset("df", "1", "code", "{}", None, profile))
    assert data_told(fresh, odd, described([column("a", mean=1.0, std=1.0)], 10)).changes is not None
