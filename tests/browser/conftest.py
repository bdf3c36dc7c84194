"""A real JupyterLab and Notebook 7, driven in a real Chromium."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest

TOKEN = "test-token"
READY = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    const session = panel?.sessionContext ?? panel?.content?.sessionContext;
    if (!session) return false;
    await session.ready;
    const kernel = session.session?.kernel;
    return session.isReady && kernel?.status === 'idle' && kernel?.connectionStatus === 'connected';
}"""


@pytest.fixture(autouse=True)
def fresh():
    """Leave the process as it is: these tests work in other processes."""


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Run a Jupyter server with Lab and Notebook on an empty folder; yield its address and the folder."""
    home = tmp_path_factory.mktemp("jupyter")
    folder = home / "work"
    folder.mkdir()
    settings = home / "lab" / "user-settings" / "@jupyterlab"
    for plugin, value in {
        "notebook-extension/tracker": {"windowingMode": "none"},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }.items():
        path = settings / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))
    port = free_port()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_", "JPY_"))},
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "lab" / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "lab" / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/api/status?token={TOKEN}", process, home / "server.log")
            yield address, folder
        finally:
            process.terminate()
            process.wait(20)


def wait_for(url, process, log):
    """Wait until a server answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"the Jupyter server did not start:\n{log.read_text()[-3000:]}")


class Sheet:
    """One notebook that is open in the browser."""

    def __init__(self, page, server, name):
        self.page, self.name = page, name
        self.address, self.folder = server

    def run_all(self):
        """Run every cell and wait until the kernel rests."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.idle()

    def start_all(self):
        """Run every cell without waiting."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")

    def idle(self, timeout=120_000):
        """Wait until no cell waits or runs."""
        self.page.wait_for_function(READY, timeout=timeout)
        self.page.wait_for_function(
            "() => ![...document.querySelectorAll('.jp-InputPrompt')].some(e => e.textContent.includes('*'))",
            timeout=timeout,
        )

    def command(self, name):
        """Execute a command of the application."""
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def save(self):
        """Save the notebook and return what is on disk."""
        self.command("docmanager:save")
        self.page.wait_for_function(
            "() => !(window.jupyterapp.shell.currentWidget.context ?? window.jupyterapp.shell.currentWidget.content.context).model.dirty"
        )
        return nbformat.read(self.folder / self.name, as_version=4)


@pytest.fixture
def open_notebook(server, chromium):
    """Return a function that opens a notebook of some cells in Lab or Notebook 7."""
    opened, numbers = [], itertools.count()
    made = time.time_ns()

    def open_(cells, *, app="lab", width=1200, height=900, dark=False, run=True):
        name = f"t{made}-{next(numbers)}.ipynb"
        notebook = (
            cells
            if isinstance(cells, dict)
            else nbformat.v4.new_notebook(
                cells=[nbformat.v4.new_code_cell(each) for each in cells],
                metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            )
        )
        nbformat.write(notebook, server[1] / name)
        context = chromium.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        foreign, faults = [], []
        page.route("**/*", lambda route: _local(route, foreign))
        page.on("pageerror", lambda error: "blob:" in (error.stack or "") and faults.append(error.stack))
        path = f"/lab/tree/{name}" if app == "lab" else f"/notebooks/{name}"
        page.goto(f"{server[0]}{path}?token={TOKEN}&reset")
        page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext ?? window.jupyterapp?.shell?.currentWidget?.content?.sessionContext",
            timeout=60_000,
        )
        page.wait_for_function(READY, timeout=60_000)
        if dark:
            page.evaluate(
                "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
            )
            page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
        if app == "lab":
            page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
        sheet = Sheet(page, server, name)
        sheet.foreign, sheet.faults = foreign, faults
        opened.append((context, sheet))
        if run:
            sheet.run_all()
        return sheet

    yield open_
    for context, sheet in opened:
        sheet.page.evaluate(
            "async () => { const w = window.jupyterapp.shell.currentWidget; await (w.sessionContext ?? w.content.sessionContext).shutdown(); }"
        )
        context.close()
        assert sheet.foreign == [], "a request left for a foreign host"


def _local(route, foreign):
    url = route.request.url
    if url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
        route.continue_()
    else:
        foreign.append(url)
        route.abort()
