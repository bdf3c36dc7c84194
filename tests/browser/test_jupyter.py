"""The store behind Jupyter's own server, in JupyterLab."""

from __future__ import annotations

import lab
import pytest

pytestmark = pytest.mark.browser

RUNS = """%load_ext nbtrack
import nbtrack
for number in range(12):
    with nbtrack.start_run(run_name=f"run-{number:02d}"):
        nbtrack.log_param("lr", number / 10)
        for step in range(5):
            nbtrack.log_metric("loss", number / (step + 1), step=step)
"""
SHUT_DOWN = "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); }"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Run a Jupyter server of its own, since the store is the one of its folder."""
    with lab.serving(tmp_path_factory.mktemp("jupyter")) as found:
        yield found


@pytest.fixture
def notebook(open_notebook):
    """Return a notebook with a table whose kernel has been shut down."""
    opened = open_notebook([RUNS, "%runs"])
    opened.page.wait_for_selector(".nbt-row >> text=run-11")
    opened.page.evaluate(SHUT_DOWN)
    return opened


def test_a_table_reads_on_without_its_kernel(notebook):
    page = notebook.page
    page.hover(".nbt-row >> text=run-11")
    page.wait_for_selector("text=Kernel gone: reading the store")
    page.fill(".nbt-filter input", "metrics.loss > 1.5")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nbt-row >> text=run-10", state="visible")
    page.wait_for_selector(".nbt-row >> text=run-07", state="hidden")
    page.click(".nbt-row:has-text('run-11') .nbt-status")
    page.wait_for_selector(".nbt-row[aria-selected='true'] >> text=run-11")
    assert page.locator("[data-nbtrack-static]:visible").count() == 0
    page.click(".nbt-row:has-text('run-10') .nbt-status", modifiers=["Control"])
    for name, shown in (("Compare", ".nbt-sides >> text=run-10"), ("Show", "h1 >> text=/run-1[01]/")):
        with page.context.expect_page() as opened:
            page.get_by_role("button", name=name, exact=True).click()
        opened.value.wait_for_selector(shown)


def test_without_their_kernel_the_table_drives_the_chart_and_the_scatter_the_table(notebook):
    page = notebook.page
    for part in (".nbt-table", ".nbt-chart"):
        page.locator(part).hover()
        page.locator(part).get_by_text("Kernel gone: reading the store").wait_for()
    page.click(".nbt-row:has-text('run-03') .nbt-status")
    page.wait_for_function("() => document.querySelector('.nbt-legend')?.innerText.trim() === 'run-03'")
    page.get_by_role("radio", name="Scatter").click()
    page.wait_for_function("() => document.querySelectorAll('.nbt-points circle').length >= 12")
    page.wait_for_function("() => document.querySelectorAll('.nbt-points .nbt-picked').length === 1")
    page.locator("svg.nbt-drawing").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nbt-row[aria-selected='true'] >> text=run-00")
    assert page.locator(".nbt-row[aria-selected='true']").count() == 1


def test_the_launcher_opens_the_tracking_ui(notebook):
    page = notebook.page
    notebook.command("nbtrack:open")
    frame = page.frame_locator("#nbtrack-ui iframe")
    frame.get_by_text("run-11").first.wait_for()
    notebook.command("launcher:create")
    page.locator(".jp-LauncherCard", has_text="Tracking UI").wait_for()


def test_the_tracking_ui_shows_the_store_of_the_notebook_and_where_it_is(open_notebook):
    elsewhere = "%load_ext nbtrack\nimport nbtrack\nnbtrack.set_tracking_uri('elsewhere')"
    notebook = open_notebook([elsewhere, "%%track lonely\nscore = abs(hash('a')) / 3"])
    notebook.page.locator(".nbtrack-card").wait_for()
    notebook.command("nbtrack:open")
    frame = notebook.page.frame_locator("#nbtrack-ui iframe")
    frame.get_by_text("lonely").first.wait_for()
    assert frame.locator(".nbt-store").inner_text() == str(notebook.folder / "elsewhere")


def test_a_comparison_opens_below_the_toolbar_in_view_and_closes(open_notebook):
    make = "%load_ext nbtrack\nimport nbtrack\nfor i in range(9):\n    with nbtrack.start_run(run_name=f'net-{i}'):\n        nbtrack.log_metric('acc', i / 10)"
    notebook = open_notebook([make, "%runs"], height=600)
    page = notebook.page
    page.click(".nbt-row:has-text('net-8') .nbt-status")
    page.click(".nbt-row:has-text('net-6') .nbt-status", modifiers=["Control"])
    page.get_by_role("button", name="Compare").click()
    title = page.locator(".nbt-details .nbt-heading")
    title.wait_for()
    page.wait_for_function(
        "() => { const { top } = document.querySelector('.nbt-details .nbt-heading').getBoundingClientRect(); return top >= 0 && top < innerHeight / 2; }"
    )
    details, chart = (page.locator(each).first.bounding_box()["y"] for each in (".nbt-details", ".nbt-chart"))
    assert details < chart
    page.get_by_role("button", name="Close", exact=True).click()
    title.wait_for(state="detached")
    assert page.locator(".nbt-chart").count() == 1
    page.get_by_role("button", name="Compare").click()
    title.wait_for()
    assert notebook.faults == []
