"""Scatter and parallel coordinates as Python sees them: axes, what the front end receives, figures, the link to the table."""

import math

import pytest
from IPython.core.error import UsageError

import nbtrack
from nbtrack.errors import InvalidValue
from nbtrack.notebook import magic_line
from nbtrack.notebook.panels import Chart, RunsPanel


@pytest.fixture
def runs(fresh):
    for number in range(4):
        with nbtrack.start_run(run_name=f"r{number}"):
            nbtrack.log_params({"lr": 0.1 / 10**number, "optimizer": ["adam", "sgd"][number % 2], "seed": 0})
            nbtrack.log_metrics({"acc": number / 4, "odd": math.nan if number == 3 else 1})
    return nbtrack.search_runs(output_format="list", order_by=["attributes.run_name"])


@pytest.fixture
def chart(runs):
    made = Chart(runs, kind="scatter", axes=["lr", "acc"])
    yield made
    made.close()


def test_names_are_axes_and_the_usual_ones_are_what_differs(runs, chart):
    assert chart.axes == ["params.lr", "metrics.acc"]
    assert chart.choices == ["params.lr", "params.optimizer", "metrics.acc", "metrics.odd"]
    assert chart.points[1] == {"id": runs[1].info.run_id, "name": "r1", "v": [0.01, 0.25]}
    chart.kind = "parallel"
    assert chart.axes == ["params.lr", "params.optimizer", "metrics.acc"]
    assert [each["v"][1] for each in chart.points] == ["adam", "sgd", "adam", "sgd"]
    chart.kind = "scatter"
    assert chart.axes == ["params.lr", "metrics.acc"]
    chart.axes = ["optimizer", "odd"]
    assert [each["v"] for each in chart.points] == [["adam", 1], ["sgd", 1], ["adam", 1], ["sgd", None]]
    chart.kind = "history"
    assert (chart.points, chart.frame["series"] == []) == ([], chart.metrics == [])


def test_an_axis_that_no_run_has_is_refused(runs, chart):
    with pytest.raises(InvalidValue, match="none of the 4 runs has a metric or parameter 'lrr'"):
        chart.axes = ["lrr", "acc"]
    with pytest.raises(InvalidValue, match="'nothing'"):
        nbtrack.chart("lr", "nothing", kind="scatter")
    with pytest.raises(InvalidValue, match="takes two columns"):
        nbtrack.chart("lr", "acc", "odd", kind="scatter")
    with pytest.raises(InvalidValue, match="at least two"):
        nbtrack.chart("lr", kind="parallel")


def test_no_runs_say_what_to_do(fresh):
    empty = nbtrack.chart(kind="parallel")
    assert "Log parameters that differ" in empty.empty
    assert "Log parameters that differ" in empty.static()["text/html"]
    empty.close()


def test_the_figure_is_the_same(chart):
    chart.logs = ["params.lr"]
    chart.selected = [chart.runs[0]["id"]]
    panel = chart.figure.axes[0]
    assert panel.get_xscale() == "log"
    assert panel.collections[0].get_offsets()[:, 1].tolist() == [0, 0.25, 0.5, 0.75]
    assert panel.collections[0].get_facecolor()[:, 3].tolist() == [0.85, 0.15, 0.15, 0.15]
    chart.kind = "parallel"
    assert len(chart.figure.axes) == 2
    chart.colour_by_metric = False
    assert len(chart.figure.axes) == 1
    assert "<img" in chart.static()["text/html"]


def test_axes_reach_as_far_as_what_is_drawn(fresh):
    for rate, metrics in ((1, {"acc": 0.5}), (2, {"acc": 0.75}), (1000, {})):
        with nbtrack.start_run():
            nbtrack.log_param("rate", rate)
            nbtrack.log_metrics(metrics)
    chart = nbtrack.chart("rate", "acc", kind="scatter")
    assert chart.figure.axes[0].get_xlim()[1] < 3
    chart.kind = "parallel"
    chart.axes = ["rate", "acc"]
    assert [each.get_text() for each in chart.figure.axes[0].texts] == ["1", "2", "0.5", "0.75"]
    chart.close()


def test_a_chart_begins_with_the_metric_that_has_a_goal_and_the_parameters_that_most_runs_have(fresh):
    for number in range(3):
        with nbtrack.start_run():
            nbtrack.log_params({"depth": number} if number else {"depth": 0, "rare": 1})
            nbtrack.log_metrics({"seconds": number, "constant": 1, "profit": number})
    nbtrack.goal("profit", "max")
    chart = nbtrack.chart(kind="parallel")
    assert chart.choices == ["params.depth", "params.rare", "metrics.profit", "metrics.seconds", "metrics.constant"]
    assert chart.axes == ["params.depth", "params.rare", "metrics.profit"]
    chart.close()


def test_new_runs_and_points_move_the_points(chart, runs):
    nbtrack.log_metric("acc", 9, run_id=runs[0].info.run_id)
    chart._updates.receive({runs[0].info.run_id: []})
    assert chart.points[0]["v"][1] == 0


def test_what_is_picked_in_the_chart_is_selected_in_the_table_and_the_other_way(runs):
    panel = RunsPanel("metrics.acc > 0")
    panel.chart.kind = "scatter"
    assert {each["name"] for each in panel.chart.runs} == {"r1", "r2", "r3"}
    ids = [each.info.run_id for each in runs]
    panel.chart.selected = ids[1:3]
    assert panel.table.selected == ids[1:3]
    panel.table.selected = [ids[3]]
    assert panel.chart.selected == [ids[3]]
    panel.table.filter = ""
    assert len(panel.chart.runs) == 4
    panel.table.answer("kernel/open", {"panel": "chart", "run_ids": [ids[3]]})
    assert panel.chart.kind == "history"
    assert [each["name"] for each in panel.chart.runs] == ["r3"]
    panel.close()


def test_what_is_not_drawn_is_reported(runs, monkeypatch):
    chart = nbtrack.chart("lr", "acc", kind="scatter", most=3)
    assert (len(chart.points), chart.found) == (3, 4)
    assert "the first 3 of 4 runs" in chart.static()["text/html"]
    chart.kind = "history"
    chart.show(runs)
    assert chart.found == 4
    assert "first" not in repr(chart)
    chart.close()
    monkeypatch.setenv("NBTRACK_PANELS", "plain")
    plain = nbtrack.chart("lr", "acc", kind="scatter", most=3)
    assert plain.children[0].children[-1].value == "the first 3 of 4 runs"


def test_whole_numbers_have_whole_ticks(fresh):
    for number in range(3):
        with nbtrack.start_run():
            nbtrack.log_param("depth", number)
            nbtrack.log_metric("acc", number / 3)
    chart = nbtrack.chart("depth", "acc", kind="scatter")
    ticks = chart.figure.axes[0].get_xticks()
    assert all(each == int(each) for each in ticks)
    chart.close()


def test_the_magic_says_which_chart():
    assert magic_line.chart("loss acc") == ("history", ["loss", "acc"], None)
    assert magic_line.chart("--scatter lr 'a b'") == ("scatter", ["lr", "a b"], None)
    assert magic_line.chart("--parallel lr depth acc") == ("parallel", ["lr", "depth", "acc"], None)
    with pytest.raises(UsageError, match=r"--pie.*accepted are names, --scatter or --parallel, and --rows"):
        magic_line.chart("--pie lr")


def test_plain_panels_have_them_as_images(runs, monkeypatch):
    monkeypatch.setenv("NBTRACK_PANELS", "plain")
    made = nbtrack.chart("lr", "acc", kind="scatter")
    before = bytes(made.image.value)
    assert before.startswith(b"\x89PNG")
    made.up.value = "metrics.odd"
    assert bytes(made.image.value) != before
    lines = nbtrack.chart(kind="parallel")
    assert lines.axes == ["params.lr", "params.optimizer", "metrics.acc"]
    lines.across.value = ["params.lr"]
    assert len(lines.figure.axes[0].lines) == 4 + 2
