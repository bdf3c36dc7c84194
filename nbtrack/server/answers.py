"""Doing what a request asks in a thread of its own, and turning errors into answers: the one place for both."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from nbtrack.api.service import File, Packed
from nbtrack.errors import DamagedStore, NbtrackError, StorageFailed
from nbtrack.server.bodies import TooLarge, TooSlow
from nbtrack.wire import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from nbtrack.wire.values import Json

Result = TypeVar("Result")

AT_ONCE = 64
"""Requests that are worked on at once in one process; more are asked to come back."""

_log = logging.getLogger("nbtrack.server")


class Busy(NbtrackError):
    """More requests at once than the server works on."""

    default_code = "TEMPORARILY_UNAVAILABLE"


class Workshop:
    """Where requests are worked on, a bounded number of them at once."""

    def __init__(self) -> None:
        self._free = AT_ONCE

    async def do(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Run a function in a thread; `Busy` when too many run already."""
        if not self._free:
            msg = f"{AT_ONCE} requests are being worked on: try again in a moment"
            raise Busy(msg)
        self._free -= 1
        try:
            return await run_in_threadpool(work, *arguments)
        finally:
            self._free += 1


class JsonResponse(Response):
    """JSON in few bytes; NaN has to be written as text before."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the bytes."""
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def written(found: Json | File | Packed) -> Response:
    """Return the response of what an endpoint answered; of JSON with bytes, one line of JSON and then the bytes."""
    if isinstance(found, File):
        name = quote(found.name, safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(found.content, media_type=found.type, headers=headers)
    if isinstance(found, Packed):
        head = JsonResponse(found.head).body
        return Response(b"".join((head, b"\n", found.data)), media_type="application/octet-stream")
    return JsonResponse(found)


async def told(request: Request, error: Exception) -> Response:
    """Return the answer that tells an error, without what only the owner of the server may know."""
    if isinstance(error, TooLarge | TooSlow):
        return JsonResponse(faults.written(error)[1], 413 if isinstance(error, TooLarge) else 408)
    if isinstance(error, StorageFailed):
        _log.error("%s %s: %s", request.method, request.url.path, error)
        kind = "is damaged" if isinstance(error, DamagedStore) else "can't be used now"
        error = StorageFailed(f"the server's store {kind}; its log says more")
    elif not isinstance(error, NbtrackError):
        _log.error("%s %s", request.method, request.url.path, exc_info=error)
        error = NbtrackError("the server failed; its log says more")
    status, body = faults.written(error)
    headers = {"Retry-After": "1"} if status in {429, 503} else None
    return JsonResponse(body, status, headers)


async def refused(request: Request, error: Exception) -> Response:
    """Return the answer to what has no route, or is asked with another method."""
    status, said, headers = (getattr(error, name) for name in ("status_code", "detail", "headers"))
    code = "ENDPOINT_NOT_FOUND" if status == 404 else "BAD_REQUEST"
    return JsonResponse({"error_code": code, "message": str(said)}, status, headers)
