"""Plots in a real browser: the cursor, tooltips, hidden lines, bars, and frames that arrive in two parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Page

pytestmark = pytest.mark.browser

PUT = """series => {
  const values = [];
  const places = series.map(({ run, metric, xs, ys }) => {
    const place = { run, metric, offset: values.length, length: xs.length, total: xs.length };
    values.push(...xs, ...ys);
    return place;
  });
  const metrics = [...new Set(series.map(({ metric }) => metric))];
  const frame = { version: 2, x: "step", series: places };
  model.put({ metrics, available: metrics, frame, data: new DataView(Float64Array.from(values).buffer) });
}"""


FRAMES = "async () => { for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame); }"
"""Until what was put is drawn: the panel waits a frame for both parts, and draws in the next."""


@pytest.fixture
def chart(page: Page) -> Page:
    page.set_viewport_size({"width": 700, "height": 900})
    page.evaluate("showChart()")
    page.wait_for_selector(".u-over")
    return page


def draw(page: Page, series: list[tuple[str, str, list[float], list[float]]]) -> None:
    """Have the kernel send other curves: of each its run, metric, steps and values."""
    page.evaluate(PUT, [{"run": run, "metric": metric, "xs": xs, "ys": ys} for run, metric, xs, ys in series])
    page.evaluate(FRAMES)


def box_of(page: Page) -> FloatRect:
    box = page.locator(".u-over").first.bounding_box()
    assert box is not None
    return box


def test_a_frame_that_nobody_has_filled_yet_is_no_error(chart: Page) -> None:
    chart.evaluate("model.put({ frame: {} })")
    chart.wait_for_selector(".nbt-blank >> text=No points yet")


def test_the_cursor_stands_at_a_step(chart: Page) -> None:
    draw(chart, [("a1", "loss", [0, 10, 20], [3, 2, 1])])
    box = box_of(chart)
    chart.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 30)
    chart.wait_for_selector(".nbt-tooltip >> text=step 10")
    cursor, dot = (chart.locator(each).first.bounding_box() for each in (".u-cursor-x", ".nbt-dots .nbt-dot:visible"))
    assert cursor
    assert dot
    assert cursor["x"] == pytest.approx(box["x"] + box["width"] / 2, abs=1)
    assert dot["x"] + dot["width"] / 2 == pytest.approx(cursor["x"], abs=1.5)


def test_the_tooltip_shows_what_was_recorded(chart: Page) -> None:
    draw(chart, [("b2", "loss", [0, 1, 2], [0.000977, 0.000977, 0.000977])])
    box = box_of(chart)
    chart.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 30)
    chart.wait_for_selector(".nbt-tooltip >> text=0.000977")


def test_a_hidden_curve_is_said_to_be_hidden(chart: Page) -> None:
    draw(chart, [("b2", "loss", [0, 1], [1, 2])])
    chart.locator(".nbt-chip", has_text="run-1").click()
    chart.wait_for_selector(".nbt-blank >> text=Hidden in the legend")


def test_metrics_are_in_sections_by_their_prefix_and_the_axis_is_named(chart: Page) -> None:
    keys = ["loss", "train/loss", "val/loss", "val/acc"]
    draw(chart, [("a1", key, [0, 1], [1, 2]) for key in keys])
    assert chart.locator(".nbt-prefix").all_inner_texts() == ["train", "val"]
    assert chart.locator(".nbt-title").all_inner_texts() == ["loss", "loss", "loss", "acc"]
    assert chart.locator(".nbt-canvas").nth(2).get_attribute("aria-label") == "val/loss by step: 1 line"


def test_a_metric_that_was_logged_once_has_a_bar_for_each_run(chart: Page) -> None:
    values = [("a1", 0.5), ("b2", 0.75), ("c1", -0.25)]
    draw(chart, [(run, metric, [0], [value]) for metric in ("acc", "seconds") for run, value in values])
    assert chart.locator(".u-over").count() == 0
    bars = chart.locator(".nbt-bar-list").first
    assert [each.split("\n")[-1] for each in bars.locator(".nbt-bar-row").all_inner_texts()] == ["0.5", "0.75", "−0.25"]
    widths = bars.locator(".nbt-bar-fill").evaluate_all("all => all.map(each => each.getBoundingClientRect().width)")
    assert widths[1] == pytest.approx(1.5 * widths[0], rel=0.02)
    assert widths[2] == pytest.approx(0.5 * widths[0], rel=0.02)
    assert chart.locator(".nbt-best").all_inner_texts() == ["0.75"], "the goal of seconds is not known"
    assert chart.evaluate("window.hacked") is None


def test_the_legend_says_how_many_runs_are_not_drawn_and_follows_new_names(chart: Page) -> None:
    assert not chart.locator(".nbt-total").inner_text()
    chart.evaluate("model.put({ found: 30 })")
    chart.wait_for_selector(".nbt-total >> text=3 of 30 runs")
    chart.evaluate("model.put({ runs: model.get('runs').map((run) => ({ ...run, name: `new ${run.id}` })) })")
    chart.wait_for_selector(".nbt-chip >> text=new b2")


@pytest.mark.parametrize("width", [400, 1400])
def test_labels_of_parallel_axes_stand_where_no_line_crosses_them(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    page.evaluate("showScatter('parallel', 20)")
    page.wait_for_selector(".nbt-ruler")
    boxes = page.evaluate(
        """() => [...document.querySelectorAll(".nbt-axis")].map((axis) => ({
          ruler: axis.querySelector(".nbt-ruler").getBoundingClientRect().toJSON(),
          labels: [...axis.querySelectorAll(".nbt-tick")].map((tick) => tick.getBoundingClientRect().toJSON()),
        }))"""
    )
    assert len(boxes) == 3
    for box in boxes:
        assert box["labels"]
        for label in box["labels"]:
            assert label["left"] >= box["ruler"]["left"] - 1
            assert label["right"] <= box["ruler"]["right"] + 1
    page.get_by_role("button", name="Colour by metric").click()
    page.wait_for_selector(".nbt-ramp[aria-label='Colour: acc from 0 to 0.95']")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_rectangle_selects_a_part_of_one_plot_and_the_range_of_all(chart: Page) -> None:
    draw(chart, [("b2", metric, [0, 5, 10], [0, 50, 100]) for metric in ("loss", "acc")])
    box = box_of(chart)
    chart.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.2 * box["height"])
    chart.mouse.down()
    chart.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.8 * box["height"], steps=4)
    chart.mouse.up()
    chart.wait_for_function("model.sent.length === 1")
    asked = chart.evaluate("model.sent[0].arguments")
    assert asked["x0"] == pytest.approx(1, abs=0.2)
    assert asked["x1"] == pytest.approx(9, abs=0.2)
    assert chart.get_by_role("button", name="Reset zoom").is_visible()
    before = chart.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")
    chart.get_by_role("button", name="Reset zoom").click()
    chart.wait_for_function("before => document.querySelector('canvas').toDataURL() !== before", arg=before)
    chart.wait_for_selector(".nbt-unseen:text('Reset zoom')", state="attached")


@pytest.mark.parametrize("format", ["PNG", "SVG", "CSV"])
def test_a_chart_is_downloaded_without_the_runs_that_are_hidden(chart: Page, format: str) -> None:
    chart.locator(".nbt-chip", has_text="run-1").click()
    chart.get_by_role("button", name="log y").click()
    chart.get_by_role("button", name="Download").click()
    chart.locator(f".nbt-menu button:text-is('{format}')").click()
    chart.wait_for_function("model.sent.length === 1")
    sent = chart.evaluate("model.sent[0]")
    assert sent["endpoint"] == "nbtrack/charts/export"
    asked = sent["arguments"]
    assert (asked["format"], asked["kind"], asked["logs"]) == (format.lower(), "history", ["y"])
    assert asked["run_ids"] == ["a1", "c1"]
