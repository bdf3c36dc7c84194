"""The chart as Python sees it: bands, and what the front end receives."""

import math
import subprocess
import sys
import threading

import numpy as np
import pytest
from traitlets import TraitError

import nbtrack
from nbtrack.errors import InvalidValue
from nbtrack.notebook.panels import Chart


@pytest.fixture
def chart(fresh):
    for number in range(4):
        with nbtrack.start_run(run_name=f"r{number}"):
            nbtrack.log_params({"lr": 0.1 * (number % 2 + 1), "seed": number, "same": 1})
            for step in range(3):
                nbtrack.log_metrics({"loss": number + step, "acc": step}, step=step)
    made = Chart(nbtrack.search_runs(output_format="list", order_by=["attributes.run_name"]), ["loss"])
    yield made
    made.close()


def arrays(chart, place, count):
    values = np.frombuffer(chart.data)
    at, size = place["offset"], place["length"]
    return [values[at + each * size : at + (each + 1) * size].tolist() for each in range(count)]


def test_the_front_end_is_told_what_may_be_grouped_and_what_is_better(chart):
    assert chart.groups == ["settings", "lr", "seed"]
    assert chart.lower == ["loss"]
    assert chart.lines == []


def test_runs_that_share_a_value_become_a_mean_with_its_spread(chart):
    chart.band = "lr"
    assert [each["name"] for each in chart.lines] == ["lr = 0.1", "lr = 0.2"]
    first, second = chart.frame["series"]
    assert [first["run"], second["run"]] == [each["id"] for each in chart.lines]
    assert first["spread"] == first["offset"] + 2 * first["length"]
    x, mean, low, high = (np.array(each) for each in arrays(chart, first, 4))
    assert (x.tolist(), mean.tolist()) == ([0, 1, 2], [1, 2, 3])
    assert np.concatenate([high - mean, mean - low]).tolist() == pytest.approx([2**0.5] * 6)
    chart.band = "settings"
    assert [each["name"] for each in chart.lines] == ["lr = 0.1", "lr = 0.2"]
    assert len(chart.figure.axes[0].collections) == 2
    chart.band = ""
    assert len(chart.frame["series"]) == 4
    assert chart.lines == []


def test_a_band_goes_on_with_the_runs_that_are_left(chart):
    with nbtrack.start_run(run_name="long"):
        nbtrack.log_param("lr", 0.1)
        for step in range(6):
            nbtrack.log_metric("loss", math.nan if step == 5 else 10, step=step)
    chart.show(nbtrack.search_runs(filter_string="params.lr = '0.1'", output_format="list"))
    chart.band = "lr"
    x, mean, low, high = arrays(chart, chart.frame["series"][0], 4)
    assert x == [0, 1, 2, 3, 4, 5]
    assert mean[3:5] == low[3:5] == high[3:5] == [10, 10]
    assert math.isnan(mean[5])


def test_a_band_of_what_no_run_has_is_refused(chart):
    with pytest.raises(InvalidValue, match="none of the 4 runs has a parameter or tag 'nosuch'"):
        chart.band = "nosuch"
    assert chart.band == ""


def test_a_metric_that_nobody_logged_is_named(chart):
    other = nbtrack.chart("nosuch")
    assert "No points of nosuch here" in other.empty
    other.close()


def test_a_chart_of_no_runs_says_so(fresh):
    panel = nbtrack.runs("metrics.acc > 1")
    assert panel.chart.empty == "There are no runs to draw."
    panel.close()


def test_a_goal_says_which_point_is_the_best(chart):
    nbtrack.goal("loss", "max")
    chart.show([each["id"] for each in chart.runs])
    assert chart.lower == []
    assert [line.get_ydata()[0] for line in chart.figure.axes[0].lines if line.get_marker() == "o"] == [5]
    assert nbtrack.plot.metric_history("loss", best=True).axes[0].lines[-1].get_ydata()[0] == 5
    compared = nbtrack.compare(*[each["id"] for each in chart.runs])
    row = next(each for each in compared.details.comparison.rows if each.key == "loss")
    assert row.values[row.best] == 5
    compared.close()


ELSEWHERE = """
import nbtrack
with nbtrack.start_run(run_id={run_id!r}, run_name="elsewhere"):
    for step in range(5):
        nbtrack.log_metric("loss", step, step=step)
"""


@pytest.fixture
def until():
    """Return a function that waits until a chart is as it is wished."""

    def wait(chart, wished):
        changed = threading.Event()

        def look(_):
            if wished():
                changed.set()

        chart.observe(look)
        look(None)
        assert changed.wait(20), "the chart did not change"
        chart.unobserve(look)

    return wait


def test_a_chart_that_was_opened_first_takes_what_comes(fresh, until):
    chart = nbtrack.chart()
    assert chart.empty
    with nbtrack.start_run(run_name="first") as run:
        nbtrack.log_metric("loss", 1, step=0)
        until(chart, lambda: [each["id"] for each in chart.runs] == [run.info.run_id])
        for step in range(1, 5):
            nbtrack.log_metric("loss", 1 / step, step=step)
        until(chart, lambda: chart.metrics == ["loss"] and chart.empty is None)
    chart.show([run])
    with nbtrack.start_run():
        nbtrack.log_metric("loss", 1, step=1)
    assert [each["name"] for each in chart.runs] == ["first"], "somebody has named its runs"
    chart.close()


def test_the_chart_beside_a_table_wakes_with_the_first_points(fresh, until):
    panel = nbtrack.runs()
    chart = panel.chart
    with nbtrack.start_run():
        for step in range(5):
            nbtrack.log_metric("loss", step, step=step)
        until(chart, lambda: chart.metrics == ["loss"])
    panel.close()


def test_points_of_another_process_appear_while_somebody_looks(fresh, until):
    run_id = nbtrack.MlflowClient().create_run("0", run_name="elsewhere").info.run_id
    chart = nbtrack.chart("loss")
    chart.visible = True
    subprocess.run([sys.executable, "-c", ELSEWHERE.format(run_id=run_id)], check=True, cwd=fresh)
    until(chart, lambda: chart.frame["series"] and chart.frame["series"][0]["total"] == 5)
    chart.close()


def test_smoothing_takes_every_point_into_account(fresh):
    with nbtrack.start_run() as run:
        nbtrack.MlflowClient().log_columns(
            run.info.run_id, {"loss": (np.arange(100_000), np.arange(100_000), np.arange(100_000) % 2 * 1.0)}
        )
    chart = nbtrack.chart("loss")
    chart.smoothing = 0.95
    (place,) = chart.frame["series"]
    smooth = np.frombuffer(chart.data)[place["smooth"] :][: place["length"]]
    assert np.allclose(smooth[5:], 0.5, atol=0.03)
    raw, line = chart.figure.axes[0].lines[:2]
    assert raw.get_alpha() < 1
    assert np.allclose(line.get_ydata()[5:], 0.5, atol=0.03)
    with pytest.raises(TraitError):
        chart.smoothing = 1.5
    chart.close()


def test_what_is_infinite_stands_at_the_edge_of_the_figure(fresh):
    with nbtrack.start_run():
        for step, value in enumerate((1.0, math.inf, 2.0, -math.inf)):
            nbtrack.log_metric("loss", value, step=step)
    chart = nbtrack.chart("loss")
    marks = {line.get_marker(): line.get_xdata().tolist() for line in chart.figure.axes[0].lines}
    assert (marks["^"], marks["v"]) == ([1.0], [3.0])
    chart.close()


def test_metrics_that_were_logged_once_are_drawn_after_those_with_a_curve(fresh):
    for number in range(7):
        with nbtrack.start_run(run_name=f"fit {number}"):
            nbtrack.log_metrics({"accuracy": number / 10, "system/cpu": 1})
    with nbtrack.start_run(run_name="net"):
        for step in range(2):
            nbtrack.log_metric("loss", step, step=step)
    chart = nbtrack.chart()
    assert chart.metrics == ["loss", "accuracy", "system/cpu"]
    assert [each["name"] for each in chart.runs] == ["net", "fit 6", "fit 5", "fit 4", "fit 3"]
    assert chart.found == 8
    chart.close()


def test_a_chart_of_many_runs_says_how_many_there_are(fresh):
    store = nbtrack.MlflowClient().store
    for number in range(201):
        run = store.create_run("0", name=f"r{number}", user_id="", start_time=number, tags={})
        store.log_batch(run.info.run_id, metrics=[nbtrack.entities.Metric("loss", 1.0, 0, 0)])
    chart, panel = nbtrack.chart("loss"), nbtrack.runs()
    assert repr(chart) == "Chart(loss of the first 5 of 201 runs)"
    panel.selected = [run["id"] for run in panel.table.listing.rows(0, 150)]
    assert repr(panel.chart) == "Chart(loss of the first 100 of 201 runs)"
    for each in (chart, panel):
        each.close()


def test_the_legend_follows_new_names(fresh):
    with nbtrack.start_run(run_name="before") as run:
        nbtrack.log_metric("loss", 1)
    chart = nbtrack.chart("loss")
    nbtrack.MlflowClient().update_run(run.info.run_id, name="after")
    chart._updates.refresh()
    assert [each["name"] for each in chart.runs] == ["after"]
    assert [run.info.run_name for run in chart.known] == ["after"]
    chart.close()
