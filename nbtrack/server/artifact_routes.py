"""Streamed uploads and downloads of artifacts through the server."""

from __future__ import annotations

import mimetypes
import os
import re
import tempfile
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self, cast

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from nbtrack.artifact_storage.artifact_repository import clean, join
from nbtrack.artifact_storage.shared_folder import LocalUpload, SharedFolder
from nbtrack.endpoints import artifact_locations, logged_models
from nbtrack.errors import InvalidValue, NotFound, Unsupported
from nbtrack.server import request_body
from nbtrack.server.responses import JsonResponse, attachment
from nbtrack.server.security import SANDBOX

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.endpoints import Service
    from nbtrack.server.responses import RequestPool


PROXY = "/api/2.0/mlflow-artifacts/"
AJAX_PROXY = "/ajax-api/2.0/mlflow-artifacts/"
PIECE = 1 << 20
LARGEST_FROM_PAGE = 10_000_000


class ArtifactRoutes:
    """The routes of artifacts of a service."""

    def __init__(self, service: Service, pool: RequestPool) -> None:
        self._service, self._pool = service, pool

    def routes(self) -> list[Route]:
        """Return the routes."""
        several = [
            route
            for prefix in (PROXY, AJAX_PROXY)
            for route in (
                Route(f"{prefix}artifacts", self.listed),
                Route(f"{prefix}artifacts/{{path:path}}", self.sent, methods=["GET"]),
                Route(f"{prefix}artifacts/{{path:path}}", self.kept, methods=["PUT"]),
                Route(f"{prefix}artifacts/{{path:path}}", self.deleted, methods=["DELETE"]),
                Route(f"{prefix}mpu/{{path:path}}", self.whole_only, methods=["POST"]),
                Route(f"{prefix}presigned/{{path:path}}", self.whole_only),
            )
        ]
        return [
            *several,
            Route("/get-artifact", self.of_run),
            Route("/ajax-api/2.0/mlflow/get-artifact", self.of_run),
            Route("/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files", self.of_model),
            Route("/ajax-api/2.0/mlflow/upload-artifact", self.from_page, methods=["POST"]),
        ]

    async def listed(self, request: Request) -> Response:
        """Return the content of a folder, by base names."""
        folder = clean(request.query_params.get("path", ""))
        found = await self._pool.do(artifact_locations.repository(self._service).list, folder)
        files = [each._asdict() | {"path": each.path.rpartition("/")[2]} for each in found]
        written = [{name: value for name, value in each.items() if value is not None} for each in files]
        return JsonResponse({"files": written} if written else {})

    async def sent(self, request: Request) -> Response:
        """Return a file."""
        return await self._file(request, request.path_params["path"])

    async def kept(self, request: Request) -> Response:
        """Store a file, which appears when its last byte has arrived."""
        path = _file_path(request.path_params["path"])
        await self._put(request, path, None)
        return Response()

    async def deleted(self, request: Request) -> Response:
        """Delete a file or folder, if it exists."""
        path = _file_path(request.path_params["path"])
        try:
            await self._pool.do(artifact_locations.repository(self._service).delete, path)
        except NotFound:
            return JsonResponse({})
        return JsonResponse({})

    async def whole_only(self, request: Request) -> Response:
        """Refuse multipart and presigned uploads."""
        msg = "Multipart upload is not supported for the current artifact repository: send the file in one request"
        raise Unsupported(msg)

    async def of_run(self, request: Request) -> Response:
        """Return a file of a run."""
        path = join(await self._root(request), _file_path(request.query_params.get("path", "")))
        return await self._file(request, path)

    async def of_model(self, request: Request) -> Response:
        """Return a file of a logged model."""
        root = await self._pool.do(logged_models.artifact_root, self._service, request.path_params["model_id"])
        path = join(root, _file_path(request.query_params.get("artifact_file_path", "")))
        return await self._file(request, path)

    async def from_page(self, request: Request) -> Response:
        """Store a small file of a run."""
        run_id, path = (request.query_params.get(each) for each in ("run_uuid", "path"))
        if not (run_id or request.query_params.get("run_id")):
            msg = "Request must specify run_uuid."
            raise InvalidValue(msg)
        if not path:
            msg = "Request must specify path."
            raise InvalidValue(msg)
        path = join(await self._root(request), _file_path(path))
        if request.headers.get("content-length") == "0":
            msg = "Request must specify data."
            raise InvalidValue(msg)
        await self._put(request, path, LARGEST_FROM_PAGE)
        return JsonResponse({})

    async def _root(self, request: Request) -> str:
        run_id = request.query_params.get("run_id") or request.query_params.get("run_uuid")
        if not run_id:
            msg = "Missing value for required parameter 'run_id'"
            raise InvalidValue(msg)
        return (await self._pool.do(artifact_locations.artifact_root, self._service, run_id))[1]

    async def _put(self, request: Request, path: str, most: int | None) -> None:
        """Store the body, written to a temporary file as it arrives, without blocking a thread."""
        repository, room = artifact_locations.repository(self._service), most
        with await self._pool.do(open_upload, repository, path) as file:
            gathered = bytearray()
            async for chunk in request_body.read_chunks(request.receive):
                gathered += chunk
                if room is not None and len(chunk) > room:
                    raise request_body.too_large_error(most or 0)
                room = None if room is None else room - len(chunk)
                if len(gathered) > PIECE:
                    await self._pool.aside(file.write, bytes(gathered))
                    gathered.clear()
            await self._pool.aside(file.write, bytes(gathered))
            await self._pool.aside(file.keep)

    async def _file(self, request: Request, path: str) -> Response:
        name = _file_path(path).rpartition("/")[2]
        file = await self._pool.do(artifact_locations.repository(self._service).open, path)
        return file_response(file, name, request, self._pool)


def _file_path(path: str) -> str:
    found = clean(path)
    # Bytes that could not be decoded became the replacement character, and would name another file.
    if not found or "#" in path or "\ufffd" in path:
        msg = f"Invalid path {path[:200]!r}: it must name a file, encoded as UTF-8"
        raise InvalidValue(msg)
    return found


SENT_BYTES = 1 << 18
TEXT_SUFFIXES = frozenset(
    (".cfg", ".csv", ".html", ".js", ".json", ".log", ".md", ".py", ".svg", ".toml", ".txt", ".xml", ".yaml", ".yml")
)
_DISPLAYED_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "audio/", "video/")
_PREVIEWED = {".html": "text/html", ".htm": "text/html"}
_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")


class ByteRange(NamedTuple):
    """The bytes of a file to send, and its size."""

    start: int
    end: int
    size: int


def file_response(file: BinaryIO, name: str, request: Request, pool: RequestPool) -> Response:
    """Return the response that sends a file and closes it; byte ranges only work for local files."""
    if not file.seekable():
        described = _content_headers(name, preview="preview" in request.query_params)
        return StreamingResponse(_stream_all(file, pool), 200, described)
    found = os.fstat(file.fileno())
    etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
    headers = {
        **_content_headers(name, preview="preview" in request.query_params),
        "ETag": etag,
        "Accept-Ranges": "bytes",
    }
    part = _byte_range(request, found.st_size, etag)
    if part is None:
        file.close()
        return Response(status_code=416, headers={"Content-Range": f"bytes */{found.st_size}"})
    headers["Content-Length"] = str(part.end - part.start)
    whole = part.end - part.start == part.size
    if not whole:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{part.size}"
    return StreamingResponse(_stream_range(file, part, pool), 200 if whole else 206, headers)


def _content_headers(name: str, *, preview: bool) -> dict[str, str]:
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name, not a path
    if preview and suffix in _PREVIEWED:
        return {"Content-Type": _PREVIEWED[suffix], "Content-Security-Policy": SANDBOX}
    return {
        "Content-Type": content_type(suffix, name),
        "Content-Disposition": attachment(name),
        "Content-Security-Policy": SANDBOX,
    }


def content_type(suffix: str, name: str) -> str:
    """Return the media type of a file, one that browsers do not execute."""
    if not suffix or suffix in TEXT_SUFFIXES:
        return "text/plain; charset=utf-8"
    found = mimetypes.guess_type(name)[0] or ""
    return found if found.startswith(_DISPLAYED_TYPES) else "application/octet-stream"


def _byte_range(request: Request, size: int, etag: str) -> ByteRange | None:
    """Return the requested bytes; None when the range is empty."""
    asked = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if asked is None or asked.groups() == ("", "") or request.headers.get("if-range", etag) != etag:
        return ByteRange(0, size, size)
    first, last = asked[1], asked[2]
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    return ByteRange(start, end, size) if start < end else None


async def _stream_range(file: BinaryIO, part: ByteRange, pool: RequestPool) -> AsyncIterator[bytes]:
    left = part.end - part.start
    with file:
        file.seek(part.start)
        while left > 0:
            piece = await pool.aside(file.read, min(SENT_BYTES, left))
            if not piece:
                return
            left -= len(piece)
            yield piece


async def _stream_all(file: BinaryIO, pool: RequestPool) -> AsyncIterator[bytes]:
    with file:
        while piece := await pool.aside(file.read, SENT_BYTES):
            yield piece


IN_MEMORY = 1 << 20


class ForwardedUpload:
    """A file that is spooled, and then uploaded to a repository elsewhere in one request."""

    def __init__(self, repository: ArtifactRepository, path: str) -> None:
        self._repository, self._path = repository, path
        spooled = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._file = cast("BinaryIO", spooled)

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the spooled file."""
        self._file.close()

    def write(self, piece: bytes) -> None:
        """Append some bytes."""
        self._file.write(piece)

    def keep(self) -> None:
        """Upload the file."""
        self._file.seek(0)
        self._repository.put(self._file, self._path)


def open_upload(repository: ArtifactRepository, path: str) -> LocalUpload | ForwardedUpload:
    """Return a writer for a new artifact."""
    return repository.incoming(path) if isinstance(repository, SharedFolder) else ForwardedUpload(repository, path)
