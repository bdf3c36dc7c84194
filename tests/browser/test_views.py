"""Names of runs that open them, and saved views, in a notebook."""

from __future__ import annotations

import json

import pytest

import nbtrack

pytestmark = pytest.mark.browser

RUNS = """%load_ext nbtrack
import nbtrack, math
nbtrack.set_tracking_uri({!r})
for i in range(6):
    with nbtrack.start_run(run_name=f"net-{{i}}"):
        nbtrack.log_param("lr", 0.1 / (i + 1))
        nbtrack.set_tag("stage", "final" if i % 2 else "draft")
        for step in range(10):
            nbtrack.log_metric("loss", math.exp(-step / (5 + i)), step=step)
"""


@pytest.fixture
def folder(tmp_path_factory):
    return str(tmp_path_factory.mktemp("store") / "mlruns")


def test_names_open_runs_below_the_table_and_in_a_comparison(open_notebook, folder):
    notebook = open_notebook([RUNS.format(folder), "%runs", "nbtrack.compare('net-0', 'net-1')"], height=1400)
    page = notebook.page
    page.locator(".nbt-row .nbt-open", has_text="net-2").click()
    table = page.locator(".jp-CodeCell").nth(1)
    table.locator(".nbt-heading >> text=net-2").wait_for()
    assert page.locator(".nbt-row[aria-selected=true]").count() == 0
    table.locator(".nbt-grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    table.locator(".nbt-heading >> text=net-4").wait_for()
    titles = table.locator(".nbt-section-title").all_inner_texts()
    assert (titles[0], titles[-2:]) == ("metrics", ["tags", "details"])
    table.get_by_role("button", name="Close").click()
    table.locator(".nbt-heading").first.wait_for(state="detached")
    compared = page.locator(".jp-CodeCell").nth(2)
    compared.locator(".nbt-sides .nbt-run-link", has_text="net-1").first.click()
    compared.locator(".nbt-heading >> text=/^net-1$/").wait_for()
    assert notebook.faults == []
    _create_experiment(table, "trees")
    code = "panel.content.widgets[2].model.sharedModel.setSource('%%track fit\\nscore = math.exp(-1)')"
    page.evaluate(f"() => {{ const panel = window.jupyterapp.shell.currentWidget; {code}; }}")
    page.locator(".jp-CodeCell").nth(2).locator(".jp-InputArea-editor").click()
    notebook.command("notebook:run-cell")
    notebook.idle()
    assert [run.info.run_name for run in nbtrack.MlflowClient(folder).search_runs(["1"])] == ["fit"]


def _create_experiment(table, name):
    table.get_by_role("button", name="Experiments").click()
    menu = table.page.locator(".nbt-menu:popover-open")
    menu.get_by_label("Experiment name").fill(name)
    menu.get_by_role("button", name="Create").click()
    table.page.get_by_role("button", name=name).wait_for()


def test_a_view_is_saved_in_the_menu_and_shown_by_the_magic(open_notebook, folder):
    notebook = open_notebook([RUNS.format(folder), "%runs", "%runs --view finals"], run=False, height=1400)
    page = notebook.page
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    notebook.idle()
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    notebook.idle()
    page.wait_for_selector(".nbt-plot canvas")
    page.locator(".nbt-row", has_text="net-3").locator(".nbt-chip >> text=final").click()
    page.wait_for_function("() => document.querySelector('.nbt-count').innerText === '3 runs'")
    page.get_by_role("radio", name="Parallel").check(force=True)
    page.wait_for_selector("svg.nbt-drawing")
    page.locator("[data-action=views]").click()
    page.fill("[placeholder='View name']", "finals")
    page.locator(".nbt-views [data-action=save-view]").click()
    page.wait_for_selector(".nbt-said >> text=finals saved")
    (experiment,) = nbtrack.MlflowClient(folder).search_experiments()
    saved = json.loads(experiment.tags["nbtrack.view_of_all.finals"])
    assert (saved["filter"], saved["chart"]["kind"]) == ("tags.stage = 'final'", "parallel")
    page.keyboard.press("Escape")
    page.locator(".jp-CodeCell").nth(2).locator(".jp-InputArea-editor").click()
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    notebook.idle()
    shown = page.locator(".jp-CodeCell").nth(2)
    shown.locator("svg.nbt-drawing").wait_for()
    assert shown.locator(".nbt-count").inner_text() == "3 runs"
    assert notebook.faults == []
