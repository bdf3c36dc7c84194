"""Scatter and parallel coordinates in a browser, over a model that stands in for the kernel's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
KINDS = ("scatter", "parallel")


def show(page: Page, kind: str, count: int = 20) -> None:
    page.evaluate("([kind, count]) => showScatter(kind, count)", [kind, count])
    page.wait_for_selector(".nbt-points > *")


def state(page: Page, key: str) -> Any:
    return page.evaluate("key => model.get(key)", key)


@pytest.mark.parametrize("kind", KINDS)
def test_each_run_with_a_value_is_drawn_and_text_stays_text(page: Page, kind: str) -> None:
    show(page, kind)
    assert page.locator(".nbt-points > *").count() == 18
    assert page.locator(".nbt-summary").inner_text() == "18 runs · 2 without a value"
    assert page.locator(".nbtrack img").count() == 0
    page.evaluate("model.put({ found: 12_020, logs: ['params.lr'] })")
    page.wait_for_function("() => document.querySelector('.nbt-summary').textContent.endsWith('12,000 more not drawn')")
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("width", [400, 600, 1600])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_reaches_beyond_the_panel(page: Page, kind: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    show(page, kind, 300)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_point_is_named_and_picked(page: Page) -> None:
    show(page, "scatter")
    dot = page.locator(".nbt-points circle").nth(1)
    dot.hover(force=True)  # the drawing above it listens
    assert "<img src=x" in page.locator(".nbt-tooltip:visible").inner_text()
    dot.click(force=True)
    assert state(page, "selected") == ["0001"]
    assert page.locator(".nbt-picked").count() == 1
    page.locator("svg.nbt-drawing").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert len(state(page, "selected")) == 2
    page.keyboard.press("Escape")
    assert state(page, "selected") == []


def test_a_frame_selects_what_is_in_it(page: Page) -> None:
    show(page, "scatter")
    box = page.locator("svg.nbt-drawing").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] - 44, steps=4)
    page.mouse.up()
    assert len(state(page, "selected")) == 18


def test_brushes_select_by_mouse_and_by_key(page: Page) -> None:
    show(page, "parallel")
    axis = page.locator(".nbt-axis").last
    box = axis.locator(".nbt-ruler").bounding_box()
    assert box is not None
    page.mouse.move(box["x"], box["y"] + box["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(box["x"], box["y"] - 5, steps=3)
    page.mouse.up()
    upper = state(page, "selected")
    assert 3 <= len(upper) <= 6
    page.locator(".nbt-axis").first.focus()
    page.keyboard.press("ArrowUp")
    assert set(state(page, "selected")) < set(upper)
    assert "to" in (page.locator(".nbt-axis").first.get_attribute("aria-valuetext") or "")
    page.keyboard.press("Escape")
    assert state(page, "selected") == upper
    page.evaluate("model.put({ selected: ['0002'] })")
    assert page.locator(".nbt-brush .selection:visible").count() == 0


def test_axes_become_logarithmic_and_others_are_chosen(page: Page) -> None:
    show(page, "parallel")
    page.get_by_role("button", name="lr", exact=True).click()
    assert state(page, "logs") == ["params.lr"]
    assert page.locator(".nbt-axis-title").nth(1).is_disabled()
    page.get_by_role("button", name="2 of 2 axes").click()
    page.locator(".nbt-menu:popover-open input[value='params.lr']").uncheck()
    assert state(page, "axes") == ["params.optimizer", "metrics.acc"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Colour by metric").click()
    assert state(page, "colour_by_metric") is True


def test_the_kind_is_chosen_on_the_page(page: Page) -> None:
    show(page, "scatter")
    page.get_by_role("radio", name="Parallel").click()
    assert state(page, "kind") == "parallel"
    page.evaluate("model.put({ kind: 'history', points: [] })")
    page.wait_for_selector(".nbt-field-host", state="hidden")
    assert page.get_by_label("Smoothing").is_visible()
