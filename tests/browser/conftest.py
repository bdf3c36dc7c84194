"""A real JupyterLab and Notebook 7, driven in a real Chromium."""

from __future__ import annotations

import itertools
import time

import lab
import nbformat
import pytest


@pytest.fixture(autouse=True)
def fresh():
    """Leave the process as it is: these tests work in other processes."""


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Run a Jupyter server with Lab and Notebook on an empty folder."""
    with lab.serving(tmp_path_factory.mktemp("jupyter")) as found:
        yield found


class NotebookPage:
    """One notebook that is open in the browser."""

    def __init__(self, page, server, name):
        self.page, self.name = page, name
        self.folder = server.folder

    def run_all(self):
        """Run every cell and wait until the kernel rests."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.idle()

    def start_all(self):
        """Run every cell without waiting."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")

    def idle(self, timeout=120_000):
        """Wait until no cell waits or runs."""
        self.page.wait_for_function(lab.READY, timeout=timeout)
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
        document = (
            cells
            if isinstance(cells, dict)
            else nbformat.v4.new_notebook(
                cells=[nbformat.v4.new_code_cell(each) for each in cells],
                metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            )
        )
        nbformat.write(document, server.folder / name)
        context = chromium.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        foreign, faults = [], []
        page.route("**/*", lambda route: _local(route, foreign))
        page.on("pageerror", lambda error: "blob:" in (error.stack or "") and faults.append(error.stack))
        page.goto(server.url(name, app))
        page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext ?? window.jupyterapp?.shell?.currentWidget?.content?.sessionContext",
            timeout=60_000,
        )
        page.wait_for_function(lab.READY, timeout=60_000)
        if dark:
            page.evaluate(
                "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
            )
            page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
        if app == "lab":
            page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
        notebook = NotebookPage(page, server, name)
        notebook.foreign, notebook.faults = foreign, faults
        opened.append((context, notebook))
        if run:
            notebook.run_all()
        return notebook

    yield open_
    for context, notebook in opened:
        notebook.page.evaluate(
            "async () => { const w = window.jupyterapp.shell.currentWidget; await (w.sessionContext ?? w.content?.sessionContext)?.shutdown(); }"
        )
        context.close()
        assert notebook.foreign == [], "a request left for a foreign host"


def _local(route, foreign):
    url = route.request.url
    if url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
        route.continue_()
    else:
        foreign.append(url)
        route.abort()
