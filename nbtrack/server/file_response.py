"""Sending a file, or a range of it: as an attachment that no browser runs, or as a preview that can do nothing."""

from __future__ import annotations

import mimetypes
import os
import re
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from nbtrack.server.headers import SANDBOX

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from nbtrack.server.responses import RequestPool

PIECE = 1 << 18
PLAIN = frozenset(
    (
        "",
        ".txt",
        ".json",
        ".yaml",
        ".yml",
        ".py",
        ".md",
        ".csv",
        ".log",
        ".cfg",
        ".toml",
        ".html",
        ".svg",
        ".js",
        ".xml",
    )
)
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "audio/", "video/")
_PREVIEWED = {".html": "text/html", ".htm": "text/html"}
_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")


class Part(NamedTuple):
    """Which bytes of a file are sent, of how many."""

    start: int
    end: int
    size: int


def sent(file: BinaryIO, name: str, request: Request, pool: RequestPool) -> Response:
    """Return the answer that sends a file, and closes it; of one that comes from elsewhere there are no ranges."""
    if not file.seekable():
        described = _described(name, preview="preview" in request.query_params)
        return StreamingResponse(_all_pieces(file, pool), 200, described)
    found = os.fstat(file.fileno())
    etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
    headers = {**_described(name, preview="preview" in request.query_params), "ETag": etag, "Accept-Ranges": "bytes"}
    part = _part(request, found.st_size, etag)
    if part is None:
        file.close()
        return Response(status_code=416, headers={"Content-Range": f"bytes */{found.st_size}"})
    headers["Content-Length"] = str(part.end - part.start)
    whole = part.end - part.start == part.size
    if not whole:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{part.size}"
    return StreamingResponse(_pieces(file, part, pool), 200 if whole else 206, headers)


def _described(name: str, *, preview: bool) -> dict[str, str]:
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name, no path
    if preview and suffix in _PREVIEWED:
        return {"Content-Type": _PREVIEWED[suffix], "Content-Security-Policy": SANDBOX}
    return {
        "Content-Type": kind(suffix, name),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": SANDBOX,
    }


def kind(suffix: str, name: str) -> str:
    """Return the type of a file, one that no browser runs."""
    if suffix in PLAIN:
        return "text/plain; charset=utf-8"
    found = mimetypes.guess_type(name)[0] or ""
    return found if found.startswith(_SHOWN) else "application/octet-stream"


def _part(request: Request, size: int, etag: str) -> Part | None:
    """Return which bytes are asked for; None when there are none of them."""
    asked = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if asked is None or asked.groups() == ("", "") or request.headers.get("if-range", etag) != etag:
        return Part(0, size, size)
    first, last = asked[1], asked[2]
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    return Part(start, end, size) if start < end else None


async def _pieces(file: BinaryIO, part: Part, pool: RequestPool) -> AsyncIterator[bytes]:
    left = part.end - part.start
    with file:
        file.seek(part.start)
        while left > 0:
            piece = await pool.aside(file.read, min(PIECE, left))
            if not piece:
                return
            left -= len(piece)
            yield piece


async def _all_pieces(file: BinaryIO, pool: RequestPool) -> AsyncIterator[bytes]:
    with file:
        while piece := await pool.aside(file.read, PIECE):
            yield piece
