"""Reading what a request brings, within limits."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, NbtrackError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

LARGEST_JSON = 10_000_000
DEEPEST = 64
IDLE_SECONDS = 30.0
"""How long a transfer may stand still."""


class TooLarge(InvalidValue):
    """A body beyond its limit."""


class TooSlow(NbtrackError):
    """A body that stopped coming."""

    default_code = "DEADLINE_EXCEEDED"


async def chunks(request: Request) -> AsyncIterator[bytes]:
    """Yield the body as it comes; `TooSlow` when it stands still for too long."""
    stream = request.stream().__aiter__()
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            msg = f"nothing came for {IDLE_SECONDS:.0f} s"
            raise TooSlow(msg) from None
        yield chunk


async def whole(request: Request, most: int) -> bytes:
    """Return the body; `TooLarge` when it has more bytes than `most`."""
    said = request.headers.get("content-length", "0")
    if said.isdecimal() and int(said) > most:
        raise _too_large(most)
    body = bytearray()
    async for chunk in chunks(request):
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"a request of this kind may have {most:,} bytes: split it")


async def arguments(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises
    ------
    InvalidValue
        When it is none, too large or too deep.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        msg = "the header Content-Type must be application/json"
        raise InvalidValue(msg)
    return parsed(await whole(request, LARGEST_JSON))


def parsed(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body; an empty one is an empty object."""
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        msg = "the body is no JSON"
        raise InvalidValue(msg, "MALFORMED_REQUEST") from None
    if not isinstance(found, dict):
        msg = f"the body must be a JSON object, not {type(found).__name__}"
        raise InvalidValue(msg, "MALFORMED_REQUEST")
    _shallow(found)
    return found


def _shallow(found: object) -> None:
    level = [found]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    msg = f"the body nests deeper than {DEEPEST} levels"
    raise InvalidValue(msg, "MALFORMED_REQUEST")
