"""The Tracking UI's server on a store of its own, asked as the page asks it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager

import httpx
import pytest
import uvicorn

import nbtrack
from nbtrack.server.app import built
from nbtrack.server.options import Options

HTML = "<h1>drawn</h1><script>top.hit = 1</script>"


@pytest.fixture
def runs(fresh):
    """Return the ids of three runs with curves, artifacts and a note."""
    nbtrack.create_experiment("digits")
    nbtrack.set_experiment("digits")
    return [_run(number) for number in range(3)]


def _run(number):
    with nbtrack.start_run(run_name=f"net-{number}") as run:
        nbtrack.log_params({"lr": 0.1 / (number + 1), "seed": 0})
        for step in range(5):
            nbtrack.log_metrics({"loss": 1 / (step + number + 1), "acc": step / (number + 5)}, step=step)
        nbtrack.set_tags({"team": "vision", "mlflow.note.content": "first"})
        nbtrack.log_text("lr = 0.1\nfit()", "cell.py")
        nbtrack.log_text("a,b\n1,2\n", "sub/table.csv")
        nbtrack.log_text(HTML, "page.html")
    return run.info.run_id


class Page:
    """Asks a server as the page does."""

    def __init__(self, client):
        self.client = client

    def get(self, path, /, **query):
        """Read."""
        return self._read(self.client.get(path, params=query))

    def post(self, path, /, **body):
        """Write, or ask for much."""
        return self._read(self.client.post(path, json=body))

    @staticmethod
    def _read(response):
        assert response.status_code == 200, response.text
        kind = response.headers["content-type"].partition(";")[0]
        if kind == "application/json" and "content-disposition" not in response.headers:
            return response.json()
        if kind == "application/octet-stream" and "content-disposition" not in response.headers:
            head, _, data = response.content.partition(b"\n")
            return json.loads(head), data
        return response.content


@pytest.fixture
def page(fresh):
    """Return the page's way to the store ``mlruns``."""
    with served(fresh / "mlruns") as found:
        yield found


@contextmanager
def served(folder, **more):
    """Serve a store from a thread of this process."""
    app = built(Options(str(folder), str(folder), artifact_root=str(folder), **more).checked())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none", timeout_graceful_shutdown=1))
    ready = threading.Event()
    server.startup = _then(server.startup, ready)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield Page(client)
    server.should_exit = True
    thread.join()


def _then(start, ready):
    async def started(sockets=None):
        await start(sockets)
        ready.set()

    return started
