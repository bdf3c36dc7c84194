"""The path of a notebook: what its kernel was started with, and what its server says after a rename."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import httpx
import nbformat
import pytest
from jupyter_client.blocking import BlockingKernelClient

import nbtrack

TOKEN = "test-token"


class Server:
    """A Jupyter server on an empty folder."""

    def __init__(self, folder):
        self.folder, self.runtime = folder, folder.parent / "runtime"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("JPY_")}
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--port=0"]
        command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
        self.process = subprocess.Popen(
            command,
            env={**environment, "JUPYTER_RUNTIME_DIR": str(self.runtime), "JUPYTER_PLATFORM_DIRS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.url = self._url()

    def _url(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for file in self.runtime.glob("jpserver-*.json"):
                try:
                    url = json.loads(file.read_text())["url"]
                    urllib.request.urlopen(f"{url}api/status?token={TOKEN}", timeout=5).close()
                except (ValueError, urllib.error.URLError):
                    continue
                return url
            time.sleep(0.05)
        pytest.fail("the Jupyter server did not start")

    def ask(self, method, path, body):
        request = urllib.request.Request(f"{self.url}{path}", json.dumps(body).encode(), method=method)
        request.add_header("Authorization", f"token {TOKEN}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@pytest.fixture
def server(fresh):
    (fresh / "work").mkdir()
    server = Server(fresh / "work")
    yield server
    server.process.terminate()
    server.process.wait(20)


def connected(server, kernel):
    client = BlockingKernelClient(connection_file=str(server.runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels()
    client.kernel_info(reply=True, timeout=60)
    return client


def test_notebook_is_known_after_it_was_renamed(server, fresh):
    nbformat.write(nbformat.v4.new_notebook(), server.folder / "first.ipynb")
    asked = {"path": "first.ipynb", "name": "first.ipynb", "type": "notebook", "kernel": {"name": "python3"}}
    session = server.ask("POST", "api/sessions", asked)
    client = connected(server, session["kernel"]["id"])
    cell = "%%track {}\nimport math\nC = 2\nscore = math.exp(-C)"
    settle = "from nbtrack.notebook import session_registry\nsession_registry.current().background.close()"
    try:
        client.execute_interactive("%load_ext nbtrack", timeout=60, output_hook=lambda _: None)
        client.execute_interactive(cell.format("one"), timeout=60, output_hook=lambda _: None)
        Path(server.folder / "first.ipynb").rename(server.folder / "second.ipynb")
        server.ask("PATCH", f"api/sessions/{session['id']}", {"path": "second.ipynb", "name": "second.ipynb"})
        client.execute_interactive(cell.format("two"), timeout=60, output_hook=lambda _: None)
        client.execute_interactive(settle, timeout=60, output_hook=lambda _: None)
    finally:
        client.stop_channels()
    nbtrack.set_tracking_uri(server.folder / "mlruns")
    runs = {run.info.run_name: run.data.tags for run in nbtrack.search_runs(output_format="list")}
    assert runs["one"]["mlflow.source.name"] == str(server.folder / "first.ipynb")
    assert runs["two"]["mlflow.source.name"] == str(server.folder / "second.ipynb")


def test_hostile_files_beside_the_connection_file_do_no_harm(tmp_path):
    from nbtrack.notebook import notebook_path

    (tmp_path / "jpserver-1.json").write_text("nonsense")
    (tmp_path / "jpserver-2.json").write_text('{"url": "file:///etc/"}')
    (tmp_path / "jpserver-3.json").write_text("[]")
    (tmp_path / "jpserver-4.json").write_text('{"url": "http://127.0.0.1:9/"}')
    assert notebook_path.notebook_of(str(tmp_path / "kernel-x.json")) is None


def test_the_page_behind_jupyter_is_not_sent_twice(server):
    asked = {"Authorization": f"token {TOKEN}"}
    first = httpx.get(f"{server.url}nbtrack/", headers=asked, trust_env=False)
    assert first.status_code == 200
    again = httpx.get(
        f"{server.url}nbtrack/", headers={**asked, "If-None-Match": first.headers["etag"]}, trust_env=False
    )
    assert (again.status_code, again.content) == (304, b"")
