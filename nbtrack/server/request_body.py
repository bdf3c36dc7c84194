"""Reading the bodies of requests within limits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect

from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.wire import values

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope

MAX_JSON_BYTES = 20_000_000
"""More than the longest profile, schema and source of a dataset, which are 17.9 million characters."""
MAX_DEPTH = 64
IDLE_SECONDS = 30.0
"""Seconds that a transfer may stall."""


class TooLarge(InvalidValue):
    """A body is too large."""


class TooSlow(NbtrackError):
    """The transfer of a body stalled."""

    default_code = "DEADLINE_EXCEEDED"


async def read_chunks(receive: Receive) -> AsyncIterator[bytes]:
    """Yield the body as it arrives.

    Raises
    ------
    TooSlow
        When the transfer stalls for too long.
    ClientDisconnect
        When the client has disconnected.
    """
    more = True
    while more:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                message = await receive()
        except TimeoutError:
            msg = f"No data was received for {IDLE_SECONDS:.0f} s"
            raise TooSlow(msg) from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        more = message.get("more_body", False)
        yield message.get("body", b"")


async def read_body(scope: Scope, receive: Receive, most: int) -> bytes:
    """Return the body; `TooLarge` when it has more than `most` bytes."""
    length = header(scope, b"content-length") or "0"
    if length.isdecimal() and int(length) > most:
        raise too_large_error(most)
    body = bytearray()
    async for chunk in read_chunks(receive):
        body += chunk
        if len(body) > most:
            raise too_large_error(most)
    return bytes(body)


def header(scope: Scope, wanted: bytes) -> str:
    """Return a header of a request, or an empty string."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")


def too_large_error(most: int) -> TooLarge:
    """Return the error of a body beyond `most` bytes."""
    return TooLarge(f"A request of this kind may have at most {most:,} bytes: split it")


def require_json(scope: Scope) -> None:
    """Raise `InvalidValue` when the content type of a request is not JSON."""
    kind = header(scope, b"content-type").partition(";")[0].strip().lower()
    if kind != "application/json":
        msg = "The header Content-Type must be application/json"
        raise InvalidValue(msg)


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body; an empty one is an empty object."""
    if not body.strip():
        return {}
    try:
        found = values.parse_json(body)
    except (ValueError, RecursionError) as error:
        msg = f"The body is not valid JSON: {str(error)[:200]}"
        raise InvalidValue(msg, "MALFORMED_REQUEST") from None
    if not isinstance(found, dict):
        msg = f"The body must be a JSON object, not {type(found).__name__}"
        raise InvalidValue(msg, "MALFORMED_REQUEST")
    _refuse_deep(found)
    return found


def _refuse_deep(found: object) -> None:
    level = [found]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    msg = f"The body nests deeper than {MAX_DEPTH} levels"
    raise InvalidValue(msg, "MALFORMED_REQUEST")
