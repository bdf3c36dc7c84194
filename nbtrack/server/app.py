"""The server as a Starlette application: routes from the table of endpoints, and one handler for errors."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nbtrack.api.service import call
from nbtrack.errors import NbtrackError, NotFound
from nbtrack.server import answers, bodies
from nbtrack.server.answers import Workshop
from nbtrack.server.artifacts import Artifacts
from nbtrack.server.guard import Guard
from nbtrack.server.options import Options
from nbtrack.server.ui import Pages
from nbtrack.wire.endpoints import TABLE, Endpoint

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

if TYPE_CHECKING:
    from starlette.requests import Request

    from nbtrack.api import Service


def built(options: Options) -> Guard:
    """Return the application of a server."""
    return Guard(routed(options.service()), options)


def routed(service: Service) -> Starlette:
    """Return the application that answers for a service, without any guard before it."""
    workshop = Workshop()
    routes = [
        *Artifacts(service, workshop).routes(),
        *Pages(service, workshop).routes(),
        *Calls(service, workshop).routes(),
        Route("/health", _health),
        Route("/version", _version),
    ]
    told = {NbtrackError: answers.told, HTTPException: answers.refused, Exception: answers.told}
    return Starlette(routes=routes, exception_handlers=told)


def worker() -> Guard:
    """Return the application of one process of a server that has several."""
    return built(Options.taken_over())


def _health(_: Request) -> Response:
    return PlainTextResponse("OK")


def _version(_: Request) -> Response:
    return PlainTextResponse(version("nbtrack"))


class Calls:
    """Answers every endpoint of the table."""

    def __init__(self, service: Service, workshop: Workshop) -> None:
        self._service, self._workshop = service, workshop
        self._methods: dict[str, dict[str, Endpoint]] = {}
        for each in TABLE:
            for prefix in each.prefixes:
                known = self._methods.setdefault(prefix + each.path, {})
                known.update(dict.fromkeys((each.method, *each.also), each))

    def routes(self) -> list[Route]:
        """Return a route for each prefix; the table tells the rest."""
        prefixes = sorted({prefix for each in TABLE for prefix in each.prefixes})
        return [Route(f"{prefix}{{path:path}}", self.answer, methods=METHODS) for prefix in prefixes]

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        endpoint = self._asked(request)
        if request.method == "GET":
            given = endpoint.query(request.query_params.multi_items())
        else:
            given = await bodies.arguments(request)
        return answers.written(await self._workshop.do(call, self._service, endpoint, given))

    def _asked(self, request: Request) -> Endpoint:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        known = self._methods.get(path)
        if known is None:
            msg = f"there is no endpoint {path[:200]}"
            raise NotFound(msg, "ENDPOINT_NOT_FOUND")
        if request.method not in known:
            msg = f"{path} is asked with {' or '.join(known)}, not with {request.method}"
            raise HTTPException(405, msg, {"Allow": ", ".join(known)})
        return known[request.method]
