"""The comparison, the view of a run and rich display in JupyterLab and Notebook 7, as a user sees and clicks them."""

from __future__ import annotations

import re

import nbformat
import pytest
from hostile import HOSTILE

pytestmark = pytest.mark.browser

SET_UP = "%load_ext nbtrack\nimport nbtrack, math\nnbtrack.set_tracking_uri({!r})"
RUNS = """
import base64, json
dot = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
for i in range(3):
    with nbtrack.start_run(run_name=f"net-{i}") as run:
        nbtrack.log_params({"lr": 0.1 * (i + 1), "seed": 0})
        for step in range(20):
            nbtrack.log_metrics({"loss": math.exp(-step / (5 + i))}, step=step)
        nbtrack.log_text(f"rate = {0.1 * (i + 1)}\\nfit(rate)", "cell.py")
        nbtrack.log_text("a,b\\n1,2\\n", "table.csv")
        nbtrack.log_text("<script>parent.hit = 1; fetch('http://example.org')</script><b>page</b>", "page.html")
        nbtrack.log_text("<svg xmlns='http://www.w3.org/2000/svg' onload='top.hit = 1'><text y='20'>drawn</text></svg>", "drawing.svg")
        nbtrack.MlflowClient().put(run.info.run_id, dot, "dot.png")
"""


@pytest.fixture
def setting(tmp_path_factory):
    """Return a first cell that uses a store of its own."""
    return SET_UP.format(str(tmp_path_factory.mktemp("store") / "mlruns"))


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_runs_are_compared_from_the_table(open_notebook, setting, app):
    notebook = open_notebook([setting, RUNS, "%runs"], app=app, height=1400)
    page = notebook.page
    page.click(".nbt-row:has-text('net-0') .nbt-status")
    page.click(".nbt-row:has-text('net-2') .nbt-status", modifiers=["Shift"])
    page.click("button:text-is('Compare')")
    page.wait_for_selector(".nbt-details .nbt-best")
    titles = page.locator(".nbt-section-title").all_inner_texts()
    assert titles[:3] == ["run", "parameters", "metrics"]
    assert titles[-2:] == ["dot.png", "drawing.svg"]
    page.wait_for_function("() => document.querySelectorAll('.nbt-images img').length === 6")
    assert page.locator(".nbt-removed, .nbt-added").count() == 4
    page.check(".nbt-only input")
    assert page.locator(".nbt-same").count() == 0
    with page.expect_download() as download:
        page.click("button:text-is('Markdown')")
    assert download.value.suggested_filename == "comparison.md"
    assert notebook.faults == []


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_run_is_shown_with_previews_that_may_do_nothing(open_notebook, setting, app):
    last = "nbtrack.search_runs(output_format='list', filter_string=\"run_name = 'net-1'\")[0]"
    notebook = open_notebook([setting, RUNS, "%track show net-1", last], app=app, height=1400)
    page = notebook.page
    page.wait_for_selector(".nbt-details >> text=net-1")
    assert page.locator(".nbt-details").count() == 4
    above, first = page.locator(".nbt-details").nth(0), page.locator(".nbt-details").nth(1)
    for name, shown in {
        "table.csv": "td >> text=2",
        "page.html": "iframe",
        "drawing.svg": "img",
        "dot.png": "img",
    }.items():
        file = first.locator(".nbt-file", has_text=name)
        file.locator("summary").click()
        file.locator(f".nbt-preview {shown}").wait_for()
    assert page.frame_locator(".nbt-file:has-text('page.html') iframe").first.locator("b").inner_text() == "page"
    drawing = first.locator(".nbt-file", has_text="drawing.svg").locator("img")
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=drawing.element_handle())
    note = above.locator(".nbt-is-note textarea")
    note.fill("worth a **second** look")
    note.blur()
    above.locator(".nbt-markdown strong >> text=second").wait_for()
    assert page.evaluate("() => window.hit") is None
    assert notebook.faults == []


SWEEPS = """
for name, gain in (("first", 1), ("second", 2)):
    with nbtrack.start_run(run_name=name) as run:
        turns = [(depth, kernel, gain * depth / 1024) for depth in (1, 2, 3) for kernel in ("rbf", "<img src=x onerror='window.hit = 1'>")]
        depths, kernels, scores = (list(each) for each in zip(*turns))
        nbtrack.log_metric("score", scores[-1])
        nbtrack.log_table({"depth": depths, "kernel": kernels, "score": scores}, "rows.json")
"""


@pytest.mark.parametrize("width", [400, 1400])
def test_rows_are_sorted_by_their_headings_and_joined_in_the_comparison(open_notebook, setting, width):
    cells = [setting, SWEEPS, "nbtrack.show('second')", "nbtrack.compare('first', 'second')"]
    notebook = open_notebook(cells, width=width, height=1400)
    page = notebook.page
    run, comparison = page.locator(".nbt-details").nth(0), page.locator(".nbt-details").nth(2)
    first = run.locator(".nbt-sweep tbody tr").first
    assert first.locator("td").all_inner_texts() == ["1", "rbf", "0.001953"]
    run.locator(".nbt-sorts", has_text="score").click()
    run.locator("th[aria-sort=descending]").wait_for()
    assert first.locator("td").all_inner_texts() == ["3", "rbf", "0.005859"]
    with page.expect_download() as download:
        run.locator("button:text-is('Download .csv')").click()
    assert download.value.path().read_text().startswith("depth,kernel,score\n3,rbf,0.005859375\n")
    assert [each.strip() for each in comparison.locator(".nbt-sweep th").all_inner_texts()] == [
        "depth",
        "kernel",
        "score\nfirst",
        "score\nsecond",
    ]
    assert comparison.locator(".nbt-sweep tbody tr").count() == 6
    assert page.locator(".nbt-sweep img").count() == 0
    assert page.evaluate("() => window.hit") is None
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
    assert notebook.faults == []


def test_twenty_hostile_strings_never_run_and_never_break_the_layout(open_notebook, setting):
    make = f"""
texts = {HOSTILE!r}
for text in texts:
    with nbtrack.start_run(run_name=text):
        nbtrack.log_param(text[:250], text)
        for step in range(2):
            nbtrack.log_metric("m " + text[:200], step, step=step)
        nbtrack.set_tag("t " + text[:200], text)
        nbtrack.set_tag("mlflow.note.content", text)
        nbtrack.log_text(text, "".join(c for c in text[:100] if c.isprintable() and c not in "/\\\\\\\\:") + ".txt")
        nbtrack.log_text(text, "cell.py")
ids = [run.info.run_id for run in nbtrack.search_runs(output_format="list")]
"""
    cells = [setting, make, "%runs", "nbtrack.compare(*ids[:12])", "nbtrack.compare(*ids[12:24])"]
    shown = [f"nbtrack.show(ids[{number}])" for number in range(0, len(HOSTILE), 3)]
    notebook = open_notebook([*cells, *shown])
    page = notebook.page
    page.wait_for_selector(".nbt-row")
    page.wait_for_function(f"() => document.querySelectorAll('.nbt-details').length === {2 + 2 * len(shown)}")
    for file in page.locator(".nbt-file summary").all():
        file.click()
    page.locator(".nbt-filter .nbt-input").first.fill("<img src=x onerror='window.hit = 1'>")
    page.wait_for_timeout(800)
    for tag in ("script", "iframe", "base", "meta", "link", "svg[onload]", "a[href]", "style"):
        assert page.locator(f".nbtrack {tag}").count() == 0, tag
    assert page.evaluate("() => window.hit") is None
    wide = "() => [...document.querySelectorAll('.nbtrack')].filter(e => e.getBoundingClientRect().right > 1201).length"
    assert page.evaluate(wide) == 0
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth + 1")
    assert notebook.faults == []
    saved = "".join(
        output.data.get("text/html", "")
        for cell in notebook.save().cells
        for output in cell.get("outputs", [])
        if "data" in output
    )
    assert not re.search(r"<(script|iframe|style|base|meta|link|details)", saved)


@pytest.mark.parametrize("app", ["lab", "notebook"])
@pytest.mark.parametrize("trusted", [True, False])
def test_reopened_notebooks_show_static_outputs(open_notebook, setting, app, trusted):
    cells = [setting, RUNS, "%runs", "nbtrack.compare('net-0', 'net-1')", "nbtrack.show('net-2')"]
    saved = open_notebook(cells).save()
    again = nbformat.from_dict(saved)
    if not trusted:  # what the server did not sign
        again.cells[0].source += "\n# from elsewhere"
    notebook = open_notebook(again, app=app, run=False)
    page = notebook.page
    page.wait_for_selector(".jp-OutputArea-output >> text=net-2")
    cells = "window.jupyterapp.shell.currentWidget.content.widgets"
    assert page.evaluate(f"() => {cells}.filter(c => c.model.type === 'code').every(c => c.model.trusted)") is trusted
    outputs = [page.locator(".jp-CodeCell").nth(number).locator(".jp-OutputArea") for number in (2, 3, 4)]
    texts = [each.inner_text() for each in outputs]
    assert "the first" in texts[0] or "3 runs" in texts[0]
    assert "+ rate = 0.2" in texts[1]
    assert "rate = 0.3" in texts[2]
    assert [each.locator("img:visible").count() for each in outputs] == [1, 1, 1]


def test_details_say_when_the_kernel_is_gone_and_read_the_store(open_notebook, setting):
    notebook = open_notebook([setting, RUNS, "nbtrack.compare('net-0', 'net-1')"])
    page = notebook.page
    page.wait_for_selector(".nbt-details .nbt-best")
    page.evaluate(
        "async () => { const w = window.jupyterapp.shell.currentWidget; await w.sessionContext.session.kernel.restart(); }"
    )
    page.hover(".nbt-details")
    page.wait_for_selector(".nbt-details >> text=Kernel gone: reading the store", timeout=20_000)
    marked = page.locator(".jupyter-widgets-disconnected").evaluate_all(
        "all => all.filter(each => getComputedStyle(each, '::before').content !== 'none').map(each => each.className)"
    )
    assert marked == [], "no icon of a broken link stands above the panel"
    with page.expect_download() as download:
        page.locator("[data-action='export-comparison']:text-is('CSV')").click()
    assert download.value.path().read_text().startswith("group,key,net-0,net-1\n")
    assert page.locator(".nbt-details .nbt-best").first.is_visible()


def test_rows_of_another_process_appear_within_seconds(open_notebook, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("store") / "mlruns")
    other = f"""
import subprocess, sys
code = "import nbtrack; nbtrack.set_tracking_uri({folder!r}); nbtrack.start_run(run_name='stranger'); nbtrack.end_run()"
process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3)\\n" + code])
"""
    notebook = open_notebook([SET_UP.format(folder), RUNS, "%runs", other])
    notebook.page.wait_for_selector(".nbt-row >> text=stranger", timeout=15_000)
