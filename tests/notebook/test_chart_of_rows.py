"""Scatter and parallel coordinates of the rows of one run."""

import pytest

import nbtrack
from nbtrack import plot
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.notebook import magic_line
from nbtrack.notebook.panels import Chart


@pytest.fixture
def run(fresh):
    turns = [(depth, kernel, depth / 10, 1.0) for depth in (1, 2, 3) for kernel in ("rbf", "poly")]
    depths, kernels, scores, odd = (list(each) for each in zip(*turns, strict=True))
    with nbtrack.start_run(run_name="sweep") as run:
        nbtrack.log_metrics({"odd": 1, "score": 0.3})
        nbtrack.log_table({"depth": depths, "kernel": kernels, "odd": odd, "score": scores}, "rows.json")
    return run.info.run_id


def test_each_row_is_a_point_with_its_settings_and_results(run):
    chart = nbtrack.chart("depth", "score", kind="scatter", rows="sweep")
    assert chart.axes == ["params.depth", "metrics.score"]
    assert chart.choices == ["params.depth", "params.kernel", "metrics.score", "metrics.odd"]
    assert chart.points[1] == {"id": f"1/{run}", "name": "depth=1, kernel=poly", "v": [1, 0.1]}
    assert repr(chart) == "Chart(params.depth, metrics.score of 6 rows)"
    assert len(chart.figure.axes[0].collections[0].get_offsets()) == 6
    chart.close()


def test_rows_are_drawn_across_all_settings_by_default(run):
    chart = nbtrack.chart(rows=run)
    assert (chart.kind, chart.axes) == ("parallel", ["params.depth", "params.kernel", "metrics.score"])
    chart.kind = "history"
    assert [each["id"] for each in chart.runs] == [run]
    assert chart.found == 1
    chart.close()


def test_the_view_of_a_run_draws_its_rows(run):
    shown = nbtrack.show("sweep")
    shown.chart.kind = "scatter"
    assert len(shown.chart.points) == 6
    shown.close()


def test_the_page_asks_for_the_rows_of_a_run_and_gets_the_run_where_there_are_none(run):
    with nbtrack.start_run(run_name="plain") as plain:
        nbtrack.log_metrics({"acc": 1, "score": 0.3})
    chart = Chart([run])
    asked = {"run_ids": [run], "rows": run, "kind": "scatter"}
    found, _ = chart.answer("nbtrack/runs/scatter", asked)
    assert (len(found["points"]), found["found"]) == (6, 6)
    other = plain.info.run_id
    found, _ = chart.answer("nbtrack/runs/scatter", asked | {"run_ids": [other], "rows": other})
    assert [each["id"] for each in found["points"]] == [other]
    chart.close()


def test_figures_draw_rows(run):
    assert len(plot.scatter("depth", "score", rows="sweep").axes[0].collections[0].get_offsets()) == 6
    assert len(plot.parallel(metric="score", rows=run).axes[0].lines) >= 6


def test_a_run_without_rows_or_without_the_column_is_refused(run):
    with nbtrack.start_run(run_name="plain"):
        nbtrack.log_metric("acc", 1)
    with pytest.raises(NotFound, match="'plain' has no rows"):
        nbtrack.chart(rows="plain")
    with pytest.raises(InvalidValue, match="'width'"):
        nbtrack.chart("width", "score", kind="scatter", rows="sweep")


def test_plain_panels_draw_rows(run, monkeypatch):
    monkeypatch.setenv("NBTRACK_PANELS", "plain")
    made = nbtrack.chart("depth", "score", kind="scatter", rows="sweep")
    assert len(made.figure.axes[0].collections[0].get_offsets()) == 6


def test_the_magic_names_the_run():
    assert magic_line.chart("--rows --scatter depth score") == ("scatter", ["depth", "score"], "")
    assert magic_line.chart("'--rows=my sweep'") == ("history", [], "my sweep")
