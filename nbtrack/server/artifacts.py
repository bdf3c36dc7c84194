"""Artifacts through the server: bytes up and down, streamed."""

from __future__ import annotations

import mimetypes
import tempfile
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from nbtrack.api import artifacts, places
from nbtrack.errors import InvalidValue, NotFound, Unsupported
from nbtrack.files.paths import clean, joined
from nbtrack.server import bodies
from nbtrack.server.answers import JsonResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from nbtrack.api import Service
    from nbtrack.server.answers import Workshop

PROXY = "/api/2.0/mlflow-artifacts/"
AJAX_PROXY = "/ajax-api/2.0/mlflow-artifacts/"
IN_MEMORY = 1 << 20
PIECE = 1 << 18
LARGEST_FROM_PAGE = 10_000_000
PLAIN = {
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
}
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "audio/", "video/")


class Artifacts:
    """The routes of artifacts of a service."""

    def __init__(self, service: Service, workshop: Workshop) -> None:
        self._service, self._workshop = service, workshop

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
            Route("/ajax-api/2.0/mlflow/upload-artifact", self.from_page, methods=["POST"]),
        ]

    async def listed(self, request: Request) -> Response:
        """Return what is in a folder, by base names."""
        folder = clean(request.query_params.get("path", ""))
        found = await self._workshop.do(places.repository(self._service).list, folder)
        files = [each._asdict() | {"path": each.path.rpartition("/")[2]} for each in found]
        written = [{name: value for name, value in each.items() if value is not None} for each in files]
        return JsonResponse({"files": written} if written else {})

    async def sent(self, request: Request) -> Response:
        """Return a file."""
        return await self._file(request.path_params["path"])

    async def kept(self, request: Request) -> Response:
        """Keep a file; it is there when the last byte has come."""
        path = _file_path(request.path_params["path"])
        await self._put(request, path, None)
        return Response()

    async def deleted(self, request: Request) -> Response:
        """Remove a file or a folder; nothing happens when there is none."""
        path = _file_path(request.path_params["path"])
        try:
            await self._workshop.do(places.repository(self._service).delete, path)
        except NotFound:
            return JsonResponse({})
        return JsonResponse({})

    async def whole_only(self, request: Request) -> Response:
        """Tell that files are sent whole."""
        msg = "Multipart upload is not supported for the current artifact repository: send the file whole"
        raise Unsupported(msg)

    async def of_run(self, request: Request) -> Response:
        """Return a file of a run."""
        path = joined(await self._root(request), _file_path(request.query_params.get("path", "")))
        return await self._file(path)

    async def from_page(self, request: Request) -> Response:
        """Keep a small file of a run."""
        path = joined(await self._root(request), _file_path(request.query_params.get("path", "")))
        await self._put(request, path, LARGEST_FROM_PAGE)
        return JsonResponse({})

    async def _root(self, request: Request) -> str:
        run_id = request.query_params.get("run_id") or request.query_params.get("run_uuid")
        if not run_id:
            msg = "Missing value for required parameter 'run_id'"
            raise InvalidValue(msg)
        return (await self._workshop.do(artifacts.root, self._service, run_id))[1]

    async def _put(self, request: Request, path: str, most: int | None) -> None:
        repository = places.repository(self._service)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            if most is not None:
                file.write(await bodies.whole(request, most))
            else:
                async for chunk in bodies.chunks(request):
                    file.write(chunk)
            file.seek(0)
            await self._workshop.do(repository.put, file, path)

    async def _file(self, path: str) -> Response:
        repository = places.repository(self._service)
        name = _file_path(path).rpartition("/")[2]
        file = await self._workshop.do(repository.open, path)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
        here = repository.local(path)
        if here is not None:
            file.close()
            return FileResponse(here, media_type=_kind(name), headers=headers)
        return StreamingResponse(_pieces(file), media_type=_kind(name), headers=headers)


def _file_path(path: str) -> str:
    found = clean(path)
    if not found or "#" in path:
        msg = f"Invalid path {path[:200]!r}: it has to name a file"
        raise InvalidValue(msg)
    return found


def _kind(name: str) -> str:
    """Return the type of a file, one that no browser runs."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix in PLAIN:
        return "text/plain"
    found = mimetypes.guess_type(name)[0] or ""
    return found if found.startswith(_SHOWN) else "application/octet-stream"


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
