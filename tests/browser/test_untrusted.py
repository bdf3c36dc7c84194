"""Notebooks that others wrote: what they name as a store is not opened by Jupyter's server."""

from __future__ import annotations

import base64
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import lab
import nbformat
import pytest

pytestmark = pytest.mark.browser

RUN = "0" * 32
CARD = """<div data-nbtrack-static="ab"><div class="nbtrack-card" data-nbtrack-run="{run}" data-nbtrack-kernel="1"
 data-nbtrack-store="{store}" data-nbtrack-status="RUNNING" data-nbtrack-links="">saved card {number}</div></div>"""
ID_OF = """%load_ext nbtrack
import nbtrack
nbtrack.set_tracking_uri({!r})
nbtrack.create_experiment("mine")
from nbtrack.endpoints import store_ids
print(store_ids.store_id({!r}))"""


def unsigned(uri):
    return base64.urlsafe_b64encode(uri.encode()).decode().rstrip("=")


def forged(uri):
    return base64.urlsafe_b64encode(b"\0" * 16 + uri.encode()).decode().rstrip("=")


def notebook_of(*stores):
    """Return a notebook whose saved outputs are cards of running runs in these stores."""
    outputs = [
        nbformat.v4.new_output("display_data", {"text/html": CARD.format(run=RUN, store=store, number=number)})
        for number, store in enumerate(stores)
    ]
    cell = nbformat.v4.new_code_cell("pass", outputs=outputs, execution_count=1)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})


@pytest.fixture
def listener():
    """Run a server on this machine that notes who asks it."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked = asked
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def places(server, tmp_path, listener):
    """Return what a hostile notebook might name: folders that exist or do not, databases, servers."""
    there = tmp_path / "there"
    there.mkdir()
    return [
        str(tmp_path / "missing"),
        str(there),
        f"sqlite:///{tmp_path}/missing.db",
        f"sqlite:///{server.folder}/inside.db",
        str(server.folder / "inside"),
        f"http://127.0.0.1:{listener.server_port}",
        "postgresql://user:password@127.0.0.1:1/runs",
        "../../../etc",
    ]


def files_in(*folders):
    return sorted(str(each) for folder in folders for each in folder.rglob("*") if each.suffix != ".ipynb")


def test_the_server_opens_only_stores_that_a_kernel_has_opened(server, open_notebook, tmp_path, places, listener):
    mine = str(tmp_path / "mine")
    notebook = open_notebook([ID_OF.format(mine, mine)])
    signed = notebook.page.locator(".jp-OutputArea-output pre").last.inner_text().strip()
    before = files_in(tmp_path, server.folder)

    def search(store):
        address = f"{server.address}/nbtrack/at/{store}/api/2.0/mlflow/experiments/search?max_results=9"
        return httpx.get(address, headers={"Authorization": f"token {lab.TOKEN}"}, timeout=30)

    found = search(signed).json()["experiments"]
    assert [each["name"] for each in found if each["name"] == "mine"] == ["mine"]
    stretched = base64.urlsafe_b64decode(signed + "==")[:16] + str(tmp_path / "there").encode()
    names = [make(each) for each in (*places, mine) for make in (unsigned, forged)]
    for name in [*names, base64.urlsafe_b64encode(stretched).decode().rstrip("="), "A", "_"]:
        assert search(name).status_code == 400, name
    assert files_in(tmp_path, server.folder) == before
    assert listener.asked == []


def test_cards_that_name_such_stores_stay_as_they_were_saved(open_notebook, server, tmp_path, places, listener):
    before = files_in(tmp_path, server.folder)
    # What Jupyter sanitizes in a notebook that is not trusted is followed nowhere, whoever signed it.
    notebook = open_notebook(notebook_of(*[forged(each) for each in places]), run=False)
    page, asked = notebook.page, []
    page.on("request", lambda request: "/nbtrack/" in request.url and asked.append(request.url))
    page.get_by_text("saved card 0").wait_for()
    assert page.locator("[data-nbtrack-store]").count() == 0
    with page.expect_request(lambda request: "/nbtrack/at/" in request.url, timeout=60_000):
        # Trusting it shows its outputs as they are.
        page.evaluate(
            """() => { const { model } = window.jupyterapp.shell.currentWidget.content;
            for (const cell of model.cells) cell.trusted = true; }"""
        )
        assert asked == []
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').filter(e => e.name.includes('/nbtrack/at/')).length >= 8"
    )
    for number in range(len(places)):
        assert page.get_by_text(f"saved card {number}").is_visible()
    assert files_in(tmp_path, server.folder) == before
    assert listener.asked == []
