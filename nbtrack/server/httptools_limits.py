"""The limits of `http_limits` for uvicorn's httptools protocol, which is used if httptools is installed."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from nbtrack.server import http_limits
from nbtrack.server.http_limits import ConnectionLimits


class HeadTooLarge(Exception):
    """A head is too large; the parser reports it as malformed HTTP."""


class HttptoolsConnection(ConnectionLimits, HttpToolsProtocol):
    """A connection that httptools parses."""

    _head: int | None = 0
    """The number of bytes received of a head; None outside a head."""
    _sizes = 0

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head."""
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > http_limits.MAX_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("the head of the request is too large")

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._head = 0
        self._begin_head()

    def on_url(self, url: bytes) -> None:
        """Count a part of the URL."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        super().on_header(name, value)
        self._count(len(name) + len(value))

    def _count(self, size: int) -> None:
        self._sizes += size
        if self._sizes > http_limits.MAX_HEAD_BYTES:
            raise HeadTooLarge

    def on_headers_complete(self) -> None:
        """End a head."""
        self._end_head()
        self._head, self._sizes = None, 0
        super().on_headers_complete()
