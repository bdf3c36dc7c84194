"""The way that VS Code and exported pages load widgets: html-manager, AMD modules, no server extension, no CDN."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import anywidget
import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.browser

NODE_MODULES = Path(__file__).parents[2] / "nbtrack" / "web" / "node_modules"
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
CELLS = [
    """%load_ext nbtrack
import math, nbtrack
for i in range(8):
    with nbtrack.start_run(run_name=f"net-{i:02d}"):
        nbtrack.log_param("lr", 0.1 / (i + 1))
        for step in range(30):
            nbtrack.log_metric("loss", math.exp(-step / (5 + i)), step=step)
""",
    "%runs",
    "%chart loss",
    "%compare net-01 net-02",
]
PAGE = """<!doctype html><html><body>
<script src="/node_modules/requirejs/require.js"></script>
<script>requirejs.config({{ paths: {{ anywidget: "/anywidget/index" }} }});</script>
<script src="/node_modules/@jupyter-widgets/html-manager/dist/embed-amd.js"></script>
<script type="{state_type}">{state}</script>
{views}
</body></html>"""


def executed(folder):
    """Return the notebook of the cells with its outputs and the state of its widgets."""
    cells = [nbformat.v4.new_code_cell(each) for each in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}}, timeout=120
    ).execute()
    return notebook


def page_of(notebook):
    """Return the page that shows each widget that the notebook displays."""
    outputs = [each for cell in notebook.cells for each in cell.outputs]
    views = [each.data[VIEW] for each in outputs if VIEW in each.get("data", {})]
    scripts = "\n".join(f'<div><script type="{VIEW}">{json.dumps(each)}</script></div>' for each in views)
    state = json.dumps(notebook.metadata.widgets[STATE]).replace("</", "<\\/")
    return PAGE.format(state_type=STATE, state=state, views=scripts)


@pytest.fixture
def address(tmp_path):
    """Serve the page of an executed notebook and what it loads, and return its address."""
    notebook = executed(tmp_path)
    root = tmp_path / "served"
    root.mkdir()
    (root / "index.html").write_text(page_of(notebook))
    (root / "node_modules").symlink_to(NODE_MODULES)
    (root / "anywidget").symlink_to(Path(anywidget.__file__).parent / "nbextension")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(chromium):
    """Return a page that notes its faults, and requests that leave for other hosts."""
    page = chromium.new_page(viewport={"width": 1100, "height": 1400})
    page.faults, page.foreign = [], []

    def local(route):
        if route.request.url.startswith(("http://127.0.0.1", "data:", "blob:")):
            route.continue_()
        else:
            page.foreign.append(route.request.url)
            route.abort()

    page.route("**/*", local)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda message: message.type == "error" and page.faults.append(message.text))
    yield page
    page.close()


def test_saved_panels_appear_without_a_kernel_and_nothing_throws(page, address):
    page.goto(address)
    page.locator(".nbt-table .nbt-row >> text=net-07").first.wait_for(timeout=60_000)
    page.locator(".nbt-chart canvas").nth(1).wait_for()
    page.locator(".nbt-row:has-text('net-03') .nbt-status").click()
    page.locator(".nbt-row[aria-selected=true] >> text=net-03").wait_for()
    page.get_by_role("button", name="log y").first.click()
    page.get_by_role("button", name="log y", pressed=True).wait_for()
    page.locator(".nbt-sides >> text=net-01").first.wait_for()
    page.locator(".nbt-table").get_by_text("Kernel gone: showing the last data").wait_for()
    assert page.locator(".nbt-table .nbt-toolbar").first.evaluate("el => getComputedStyle(el).display") == "flex"
    assert page.faults == []
    assert page.foreign == []
