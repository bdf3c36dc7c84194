"""HTTP/1.1 as uvicorn speaks it, with bounds for what it leaves unbounded.

These are heads, those who stop listening, and connections, of which some may only wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from nbtrack.server import responses
from nbtrack.server.security import SAFETY

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from starlette.types import Receive, Scope, Send

HEAD_SECONDS = 15.0
"""How long the head of a request may take, and a new connection may say nothing."""
MAX_HEAD_BYTES = 32_768
STALLED_SECONDS = 30.0
"""How long somebody may take no byte of an answer that waits for him."""


MAX_CONNECTIONS = 400
"""Connections to one process that are answered; another one is asked to come back, and beyond twice as many cut off."""


class HeadTooLarge(Exception):
    """A head beyond its limit; the parser passes it on as bad HTTP."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    _timer: TimerHandle | None = None
    _stalled: TimerHandle | None = None
    _head: int | None = 0
    """How many bytes of a head have come; None outside one."""

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)
        if len(self.connections) > MAX_CONNECTIONS:
            self.app = _too_many_connections
        if len(self.connections) > 2 * MAX_CONNECTIONS:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        for each in (self._timer, self._stalled):
            if each is not None:
                each.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes."""
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > MAX_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("the head of the request is too large")

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._head = 0
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        super().on_header(name, value)
        self._count(len(name) + len(value))

    def _count(self, size: int) -> None:
        self._sizes = getattr(self, "_sizes", 0) + size
        if self._sizes > MAX_HEAD_BYTES:
            raise HeadTooLarge

    def on_headers_complete(self) -> None:
        """End a head."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._head = None
        self._sizes = 0
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Begin to look whether the other side takes anything."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """End looking."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def _watch(self, left: int) -> None:
        self._stalled = self.loop.call_later(STALLED_SECONDS, self._look, left)

    def _look(self, left: int) -> None:
        now = self.transport.get_write_buffer_size()
        if now < left:
            self._watch(now)
        else:
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or too much of it."""
        body = b'{"error_code":"BAD_REQUEST","message":"%s"}' % msg.encode()
        lines = [b"HTTP/1.1 400 Bad Request", b"content-type: application/json", b"content-length: %d" % len(body)]
        lines += [name + b": " + value for name, value in SAFETY]
        self.transport.write(b"\r\n".join([*lines, b"connection: close", b"", body]))
        self.transport.close()


async def _too_many_connections(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer the only request of a connection that is one too many."""
    msg = f"{MAX_CONNECTIONS} connections are open: try again in a moment"
    response = responses.error_response(scope, responses.Busy(msg))
    response.raw_headers += [*SAFETY, (b"connection", b"close")]
    await response(scope, receive, send)
