"""Figures for papers: of matplotlib, in the user's style, with pyplot left alone."""

import math

import matplotlib as mpl
import pytest
from cycler import cycler
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import nbtrack
from nbtrack import plot
from nbtrack.errors import InvalidValue
from nbtrack.presentation.figures import png


@pytest.fixture(autouse=True)
def runs(fresh):
    for number in range(4):
        with nbtrack.start_run(run_name=f"r{number} $x_1$"):
            nbtrack.log_params({"lr": 0.1 * (number % 2 + 1), "kind": ["a", "b"][number // 2], "seed": number})
            for step in range(10 + number):
                nbtrack.log_metrics({"loss": math.exp(-step / (3 + number)), "acc": step / 20}, step=step)


FIGURES = {
    "lines": lambda: plot.metric_history("loss", best=True),
    "all": plot.metric_history,
    "bands": lambda: plot.metric_history("loss", "acc", band="lr", log_y=True),
    "time": lambda: plot.metric_history("loss", x="time"),
    "scatter": lambda: plot.scatter("lr", "acc"),
    "words": lambda: plot.scatter("kind", "metrics.acc"),
    "parallel": lambda: plot.parallel("lr", "kind", metric="loss"),
    "differing": lambda: plot.parallel(metric="acc"),
    "compare": lambda: plot.compare(*nbtrack.search_runs(output_format="list")),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_can_be_painted_and_pyplot_knows_nothing_of_them(name):
    before = plt.get_fignums()
    figure = FIGURES[name]()
    assert isinstance(figure, Figure)
    assert png(figure).startswith(b"\x89PNG")
    assert plt.get_fignums() == before


def test_one_line_for_a_run_and_one_for_a_band():
    lines = plot.metric_history("loss").axes[0].get_lines()
    assert len(lines) == 4
    banded = plot.metric_history("loss", band="lr").axes[0]
    assert (len(banded.get_lines()), len(banded.collections)) == (2, 2)


def test_the_best_point_has_a_ring():
    *_, ring = plot.metric_history("loss", best=True).axes[0].get_lines()
    assert ring.get_xdata()[0] == 9
    *_, ring = plot.metric_history("acc", best=True).axes[0].get_lines()
    assert ring.get_xdata()[0] == 12


def test_no_point_is_the_best_of_a_metric_without_a_goal():
    for number in range(2):
        with nbtrack.start_run():
            for step in range(3):
                nbtrack.log_metrics({"temperature": number + step}, step=step)
    assert len(plot.metric_history("temperature", best=True).axes[0].get_lines()) == 2
    nbtrack.goal("temperature", "min")
    *_, ring = plot.metric_history("temperature", best=True).axes[0].get_lines()
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (0, 0)


def test_a_metric_that_was_logged_once_has_bars():
    for number in range(3):
        with nbtrack.start_run(run_name=f"once {number}"):
            nbtrack.log_metric("once", number / 2)
    panel = plot.metric_history("once").axes[0]
    assert [bar.get_width() for bar in panel.patches] == [1, 0.5, 0]
    assert [each.get_text() for each in panel.get_yticklabels()] == ["once 2", "once 1", "once 0"]


def test_the_users_style_is_respected():
    with mpl.rc_context({"figure.figsize": (3, 2), "lines.linewidth": 7, "axes.prop_cycle": cycler(color=["#123456"])}):
        figure = plot.metric_history("loss")
    assert tuple(figure.get_size_inches()) == (3, 2)
    line = figure.axes[0].get_lines()[0]
    assert (line.get_linewidth(), line.get_color()) == (7, "#123456")


def test_columns_that_no_run_has_are_reported():
    with pytest.raises(InvalidValue, match="'nothing'"):
        plot.scatter("nothing", "acc")
    with pytest.raises(InvalidValue, match="'nothing'"):
        plot.parallel(metric="nothing")
