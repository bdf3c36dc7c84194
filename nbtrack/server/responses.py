"""Handling requests in threads, and turning results and errors into responses."""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from nbtrack.endpoints.service import File, Packed
from nbtrack.errors import DamagedStore, NbtrackError, NewerStore, StorageFailed
from nbtrack.server.request_body import TooLarge, TooSlow
from nbtrack.stores import read_deadline
from nbtrack.wire import error_codec
from nbtrack.wire.values import EncodedJson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from starlette.requests import Request
    from starlette.types import Scope

    from nbtrack.wire.values import Json

Result = TypeVar("Result")

MAX_CONCURRENT_REQUESTS = 64
"""Requests that one process handles concurrently; further clients are told to retry."""
THREADS = 16
READING_SECONDS = 10.0
"""Seconds that one request may read the store."""

UNCACHED = {"Cache-Control": "no-store"}

_log = logging.getLogger("nbtrack.server")


class Busy(NbtrackError):
    """Too many concurrent requests."""

    default_code = "TEMPORARILY_UNAVAILABLE"


class RequestPool:
    """Threads that handle a bounded number of requests concurrently."""

    def __init__(self) -> None:
        self._free = MAX_CONCURRENT_REQUESTS
        self._threads = ThreadPoolExecutor(THREADS, "nbtrack-server")

    async def do(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Handle a request by a function in a thread; `Busy` when too many are in progress."""
        with self.admitted():
            return await self.limited(work, *arguments)

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Count a request while it is handled; `Busy` when too many are in progress."""
        if not self._free:
            msg = f"{MAX_CONCURRENT_REQUESTS} requests are in progress: try again in a moment"
            raise Busy(msg)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1

    async def limited(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Run a part of a request in progress that may read the store, for a limited time."""
        return await self.aside(_within_deadline, work, *arguments)

    async def aside(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Run a short part of a request in progress, such as writing some bytes, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *arguments))


def _within_deadline(work: Callable[..., Result], *arguments: Any) -> Result:
    with read_deadline.within(READING_SECONDS):
        return work(*arguments)


class JsonResponse(Response):
    """Compact JSON, which is never cached; NaN must have been written as text."""

    media_type = "application/json"

    def __init__(self, content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(content, status_code, {**UNCACHED, **(headers or {})})

    def render(self, content: Any) -> bytes:
        """Return the bytes."""
        return content if isinstance(content, EncodedJson) else encode_json(content)


def endpoint_response(found: Json | EncodedJson | File | Packed) -> Response:
    """Return the response for the result of an endpoint; `Packed` becomes one line of JSON followed by bytes."""
    if isinstance(found, File):
        headers = {**UNCACHED, "Content-Disposition": attachment(found.name)}
        return Response(found.content, media_type=found.type, headers=headers)
    if isinstance(found, Packed):
        packed = b"".join((encode_json(found.head), b"\n", found.data))
        return Response(packed, media_type="application/octet-stream", headers=UNCACHED)
    return JsonResponse(found)


def attachment(name: str) -> str:
    """Return the header of a download, with the name also in ASCII for clients that read nothing else."""
    plain = "".join(each if each.isascii() and each.isprintable() and each not in '"\\%' else "_" for each in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def encode_json(content: Any) -> EncodedJson:
    """Encode compact JSON."""
    if isinstance(content, EncodedJson):
        return content
    return EncodedJson(json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode())


def error_response(scope: Scope, error: Exception) -> Response:
    """Return the response for an error, without details that only the operator of the server may see."""
    if isinstance(error, ClientDisconnect):
        return Response(status_code=400)
    if isinstance(error, TooLarge | TooSlow):
        return JsonResponse(error_codec.write_error(error)[1], 413 if isinstance(error, TooLarge) else 408)
    if isinstance(error, StorageFailed):
        _log.error("%s %s: %s", scope["method"], scope["path"], error)
        error = _for_clients(error)
    elif not isinstance(error, NbtrackError):
        _log.error("%s %s", scope["method"], scope["path"], exc_info=error)
        error = NbtrackError("Internal error; see the log of the server")
    status, body = error_codec.write_error(error)
    headers = {"Retry-After": "1"} if status in {429, 503} else None
    return JsonResponse(body, status, headers)


def _for_clients(error: StorageFailed) -> StorageFailed:
    """Return an error of the store without its address."""
    if isinstance(error, NewerStore):
        return StorageFailed("A newer nbtrack has upgraded the store: this server can only read it until it is updated")
    kind = "is damaged" if isinstance(error, DamagedStore) else "cannot be used now"
    return StorageFailed(f"The store of the server {kind}; see the log of the server")


async def handle_error(request: Request, error: Exception) -> Response:
    """Return the response for an error in a route."""
    return error_response(request.scope, error)


async def handle_http_error(request: Request, error: Exception) -> Response:
    """Return the response for an unknown route or a method that is not allowed."""
    status, message, headers = (getattr(error, name) for name in ("status_code", "detail", "headers"))
    code = "ENDPOINT_NOT_FOUND" if status == 404 else "BAD_REQUEST"
    return JsonResponse({"error_code": code, "message": str(message)}, status, headers)
