"""The application that serves the predictions of one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from nbtrack.errors import NbtrackError
from nbtrack.server import request_body, responses
from nbtrack.server.responses import UNCACHED, RequestPool
from nbtrack.server.security import SecurityMiddleware

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from nbtrack.server.serve import Options

MOST_BYTES = 50_000_000
"""The most bytes of the body of a request."""


def create_scoring_app(score: Callable[[bytes, str], bytes], options: Options, version: str) -> SecurityMiddleware:
    """Return the application of a model.

    Parameters
    ----------
    score : function
        Takes the body and the content type of a request, and returns JSON.
    options : Options
        Who may reach it; there is no store behind it.
    version : str
        The version of MLflow whose protocol it follows.
    """
    pool = RequestPool()

    async def tell_version(_: Request) -> Response:
        return Response(version, media_type="application/json")

    async def invocations(request: Request) -> Response:
        body = await request_body.read_body(request.scope, request.receive, MOST_BYTES)
        answer = await pool.do(score, body, request.headers.get("content-type", ""))
        return Response(answer, media_type="application/json", headers=UNCACHED)

    routes = [
        Route("/invocations", invocations, methods=["POST"]),
        *(Route(path, _alive) for path in ("/ping", "/health")),
        Route("/version", tell_version),
    ]
    handlers = {
        NbtrackError: responses.handle_error,
        HTTPException: responses.handle_http_error,
        Exception: responses.handle_error,
    }
    return SecurityMiddleware(Starlette(routes=routes, exception_handlers=handlers), options)


async def _alive(_: Request) -> Response:
    return Response("\n", media_type="application/json")
