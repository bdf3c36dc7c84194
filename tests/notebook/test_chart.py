"""The chart as Python sees it: bands, and what the front end is told."""

import math

import numpy as np
import pytest

import nbtrack
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
    assert chart.groups == ["lr", "seed"]
    assert chart.lower == ["loss"]
    assert chart.lines == []


def test_runs_that_share_a_value_become_a_mean_with_its_spread(chart):
    chart.band = "lr"
    assert [each["name"] for each in chart.lines] == ["lr = 0.1", "lr = 0.2"]
    first, second = chart.frame["series"]
    assert [first["run"], second["run"]] == [each["id"] for each in chart.lines]
    assert first["spread"] == first["offset"] + 2 * first["length"]
    assert arrays(chart, first, 4) == [[0, 1, 2], [1, 2, 3], [0, 1, 2], [2, 3, 4]]
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


def test_a_goal_says_which_point_is_the_best(chart):
    nbtrack.goal("loss", "max")
    chart.show([each["id"] for each in chart.runs])
    assert chart.lower == []
    assert [line.get_ydata()[0] for line in chart.figure.axes[0].lines if line.get_marker() == "o"] == [5]
    assert nbtrack.plot.metric_history("loss", best=True).axes[0].lines[-1].get_ydata()[0] == 5
    compared = nbtrack.compare(*[each["id"] for each in chart.runs])
    row = next(each for each in compared.sheet.comparison.rows if each.key == "loss")
    assert row.values[row.best] == 5
    compared.close()
