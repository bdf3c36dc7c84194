"""The live card over a kernel that hears, and over one that does not while it is busy, as ipykernel 6 is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_kernel_that_hears_has_buttons(page: Page) -> None:
    page.evaluate("showCard('net', true)")
    page.get_by_role("button", name="Stop").wait_for()
    assert page.get_by_role("button").count() == 3
    assert "nbtrack runs stop" not in page.locator(".nbt-card").inner_text()


def test_the_time_left_is_that_of_the_iterations_to_come_and_is_not_shown_while_paused(page: Page) -> None:
    page.evaluate("showCard('net', true, { began: Date.now() - 600_000, progress: { turns: 3, pace: 2000 } })")
    steps = page.locator(".nbt-steps")
    steps.get_by_text("step 3 of 10 · 14 s left").wait_for()
    page.evaluate("model.put({ paused: true })")
    steps.get_by_text("step 3 of 10", exact=True).wait_for()


def test_a_cell_without_a_loop_has_no_button_that_would_pause_it(page: Page) -> None:
    page.evaluate("showCard('net', true, { pausable: false, total: null, progress: { turns: 0, at: Date.now() } })")
    page.get_by_role("button", name="Stop").wait_for()
    assert page.get_by_role("button").all_inner_texts() == ["Stop", "Note"]
    assert "step" not in page.locator(".nbt-card").inner_text()


def test_status_and_what_differs_from_the_last_run_are_text(page: Page) -> None:
    page.evaluate("showCard('net', true, { params: [['rate', '<b>0.2</b>', '0.1'], ['depth', '3', null]] })")
    assert page.locator(".nbt-card .nbt-status").inner_text().split() == ["◌", "running"]
    assert page.locator(".nbt-card-param").all_inner_texts() == ["rate\t<b>0.2</b>\twas 0.1", "depth\t3"]


def test_a_run_that_was_asked_to_stop_says_so(page: Page) -> None:
    page.evaluate("showCard('net', true, { stopping: true })")
    page.get_by_role("button", name="Stop").wait_for()
    assert "stopping" in page.locator(".nbt-card").inner_text()
    assert page.get_by_role("button", name="Stop").is_disabled()
    assert page.get_by_role("button", name="Pause").is_disabled()


def test_a_busy_kernel_has_no_button_but_a_command(page: Page) -> None:
    page.evaluate("""showCard("Bob's <b>net</b>", false)""")
    command = page.locator(".nbt-card code")
    command.wait_for()
    assert command.inner_text() == "nbtrack runs stop 'Bob'\\''s <b>net</b>'"
    assert page.get_by_role("button").count() == 0
    assert "step 3 of 10" in page.locator(".nbt-card").inner_text()
