"""A real server in a process of its own, for the tests."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import NamedTuple

import httpx

_START = """
import importlib, json, sys
from nbtrack.server.serve import Options
from nbtrack.server.serve import serve
given, shorter = map(json.loads, sys.argv[1:])
for name, value in shorter.items():
    module, _, constant = name.rpartition(".")
    setattr(importlib.import_module(f"nbtrack.{module}"), constant, value)
serve(Options(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}))
"""


class Server(NamedTuple):
    """Where a server is, and its process."""

    url: str
    process: subprocess.Popen
    folder: object
    log: object

    def get(self, path, **more):
        """Ask for something."""
        return httpx.get(self.url + path, timeout=60, **more)

    def call(self, name, arguments=None, *, method="POST", prefix="/api/2.0/mlflow/", **more):
        """Call an endpoint."""
        if method == "GET":
            more["params"] = arguments
        else:
            more["json"] = arguments or {}
        return httpx.request(method, f"{self.url}{prefix}{name}", timeout=60, **more)

    def made(self, name, arguments=None, **more):
        """Return what an endpoint answers, which has to be well."""
        answer = self.call(name, arguments, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def run(self, **more):
        """Create a run, and return its id."""
        return self.made("runs/create", {"experiment_id": "0", **more})["run"]["info"]["run_id"]

    @property
    def address(self):
        """Return where it listens."""
        return "127.0.0.1", int(self.url.rpartition(":")[2])

    def raw(self, request, timeout=30):
        """Send bytes, and return all that comes until the server closes."""
        with socket.create_connection(self.address, timeout) as wire:
            wire.sendall(request)
            chunks = []
            while piece := wire.recv(65_536):
                chunks.append(piece)
        return b"".join(chunks)

    def log_text(self):
        """Return what the server printed."""
        return self.log.read_text(errors="replace")


def free_port():
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(folder, environment=None, shorter=None, **options):
    """Run a server on an empty folder until the block ends; `shorter` sets constants, so that nobody waits for them."""
    port = options.setdefault("port", free_port())
    options = {"store": str(folder / "store"), "destination": str(folder / "files"), **options}
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", _START, json.dumps(options), json.dumps(shorter or {})],
            stdout=output,
            stderr=output,
            cwd=folder,
            env={**os.environ, **(environment or {})},
        )
    server = Server(f"http://127.0.0.1:{port}", process, folder, log)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server):
    """Return when the server answers."""
    deadline = time.monotonic() + 60
    while True:
        assert server.process.poll() is None, server.log_text()
        try:
            httpx.get(f"{server.url}/health", timeout=5)
        except httpx.TransportError:
            assert time.monotonic() < deadline, server.log_text()
            time.sleep(0.02)
        else:
            return
