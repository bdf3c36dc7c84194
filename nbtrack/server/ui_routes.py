"""The Tracking UI: its page with scripts and styles, and the export and import of runs as zip files.

Exports and imports, which may take minutes, use separate threads, so that they do not block other requests.
"""

from __future__ import annotations

import hashlib
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from nbtrack.endpoints import artifact_locations, run_archive
from nbtrack.errors import InvalidValue
from nbtrack.server import request_body
from nbtrack.server.responses import JsonResponse, attachment
from nbtrack.wire.endpoint import NBTRACK_API

if TYPE_CHECKING:
    from starlette.requests import Request

    from nbtrack.endpoints import Service

_DIST = Path(__file__).parent.parent / "web" / "dist"
ZIP = "application/zip"
PIECE = 1 << 18
LARGEST_PACKAGE = 4 << 30
_FILES = {
    "/": ("index.html", "text/html"),
    "/ui/icon.svg": ("icon.svg", "image/svg+xml"),
    **{f"/ui/{name}.js": (f"{name}.js", "text/javascript") for name in ("page", "table", "chart", "details")},
    **{f"/ui/{name}.css": (f"{name}.css", "text/css") for name in ("panel", "table", "chart", "details", "page")},
}


class _Asset(NamedTuple):
    content: bytes
    type: str
    tag: str


@cache
def _asset(path: str) -> _Asset:
    name, kind = _FILES[path]
    content = (_DIST / name).read_bytes()
    return _Asset(content, kind, f'"{hashlib.sha256(content).hexdigest()[:24]}"')


class UiRoutes:
    """The routes of the Tracking UI."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            *(Route(path, self.asset, methods=["GET"]) for path in _FILES),
            Route(f"{NBTRACK_API}runs/package", self.packed, methods=["GET"]),
            Route(f"{NBTRACK_API}runs/import", self.imported, methods=["POST"]),
        ]

    async def asset(self, request: Request) -> Response:
        """Return the page or one of its files; browsers revalidate their copy each time."""
        found = _asset(request.scope["path"].removeprefix(request.scope.get("root_path", "")))
        headers = {"ETag": found.tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == found.tag:
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=found.type, headers=headers)

    async def packed(self, request: Request) -> Response:
        """Return a run as a zip file."""
        run_id = request.query_params.get("run_id", "")
        file = await run_in_threadpool(_package, self._service, run_id)
        headers = {"Content-Disposition": attachment(f"{run_id}.zip")}
        chunks = iter(partial(file.read, PIECE), b"")
        return StreamingResponse(chunks, media_type=ZIP, headers=headers, background=BackgroundTask(file.close))

    async def imported(self, request: Request) -> Response:
        """Import a run from a zip file."""
        if request.headers.get("content-type") != ZIP:
            msg = f"The header Content-Type must be {ZIP}"
            raise InvalidValue(msg)
        experiment_id = request.query_params.get("experiment_id", "0")
        with tempfile.TemporaryFile() as file:
            async for chunk in request_body.read_chunks(request.receive):
                file.write(chunk)
                if file.tell() > LARGEST_PACKAGE:
                    raise request_body.too_large_error(LARGEST_PACKAGE)
            run_id = await run_in_threadpool(_run_of, self._service, file, experiment_id)
        return JsonResponse({"run_id": run_id})


def _package(service: Service, run_id: str) -> BinaryIO:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed after its last byte was sent
    try:
        run_archive.export_run(
            service.store, partial(artifact_locations.artifacts_of, service), run_id, cast("BinaryIO", file)
        )
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return cast("BinaryIO", file)


def _run_of(service: Service, file: BinaryIO, experiment_id: str) -> str:
    return run_archive.import_run(service.store, partial(artifact_locations.artifacts_of, service), file, experiment_id)
