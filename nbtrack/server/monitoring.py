"""Monitoring of requests: their ids, the access log, and the counters at ``/metrics``."""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from typing import TYPE_CHECKING, Any

from nbtrack.server import draining

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from nbtrack.server.measurements import Measurements

REQUEST_ID = b"x-request-id"
SCOPE_KEY = "nbtrack.request_id"
_ACCEPTED = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_log = logging.getLogger("nbtrack.access")


class MonitoringMiddleware:
    """Gives each request an id, counts and logs it, and closes connections while the server drains.

    Parameters
    ----------
    app : ASGIApp
        The application.
    measurements : Measurements
        The counters.
    log : bool
        Whether to write a line of JSON for each request to the standard error stream.
    drain_seconds : float
        How long the server keeps answering after SIGTERM.
    """

    def __init__(self, app: ASGIApp, measurements: Measurements, *, log: bool, drain_seconds: float) -> None:
        self.app, self._measurements, self._drain_seconds = app, measurements, drain_seconds
        self._is_logged = log
        if log and not _log.handlers:
            _log.addHandler(logging.StreamHandler())
            _log.setLevel(logging.INFO)
            _log.propagate = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the start and the end of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            await self.app({**scope, SCOPE_KEY: exchange.identity}, receive, exchange.send)
        finally:
            self._measurements.add(scope["path"], exchange.status, exchange.seconds)
            if self._is_logged:
                _log.info("%s", json.dumps(exchange.described(), ensure_ascii=True))

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup" and self._drain_seconds:
                draining.install(self._drain_seconds)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


class _Exchange:
    """A request and its response."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self.identity = _given_id(scope) or secrets.token_hex(8)
        self.status, self._bytes, self._begun = 500, 0, time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self._begun

    async def send(self, message: Message) -> None:
        """Send a part of the response, the first one with the id."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            more = [(REQUEST_ID, self.identity.encode())]
            if draining.has_begun():
                more.append((b"connection", b"close"))
            message["headers"] = [*message["headers"], *more]
        elif message["type"] == "http.response.body":
            self._bytes += len(message.get("body", b""))
        await self._send(message)

    def described(self) -> dict[str, Any]:
        """Return the line of the log, without the query string, which may contain a token."""
        client = self._scope.get("client")
        return {
            "time": round(time.time(), 3),
            "id": self.identity,
            "client": client[0] if client else None,
            "method": self._scope["method"],
            "path": self._scope["path"][:2_000],
            "status": self.status,
            "ms": round(self.seconds * 1000, 1),
            "bytes": self._bytes,
        }


def _given_id(scope: Scope) -> str:
    """Return the id that a proxy has given the request; empty if there is none, or it can't be logged safely."""
    given = next((value for name, value in scope["headers"] if name == REQUEST_ID), b"")
    return given.decode() if _ACCEPTED.fullmatch(given) else ""
