"""Artifacts through the server: bytes up and down, streamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from nbtrack.artifact_storage.artifact_paths import clean, joined
from nbtrack.endpoints import artifact_locations
from nbtrack.errors import InvalidValue, NotFound, Unsupported
from nbtrack.server import request_body
from nbtrack.server.file_response import sent
from nbtrack.server.responses import JsonResponse
from nbtrack.server.uploads import incoming

if TYPE_CHECKING:
    from starlette.requests import Request

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
            Route("/ajax-api/2.0/mlflow/upload-artifact", self.from_page, methods=["POST"]),
        ]

    async def listed(self, request: Request) -> Response:
        """Return what is in a folder, by base names."""
        folder = clean(request.query_params.get("path", ""))
        found = await self._pool.do(artifact_locations.repository(self._service).list, folder)
        files = [each._asdict() | {"path": each.path.rpartition("/")[2]} for each in found]
        written = [{name: value for name, value in each.items() if value is not None} for each in files]
        return JsonResponse({"files": written} if written else {})

    async def sent(self, request: Request) -> Response:
        """Return a file."""
        return await self._file(request, request.path_params["path"])

    async def kept(self, request: Request) -> Response:
        """Keep a file; it is there when the last byte has come."""
        path = _file_path(request.path_params["path"])
        await self._put(request, path, None)
        return Response()

    async def deleted(self, request: Request) -> Response:
        """Remove a file or a folder; nothing happens when there is none."""
        path = _file_path(request.path_params["path"])
        try:
            await self._pool.do(artifact_locations.repository(self._service).delete, path)
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
        return await self._file(request, path)

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
        return (await self._pool.do(artifact_locations.artifact_root, self._service, run_id))[1]

    async def _put(self, request: Request, path: str, most: int | None) -> None:
        """Keep what comes, written beside its place as it comes; no thread waits for it."""
        repository, room = artifact_locations.repository(self._service), most
        with await self._pool.do(incoming, repository, path) as file:
            gathered = bytearray()
            async for chunk in request_body.chunks(request.receive):
                gathered += chunk
                if room is not None and len(chunk) > room:
                    raise request_body.too_large(most or 0)
                room = None if room is None else room - len(chunk)
                if len(gathered) > PIECE:
                    await self._pool.aside(file.write, bytes(gathered))
                    gathered.clear()
            await self._pool.aside(file.write, bytes(gathered))
            await self._pool.aside(file.keep)

    async def _file(self, request: Request, path: str) -> Response:
        name = _file_path(path).rpartition("/")[2]
        file = await self._pool.do(artifact_locations.repository(self._service).open, path)
        return sent(file, name, request, self._pool)


def _file_path(path: str) -> str:
    found = clean(path)
    # What stands for letters that could not be decoded would name another file.
    if not found or "#" in path or "\ufffd" in path:
        msg = f"Invalid path {path[:200]!r}: it has to name a file, in UTF-8"
        raise InvalidValue(msg)
    return found
