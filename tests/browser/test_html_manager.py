"""The way that VS Code and exported pages load widgets: html-manager, AMD modules, no server extension, no CDN."""

from __future__ import annotations

import base64
import contextlib
import json
import queue
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import anywidget
import nbformat
import pytest
from kernels import Kernel
from nbclient import NotebookClient

pytestmark = pytest.mark.browser

NODE_MODULES = Path(__file__).parents[2] / "nbtrack" / "web" / "node_modules"
LIVE_PAGE = """<!doctype html><html><body>
<script src="/node_modules/requirejs/require.js"></script>
<script>requirejs.config({ paths: { anywidget: "/anywidget/index" } });</script>
<script src="/node_modules/@jupyter-widgets/html-manager/dist/embed-amd.js"></script>
<script src="/live_widgets.js"></script>
</body></html>"""
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
    """Serve pages and what they load, and return the address of `served` below the test's folder."""
    root = tmp_path / "served"
    root.mkdir()
    (root / "live.html").write_text(LIVE_PAGE)
    (root / "live_widgets.js").symlink_to(Path(__file__).with_name("live_widgets.js"))
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


def test_saved_panels_appear_without_a_kernel_and_nothing_throws(page, address, tmp_path):
    (tmp_path / "served" / "saved.html").write_text(page_of(executed(tmp_path)))
    page.goto(f"{address}saved.html")
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


class Relay:
    """Passes the messages of comms on between a kernel and the page that shows its widgets."""

    def __init__(self, kernel, page):
        self._kernel, self._page = kernel, page
        page.expose_function("toKernel", self._to_kernel)

    def _to_kernel(self, identity, kind, content, buffers):
        message = self._kernel.client.session.msg(kind, content)
        message["header"]["msg_id"] = message["msg_id"] = identity
        message["buffers"] = [base64.b64decode(each) for each in buffers]
        self._kernel.client.shell_channel.send(message)

    def until(self, condition):
        """Pass messages on until a condition of the page holds."""
        deadline = time.monotonic() + 60
        while not self._page.evaluate(condition):
            assert time.monotonic() < deadline, condition
            with contextlib.suppress(queue.Empty):
                self._pass_on(self._kernel.client.get_iopub_msg(timeout=0.1))

    def _pass_on(self, message):
        kind, content = message["msg_type"], message["content"]
        if kind in {"display_data", "execute_result"} and VIEW in content["data"]:
            kind, content = "view", content["data"][VIEW]
        if kind in {"comm_open", "comm_msg", "status", "view"}:
            passed = {"kind": kind, "content": content, "parent": message["parent_header"].get("msg_id", "")}
            passed |= {"metadata": message["metadata"]}
            passed |= {"buffers": [base64.b64encode(bytes(each)).decode() for each in message.get("buffers", [])]}
            self._page.evaluate("message => fromKernel(message)", passed)


def test_live_panels_answer_without_a_server_and_nothing_throws(page, address, tmp_path):
    kernel = Kernel(tmp_path)
    try:
        page.goto(f"{address}live.html")
        relay = Relay(kernel, page)
        for cell in CELLS[:2]:
            kernel.send(cell)
        relay.until("() => document.querySelectorAll('.nbt-row .nbt-name').length === 8")
        relay.until("() => document.querySelectorAll('.nbt-chart canvas').length > 0")
        page.locator(".nbt-row:has-text('net-03') .nbt-status").click()
        relay.until("() => document.querySelector('.nbt-legend')?.innerText.trim() === 'net-03'")
        page.fill(".nbt-filter .nbt-input", "metrics.loss > 0.05")
        page.keyboard.press("Enter")
        relay.until("() => !document.querySelector('.nbt-rows').innerText.includes('net-00')")
        assert page.locator(".nbt-row >> text=net-07").is_visible()
        kernel.send(CELLS[3])
        relay.until("() => document.querySelector('.nbt-sides')?.innerText.includes('net-02')")
    finally:
        kernel.stop()
    assert page.faults == []
    assert page.foreign == []
