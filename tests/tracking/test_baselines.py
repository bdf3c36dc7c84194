"""The run that others are compared with: in tables, cards and charts."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack import tags as reserved
from nbtrack.endpoints import run_card
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.notebook.panels import Chart, RunTable
from nbtrack.presentation import card
from nbtrack.stores.baselines import Baselines

GREY = "#8c8c8c"


@pytest.fixture
def runs(fresh):
    """Four runs of two cells, the first and the oldest of which has the best loss."""
    made = []
    for number in range(4):
        with nbtrack.start_run(run_name=f"r{number}", tags={reserved.CELL: "ab"[number % 2]}) as run:
            nbtrack.log_param("lr", number)
            for step in range(3):
                nbtrack.log_metric("loss", 1 + number - step / 10, step=step)
            nbtrack.log_metric("extra", float("nan"))
        made.append(run.info.run_id)
    return made


@pytest.fixture
def table(runs):
    made = RunTable()
    yield made
    made.close()


def rows(table):
    return {each["v"][0]: each for each in table.page["rows"]}


def changes(table, name):
    at = [each["id"] for each in table.page["columns"]].index("metrics.loss")
    return rows(table)[name].get("change", [None] * (at + 1))[at]


def test_the_table_shows_differences_from_the_baseline_and_keeps_it_on_top(runs, table):
    assert list(rows(table)) == ["r3", "r2", "r1", "r0"]
    nbtrack.set_baseline("r0")
    table.refresh()
    assert list(rows(table)) == ["r0", "r3", "r2", "r1"]
    assert rows(table)["r0"]["baseline"]
    assert (changes(table, "r0"), changes(table, "r3")) == (None, pytest.approx(3))
    goals = {each["id"]: each.get("goal") for each in table.page["columns"]}
    assert goals["metrics.loss"] == "min"
    table.filter = "params.lr > 0.5"
    assert list(rows(table)) == ["r3", "r2", "r1"]
    assert changes(table, "r3") == pytest.approx(3)
    table.filter = "params.lr < 2.5"
    assert list(rows(table)) == ["r0", "r2", "r1"]


def test_pages_follow_one_another_below_the_baseline(runs, table):
    nbtrack.set_baseline("r1")
    table.refresh()
    pages = [table.answer("nbtrack/runs/table", {"offset": place, "limit": 2})[0]["rows"] for place in (0, 2)]
    assert [each["v"][0] for page in pages for each in page] == ["r1", "r3", "r2", "r0"]


def test_there_is_one_baseline_of_an_experiment_and_one_of_each_cell(runs):
    for name, scope in (("r0", "experiment"), ("r1", "experiment"), ("r2", "cell"), ("r0", "cell")):
        nbtrack.set_baseline(name, of=scope)
    found = Baselines(nbtrack.MlflowClient().store, ["0"]).runs
    assert {each.info.run_name: each.data.tags[reserved.BASELINE] for each in found} == {
        "r0": "cell",
        "r1": "experiment",
    }
    assert [nbtrack.get_baseline(each).info.run_name for each in ("r2", "r3")] == ["r0", "r1"]
    assert nbtrack.get_baseline("r0") is None
    assert [each.info.run_name for each in nbtrack.clear_baseline("r0")] == ["r0"]
    assert nbtrack.get_baseline("r2").info.run_name == "r1"
    nbtrack.clear_baseline()
    assert nbtrack.get_baseline("r2") is None


def test_the_endpoint_sets_and_removes_it(runs, table):
    table.answer("nbtrack/runs/baseline/update", {"run_id": runs[2]})
    assert next(iter(rows(table))) == "r2"
    table.answer("nbtrack/runs/baseline/update", {"run_id": runs[2], "scope": ""})
    assert "baseline" not in rows(table)["r2"]


def test_a_card_compares_with_the_baseline_rather_than_with_the_last_run(runs):
    client = nbtrack.MlflowClient()
    nbtrack.set_baseline("r1")
    run, last = client.get_run(runs[3]), client.get_run(runs[2])
    found = run_card.run_card(client.store, client.artifact_folder, run, last)
    (loss,) = [each for each in found.metrics if each.key == "loss"]
    assert (loss.change, loss.verdict, found.params) == ("▲ +2", "worse", (("lr", "3", "1"),))
    assert card.text(found).endswith("against r1")
    shown = run_card.run_card(client.store, client.artifact_folder, client.get_run(runs[1]), last)
    assert shown.baseline == ""


def test_changes_are_shown_against_the_baseline(runs):
    nbtrack.set_baseline("r0")
    assert "0 → 2" in str(nbtrack.diff(b="r2"))


def test_a_chart_draws_it_in_grey_beneath_the_others(runs):
    nbtrack.set_baseline("r0")
    made = Chart(runs[1:3], ["loss"])
    try:
        assert made.baseline == {"id": runs[0], "name": "r0"}
        assert [each["run"] for each in made.frame["series"]] == runs[:3]
        assert [each["id"] for each in made.runs] == runs[1:3]
        assert made.figure.axes[0].lines[0].get_color() == GREY
        made.band = "lr"
        assert runs[0] not in {each["run"] for each in made.frame["series"]}
    finally:
        made.close()


@pytest.mark.parametrize(
    ("name", "of", "error"),
    [("r0", "notebook", InvalidValue), ("nobody", "experiment", NotFound), ("bare", "cell", InvalidValue)],
)
def test_unsuitable_baselines_are_refused(runs, name, of, error):
    with nbtrack.start_run(run_name="bare"):
        pass
    with pytest.raises(error):
        nbtrack.set_baseline(name, of=of)
