"""Limits that uvicorn lacks: on the headers of requests, on clients that stop reading, and on concurrent connections.

They apply to both HTTP/1.1 implementations of uvicorn: h11, and httptools if it is installed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from nbtrack.server import responses
from nbtrack.server.security import SAFETY

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from starlette.types import Receive, Scope, Send

HEAD_SECONDS = 15.0
"""Seconds for the headers of a request to arrive, and for a new connection to send a first byte."""
MAX_HEAD_BYTES = 32_768
STALLED_SECONDS = 30.0
"""Seconds that a client may read nothing of a pending response."""
MAX_CONNECTIONS = 400
"""Connections that one process serves; further clients are told to retry, and from twice as many on they are closed."""


class ConnectionLimits(asyncio.Protocol):
    """A mixin for the protocols of uvicorn, which provide the attributes."""

    loop: asyncio.AbstractEventLoop
    transport: Any
    connections: set[Any]
    app: Any
    _head_timer: TimerHandle | None = None
    _stall_timer: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request, for a limited time."""
        super().connection_made(transport)
        self._begin_head()
        if len(self.connections) > MAX_CONNECTIONS:
            self.app = _too_many_connections
        if len(self.connections) > 2 * MAX_CONNECTIONS:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timers."""
        for each in (self._head_timer, self._stall_timer):
            if each is not None:
                each.cancel()
        super().connection_lost(exc)

    def _begin_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _end_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def pause_writing(self) -> None:
        """Begin to check whether the client reads anything."""
        super().pause_writing()
        self._watch_buffer(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Stop checking."""
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None
        super().resume_writing()

    def _watch_buffer(self, left: int) -> None:
        self._stall_timer = self.loop.call_later(STALLED_SECONDS, self._check_buffer, left)

    def _check_buffer(self, left: int) -> None:
        now = self.transport.get_write_buffer_size()
        if now < left:
            self._watch_buffer(now)
        else:
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that is malformed or too large."""
        body = b'{"error_code":"BAD_REQUEST","message":"%s"}' % msg.encode()
        lines = [b"HTTP/1.1 400 Bad Request", b"content-type: application/json", b"content-length: %d" % len(body)]
        lines += [name + b": " + value for name, value in SAFETY]
        self.transport.write(b"\r\n".join([*lines, b"connection: close", b"", body]))
        self.transport.close()


class H11Connection(ConnectionLimits, H11Protocol):
    """A connection that h11 parses."""

    def data_received(self, data: bytes) -> None:
        """Limit the size of a head, and stop its timer when it is complete."""
        if self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE:
            received = self.conn.trailing_data[0] + data
            end = received.find(b"\r\n\r\n")
            if (len(received) if end < 0 else end) > MAX_HEAD_BYTES:
                self.send_400_response("the head of the request is too large")
                return
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._end_head()
        elif self.conn.trailing_data[0]:
            self._begin_head()


async def _too_many_connections(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond to a request on a connection beyond the limit."""
    msg = f"{MAX_CONNECTIONS} connections are open: try again in a moment"
    response = responses.error_response(scope, responses.Busy(msg))
    response.raw_headers += [*SAFETY, (b"connection", b"close")]
    await response(scope, receive, send)
