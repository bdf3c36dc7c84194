"""The Tracking UI's server on a store of its own, asked as the page asks it."""

from __future__ import annotations

import json

import httpx
import pytest
from ui_server import looked_at

import nbtrack

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
    with looked_at(fresh / "mlruns") as address, httpx.Client(base_url=address, trust_env=False) as client:
        yield Page(client)
