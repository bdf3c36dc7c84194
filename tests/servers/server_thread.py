"""nbtrack's server in a thread, before a store that can be replaced."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import uvicorn

from nbtrack.server.app import create_app
from nbtrack.server.serve import Options


class ReplaceableServer:
    """An application that passes requests on to the current one."""

    def __init__(self, app=None):
        self.app, self.uri = app, ""

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)

    def keep(self, folder, **options):
        """Serve the store of a folder from now on."""
        self.app = create_app(options_of(folder, **options))


def options_of(folder, **options):
    """Return options to serve the store of a folder with."""
    return Options(str(folder), options.pop("destination", str(folder)), **options).checked()


@contextmanager
def serving(app, port=0, lifespan="off"):
    """Run an application on a port of its own, and yield its address."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="error", lifespan=lifespan, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
