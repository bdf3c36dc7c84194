"""Renaming runs, and making, renaming and deleting experiments on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def asked(page: Page, endpoint: str) -> Any:
    sent = page.evaluate("model.sent")
    return [each["arguments"] for each in sent if each["endpoint"] == endpoint]


@pytest.fixture
def table(page: Page) -> Page:
    page.evaluate("showTable(12)")
    page.wait_for_selector(".nbt-word")
    return page


def test_a_run_is_renamed_by_key_and_button(table: Page) -> None:
    rows = table.locator(".nbt-row")
    rows.nth(2).click()
    table.keyboard.press("F2")
    name = table.get_by_label("New name")
    assert name.input_value() == "run-2"
    name.fill("better")
    name.press("Enter")
    assert asked(table, "nbtrack/runs/update") == [{"run_ids": ["0002"], "run_name": "better"}]
    assert name.is_hidden()
    rows.nth(3).click()
    table.get_by_role("button", name="Rename", exact=True).click()
    assert name.input_value() == "run-3"
    table.keyboard.press("Escape")
    rows.nth(4).click(modifiers=["Control"])
    assert table.get_by_role("button", name="Rename", exact=True).is_disabled()


def test_an_experiment_is_chosen_made_renamed_and_deleted_with_undo(table: Page) -> None:
    table.get_by_role("button", name="Experiments").press("Enter")
    menu = table.locator(".nbt-menu:popover-open")
    menu.get_by_role("radio").nth(2).wait_for()
    assert menu.get_by_role("button", name="Delete").is_disabled()
    assert "<img src=x" in menu.inner_text()
    menu.get_by_role("radio").nth(1).check()
    assert table.evaluate("model.get('experiment_ids')") == ["0"]
    menu.get_by_label("Experiment name").fill("trees")
    menu.get_by_role("button", name="Rename").click()
    menu.get_by_text("Renamed to trees").wait_for()
    assert asked(table, "mlflow/experiments/update") == [{"experiment_id": "0", "new_name": "trees"}]
    menu.get_by_role("button", name="Delete").click()
    menu.get_by_role("button", name="Undo").press("Enter")
    menu.get_by_text("Default restored").wait_for()
    assert asked(table, "mlflow/experiments/restore") == [{"experiment_id": "0"}]
    menu.get_by_label("Experiment name").fill("new")
    menu.get_by_label("Experiment name").press("Enter")
    table.wait_for_function("() => model.get('experiment_ids')[0] === '9'")
    assert asked(table, "mlflow/experiments/create") == [{"name": "new"}]


def test_one_experiment_is_named_before_its_menu_was_opened(table: Page) -> None:
    button = table.locator("[data-action=experiments]")
    assert button.inner_text() == "Experiments"
    table.evaluate(
        """() => {
          const experiment = { id: "5", name: "forests" };
          model.put({ experiment_ids: ["5"], page: { ...model.get("page"), experiment } });
        }"""
    )
    assert button.inner_text() == "forests"
    assert asked(table, "mlflow/experiments/search") == []
    table.evaluate("model.put({ page: { ...model.get('page'), experiment: { id: '5', name: 'trees' } } })")
    assert button.inner_text() == "trees"
