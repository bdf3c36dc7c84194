"""The panels in JupyterLab and Notebook 7, as a user sees and clicks them."""

from __future__ import annotations

import re
import time

import nbformat
import pytest
from hostile import HOSTILE

pytestmark = pytest.mark.browser

SET_UP = "%load_ext nbtrack\nimport nbtrack, math, time\nnbtrack.set_tracking_uri({!r})"
MANY = """
for i in range({}):
    with nbtrack.start_run(run_name=f"net-{{i:02d}}"):
        nbtrack.log_params({{"lr": 0.1 / (i + 1), "depth": i % 3, "seed": 0}})
        for step in range(30):
            nbtrack.log_metrics({{"loss": math.exp(-step / (5 + i)), "acc": 1 - math.exp(-step / (4 + i))}}, step=step)
"""

EXECUTE = (
    """code => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code }).done"""
)


@pytest.fixture
def setting(tmp_path_factory):
    """Return a first cell that uses a store of its own."""
    return SET_UP.format(str(tmp_path_factory.mktemp("store") / "mlruns"))


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_table_sorts_filters_selects_and_drives_the_chart(open_notebook, setting, app):
    notebook = open_notebook([setting, MANY.format(12), "panel = nbtrack.runs()\npanel"], app=app)
    page = notebook.page
    page.wait_for_selector(".nbt-row >> text=net-11")
    assert page.locator(".nbt-constants").inner_text().strip().endswith("seed=0")

    page.click(".nbt-head >> text=acc")
    page.wait_for_function("() => document.querySelector('[aria-sort=ascending], [aria-sort=descending]')")

    box = page.locator(".nbt-filter .nbt-input")
    box.fill("metrics.acc >> 0.9")
    box.press("Enter")
    page.wait_for_selector(".nbt-error >> text=number")
    assert page.locator(".nbt-row >> text=net-00").count() == 1
    box.fill("params.depth = '1'")
    box.press("Enter")
    page.wait_for_function(
        "() => !document.querySelector('.nbt-row')?.textContent.includes('net-00') && document.body.innerText.includes('4 runs')"
    )
    box.press("Escape")
    page.wait_for_function("() => document.body.innerText.includes('12 runs')")

    legend = page.locator(".nbt-legend")
    page.click(".nbt-row:has-text('net-02') .nbt-status")
    page.wait_for_function("() => document.querySelector('.nbt-legend')?.innerText.trim() === 'net-02'")
    page.click(".nbt-row:has-text('net-05') .nbt-status", modifiers=["Control"])
    page.wait_for_function("() => document.querySelector('.nbt-legend')?.innerText.includes('net-05')")
    assert "net-02" in legend.inner_text()
    assert page.locator(".nbt-plot canvas").count() == 2
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("d")
    page.keyboard.press("d")
    assert page.locator(".jp-CodeCell").count() == 3
    assert notebook.faults == []


def test_chart_is_alive_while_a_cell_runs(open_notebook, setting):
    loop = """%%track alive
w = 5.0
for step in range(60):
    loss = (w - 3) ** 2
    w -= 0.05 * (w - 3)
    time.sleep(0.1)
"""
    notebook = open_notebook([setting, MANY.format(2), "%runs", loop], run=False)
    notebook.start_all()
    page = notebook.page
    page.wait_for_selector(".nbt-row >> text=alive", timeout=30_000)
    page.wait_for_selector(".nbt-row >> text=/running/i", timeout=10_000)
    page.wait_for_selector(".nbt-legend >> text=alive", timeout=10_000)
    assert "[*]" in page.locator(".jp-CodeCell").last.inner_text()
    page.wait_for_selector(".nbt-row:has-text('alive') >> text=/finished/i", timeout=30_000)
    notebook.idle()
    page.wait_for_selector(".nbtrack-card >> text=alive")
    assert notebook.faults == []


def test_saved_notebook_shows_static_outputs_without_its_kernel(open_notebook, setting):
    notebook = open_notebook([setting, MANY.format(3), "%runs", "%chart loss"])
    notebook.page.wait_for_selector(".nbt-row >> text=net-02")
    hidden = notebook.page.locator("[data-nbtrack-static]")
    assert [hidden.nth(number).is_visible() for number in range(hidden.count())] == [False] * 3
    saved = notebook.save()
    again = open_notebook(nbformat.from_dict(saved), run=False)
    again.page.wait_for_selector("[data-nbtrack-static] >> text=net-02")
    shown = again.page.locator("[data-nbtrack-static]")
    assert [shown.nth(number).is_visible() for number in range(shown.count())] == [True] * 3
    assert again.page.locator("[data-nbtrack-static] img").count() == 2
    html = "".join(
        output.data.get("text/html", "")
        for cell in saved.cells
        for output in cell.get("outputs", [])
        if "data" in output
    )
    assert not re.search(r"<script|javascript:|on\w+=", html)


HOSTILE_RUNS = f"""
names = []
for text in {HOSTILE!r}:
    key = text[:200]
    with nbtrack.start_run(run_name=text) as run:
        nbtrack.log_param(key, text[:6000])
        for step in range(2):
            nbtrack.log_metric(key, step, step=step)
        nbtrack.set_tags({{"t" + key: text[:5000], "mlflow.note.content": text}})
        file = "".join(each for each in key if each not in "/\\\\")[:100]
        nbtrack.log_text(text, file + ".txt")
        nbtrack.log_text(text, "cell.py")
    names.append(run.info.run_id)
"""
HOSTILE_CELL = """%%track "<img src=x onerror='window.hit=1'>"
note = "<script>window.hit=1</script>"
for epoch in range(4):
    loss = math.exp(-epoch)
score = math.cos(1)
"""


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_hostile_text_never_runs_and_never_breaks_the_layout(open_notebook, setting, app):
    shown = ["%runs", "nbtrack.chart()", "nbtrack.compare(*names[:6])", "nbtrack.show(names[1])"]
    notebook = open_notebook([setting, HOSTILE_RUNS, *shown, HOSTILE_CELL, HOSTILE_CELL], app=app, height=2000)
    page = notebook.page
    for part in (".nbt-row", ".nbt-plot canvas", ".nbt-details .nbt-sides", ".nbt-file summary"):
        page.locator(part).first.wait_for()
    page.locator(".nbt-row:visible").nth(1).hover()
    page.locator(".nbt-file summary").first.click()
    page.locator(".nbt-preview pre").first.wait_for()
    for name in ("Chart", "Compare with last", "Code", "Edit values"):
        page.locator(".nbtrack-card").last.get_by_role("button", name=name, exact=True).click()
        page.get_by_role("region", name=name, exact=True).last.wait_for()
    page.locator(".nbtrack-card .nbt-plot canvas, .nbtrack-card ~ * .nbt-plot canvas").first.wait_for()
    assert page.evaluate("() => window.hit") is None
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1")
    rights = page.locator(".nbtrack, .nbtrack-card").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().right)"
    )
    assert all(right <= 1200 for right in rights)
    assert notebook.faults == []
    assert notebook.foreign == []


def test_kernel_that_is_gone_is_told_and_the_table_stays(open_notebook, setting):
    notebook = open_notebook([setting, MANY.format(3), "%runs"])
    page = notebook.page
    page.wait_for_selector(".nbt-row >> text=net-02")
    page.evaluate(
        "async () => { const w = window.jupyterapp.shell.currentWidget; await w.sessionContext.session.kernel.restart(); }"
    )
    page.hover(".nbt-row >> text=net-01")
    page.wait_for_selector("text=/kernel gone/i", timeout=20_000)
    assert page.locator(".nbt-row >> text=net-02").is_visible()
    marks = page.locator(".jupyter-widgets-disconnected").evaluate_all(
        "all => all.map(each => getComputedStyle(each, '::before').content)"
    )
    assert marks
    assert set(marks) == {"none"}, "nothing but our own words says that the kernel is gone"


def test_names_and_titles_are_whole_where_there_is_room_and_confirmations_pass(open_notebook, setting):
    make = """with nbtrack.start_run(run_name="random-forest"):
    nbtrack.log_param("C", 1)
    nbtrack.log_metric("a", 0.5)
with nbtrack.start_run(run_name="gradient-boosting"):
    nbtrack.log_param("C", 2)
    nbtrack.log_metric("a", 0.6)"""
    notebook = open_notebook([setting, make, "%runs"])
    page = notebook.page
    page.wait_for_selector(".nbt-row >> text=random-forest")
    cut = "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
    for each in (".nbt-row .nbt-name .nbt-ellipsis", ".nbt-row .nbt-name button", ".nbt-head .nbt-group"):
        assert page.locator(each).evaluate_all(cut) == []
    page.click(".nbt-row:has-text('random-forest') .nbt-status")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("1 run restored").wait_for()
    page.get_by_text("1 run restored").wait_for(state="detached", timeout=30_000)
    page.wait_for_selector(".nbt-row >> text=random-forest")
    page.get_by_role("button", name="Experiments").click()
    menu = page.locator(".nbt-menu:popover-open")
    menu.get_by_label("Experiment name").fill("trees")
    menu.get_by_label("Experiment name").press("Enter")
    page.locator("[data-action=experiments] >> text=trees").wait_for()
    page.evaluate(EXECUTE, "first = nbtrack.start_run(run_name='first of trees')\nnbtrack.end_run()")
    page.wait_for_selector(".nbt-row >> text=first of trees")
    assert notebook.faults == []


def test_ten_thousand_runs_send_no_more_than_a_page(open_notebook, tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / "mlruns"
    cells = [
        SET_UP.format(str(folder)),
        """
from nbtrack.tracking.tracking_uri import resolve_store
store = resolve_store()
first = store.create_run("0", name="first", user_id="me", start_time=1, tags={})
with store._database.writing() as connection:
    for i in range(2, 10_001):
        connection.execute("INSERT INTO runs VALUES (?, ?, 0, ?, 'me', 'FINISHED', ?, ?, 'active', NULL, NULL)", (i, f"{i:032x}", f"run-{i}", i * 1000, i * 1000 + 500))
        for k in range(15):
            connection.execute("INSERT INTO params VALUES (?, ?, ?)", (i, f"p{k}", str(i * k % 7)))
            connection.execute("INSERT INTO latest_metrics VALUES (?, ?, ?, 0, 0)", (i, f"m{k}", math.sin(i * k + i)))
""",
        "%runs",
    ]
    notebook = open_notebook(cells)
    page = notebook.page
    page.wait_for_selector(".nbt-row >> text=run-10000")
    assert page.locator(".nbt-row").count() < 200
    assert "10,000 runs" in page.inner_text(".nbt-table")
    began = time.monotonic()
    page.locator(".nbt-body, [role=grid], .nbt-rows").first.evaluate(
        "e => { const s = [e, ...e.querySelectorAll('*')].find(x => x.scrollHeight > x.clientHeight + 1000) ?? e.closest('*'); s.scrollTop = 28 * 5000; }"
    )
    page.wait_for_selector(".nbt-row >> text=/run-50\\d\\d/", timeout=10_000)
    assert time.monotonic() - began < 10


def test_panels_come_back_when_the_page_is_loaded_anew(open_notebook, setting):
    notebook = open_notebook([setting, MANY.format(3), "%runs", "nbtrack.runs()"])
    page = notebook.page
    page.wait_for_function("() => document.querySelectorAll('.nbt-table .nbt-word').length >= 6")
    notebook.run_all()
    page.evaluate("() => globalThis[Symbol.for('nbtrack.bundles')].packed.clear()")
    page.evaluate("() => globalThis[Symbol.for('nbtrack.bundles')].loaded.clear()")
    notebook.run_all()
    page.wait_for_function("() => document.querySelectorAll('.nbt-table .nbt-word').length >= 6")
    notebook.save()
    page.reload()
    page.wait_for_function("() => document.querySelectorAll('.nbt-table .nbt-word').length >= 6", timeout=60_000)
    assert page.locator("[data-nbtrack-static]:visible").count() == 0


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_the_saved_notebook_follows_its_panels(open_notebook, setting, app):
    notebook = open_notebook([setting, "%runs", "pass", MANY.format(3)], app=app)
    page = notebook.page
    kept = "window.jupyterapp.shell.currentWidget.content.widgets[1].model.outputs.toJSON()"
    page.wait_for_function(f"() => JSON.stringify({kept}.slice(1)).match(/net-02[^]*data:image.png/)")
    page.fill(".nbt-filter .nbt-input", "params.depth = '1'")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => !JSON.stringify({kept}.slice(1)).includes('net-02')")
    saved = "".join(each.data["text/html"] for each in notebook.save().cells[1].outputs if "text/html" in each.data)
    assert "net-01" in saved
    assert page.locator("[data-nbtrack-static]:visible").count() == 0


def test_what_a_panel_hears_leaves_the_figures_of_a_running_cell_alone(open_notebook, setting):
    draw = """plt.plot([1, 2])
print("drawing")
while len(panel.table.selected) < 2:
    time.sleep(0.01)
print("figures", plt.get_fignums())"""
    prepare = "%matplotlib inline\nimport matplotlib.pyplot as plt\npanel = nbtrack.runs()\npanel"
    notebook = open_notebook([setting, MANY.format(3), prepare, draw], run=False)
    page = notebook.page
    notebook.start_all()
    page.wait_for_selector(".jp-OutputArea-output >> text=drawing")
    page.click(".nbt-row:has-text('net-02') .nbt-status")
    page.click(".nbt-row:has-text('net-01') .nbt-status", modifiers=["Control"])
    notebook.idle()
    assert "figures [1]" in page.locator(".jp-CodeCell").nth(3).locator(".jp-OutputArea").inner_text()


def test_only_a_table_with_room_below_it_opens_anything(open_notebook, setting):
    show = "panel = nbtrack.runs()\nfrom ipywidgets import HBox\n{}"
    notebook = open_notebook([setting, MANY.format(2), show.format("panel.table"), show.format("HBox([panel])")])
    page = notebook.page
    alone, beside = page.locator(".nbt-table").nth(0), page.locator(".nbt-table").nth(1)
    for each in (alone, beside):
        each.locator(".nbt-row:has-text('net-01') .nbt-status").click()
    beside.get_by_role("button", name="Compare").wait_for()
    assert alone.get_by_role("button", name="Export").is_visible()
    assert alone.get_by_role("button", name="Compare").count() == 0


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_what_is_picked_in_a_scatter_is_selected_in_the_table(open_notebook, setting, app):
    notebook = open_notebook([setting, MANY.format(12), "%runs"], app=app, height=1200)
    page = notebook.page
    page.wait_for_selector(".nbt-plot canvas")
    page.get_by_role("radio", name="Scatter").click()
    page.wait_for_function("() => document.querySelectorAll('.nbt-points circle').length === 12")
    axes = [page.get_by_label(f"{each} axis").input_value() for each in ("Horizontal", "Vertical")]
    assert axes == ["params.depth", "metrics.acc"], "the seed is constant"
    page.locator("svg.nbt-drawing").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.nbt-row[aria-selected=true]').length === 1")
    page.get_by_role("radio", name="Parallel").click()
    page.get_by_role("slider", name="Brush depth").wait_for()
    page.get_by_role("slider", name="Brush acc").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => document.querySelectorAll('.nbt-row[aria-selected=true]').length > 1")
    page.keyboard.press("d")
    page.keyboard.press("d")
    assert page.locator(".jp-CodeCell").count() == 3
    assert notebook.faults == []


def test_an_axis_keeps_the_keyboard_when_axes_come_and_go(open_notebook, setting):
    notebook = open_notebook([setting, MANY.format(12), "panel = nbtrack.runs()\npanel"], height=1200)
    page = notebook.page
    page.get_by_role("radio", name="Parallel").click()
    axes = page.get_by_role("slider")
    page.get_by_role("slider", name="Brush depth").wait_for()
    page.get_by_role("slider", name="Brush acc").focus()
    page.evaluate(EXECUTE, "panel.chart.axes = ['metrics.acc', 'params.lr', 'params.depth', 'metrics.loss']")
    page.get_by_role("slider", name="Brush loss").wait_for()
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Brush acc"
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => document.activeElement.getAttribute('aria-valuetext') !== 'all'")
    page.evaluate(EXECUTE, "panel.chart.axes = ['params.lr', 'metrics.loss']")
    page.get_by_role("slider", name="Brush acc").wait_for(state="detached")
    assert page.evaluate("() => document.activeElement.getAttribute('role')") == "slider"
    assert axes.count() == 2
    assert notebook.faults == []
