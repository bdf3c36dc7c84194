"""A server of the Tracking UI in a thread of the tests."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import uvicorn

from nbtrack.server.app import create_app
from nbtrack.server.serve import Options


@contextmanager
def looked_at(folder, prefix="", **more):
    """Serve a store, below a prefix as a proxy would offer it, and give the address without the prefix."""
    options = Options(str(folder), str(folder), artifact_root=str(folder), prefix=prefix, **more).checked()
    app = _below(prefix, create_app(options))
    config = uvicorn.Config(app, port=0, log_level="warning", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    ready = threading.Event()
    server.startup = _then(server.startup, ready)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(30)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _then(start, ready):
    async def started(sockets=None):
        await start(sockets)
        ready.set()

    return started


def _below(prefix, app):
    async def offered(scope, receive, send):
        if scope["type"] == "http":
            assert scope["path"].startswith(f"{prefix}/"), "a request went past the prefix"
            scope["root_path"] = prefix
        await app(scope, receive, send)

    return offered
