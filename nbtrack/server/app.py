"""The server as an ASGI application: endpoints from their table, other routes by Starlette, security checks first."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nbtrack import locate
from nbtrack.endpoints.service import begin, call, writes
from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.query import Query
from nbtrack.server import draining, request_body, responses
from nbtrack.server.artifact_routes import ArtifactRoutes
from nbtrack.server.measurements import TYPE, Measurements
from nbtrack.server.monitoring import MonitoringMiddleware
from nbtrack.server.responses import JsonResponse, RequestPool
from nbtrack.server.security import SecurityMiddleware
from nbtrack.server.serve import Options
from nbtrack.server.ui_routes import UiRoutes
from nbtrack.server.users import ACTOR, Actor, Users
from nbtrack.server.write_groups import WriteGroups
from nbtrack.wire.endpoint_table import TABLE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from nbtrack.endpoints import Service
    from nbtrack.wire.endpoint import Endpoint


READY_SECONDS = 3.0
"""Seconds that reading the store may take for the server to be ready."""


def create_app(options: Options) -> SecurityMiddleware:
    """Return the application of a server."""
    return SecurityMiddleware(create_routes(options.service()), options, _users(options))


def _users(options: Options) -> Users | None:
    return Users(locate.accounts(options.store)) if options.users else None


def worker() -> MonitoringMiddleware:
    """Return the application of a worker process."""
    options = Options.from_environment()
    measurements = Measurements(options.numbers)
    metrics = Route("/metrics", partial(_metrics, measurements))
    app = SecurityMiddleware(create_routes(options.service(), metrics), options, _users(options))
    return MonitoringMiddleware(app, measurements, log=options.access_log, drain_seconds=options.drain_seconds)


def create_routes(service: Service, *more: Route) -> EndpointRoutes:
    """Return the application of a service and additional routes, without security checks."""
    pool = RequestPool()
    routes = [
        *ArtifactRoutes(service, pool).routes(),
        *UiRoutes(service).routes(),
        Route("/health", _health),
        Route("/ready", partial(_ready, service, pool)),
        Route("/version", _version),
        *more,
    ]
    error_response = {
        NbtrackError: responses.handle_error,
        HTTPException: responses.handle_http_error,
        Exception: responses.handle_error,
    }
    return EndpointRoutes(service, pool, Starlette(routes=routes, exception_handlers=error_response))


async def _health(_: Request) -> Response:
    """Respond that the process is alive."""
    return PlainTextResponse("OK", headers=responses.UNCACHED)


async def _ready(service: Service, pool: RequestPool, _: Request) -> Response:
    """Respond whether to send requests here: the store can be read, and the server is not stopping."""
    if draining.has_begun():
        return PlainTextResponse("stopping", 503, responses.UNCACHED)
    try:
        await asyncio.wait_for(pool.do(service.store.search_experiments, Query(), ViewType.ALL, 1), READY_SECONDS)
    except (NbtrackError, TimeoutError):
        return PlainTextResponse("the store can't be read", 503, responses.UNCACHED)
    return PlainTextResponse("OK", headers=responses.UNCACHED)


async def _metrics(measurements: Measurements, _: Request) -> Response:
    return Response(measurements.text(), headers=responses.UNCACHED, media_type=TYPE)


async def _version(_: Request) -> Response:
    return PlainTextResponse(version("nbtrack"))


WITHOUT_BODY = frozenset({"GET", "DELETE"})
"""Methods whose arguments are in the query string."""
MOST_FIELDS = 2_000
"""The most fields of a query string."""
SHORT_BYTES = 32_768
"""The length of a body up to which it is parsed at once, since a thread would cost more than that."""


class EndpointRoutes:
    """Serves every endpoint of the table; other requests go to the application `others`."""

    def __init__(self, service: Service, pool: RequestPool, others: ASGIApp) -> None:
        self._service, self._pool, self.others = service, pool, others
        self._groups = WriteGroups(service.store, pool)
        self.methods: dict[str, dict[str, Endpoint]] = {}
        for each in TABLE:
            for prefix in each.prefixes:
                known = self.methods.setdefault(prefix + each.path, {})
                known.update(dict.fromkeys((each.method, *each.also), each))
        self._templates = [
            (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), known)
            for path, known in self.methods.items()
            if "{" in path
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        known = self.methods.get(path)
        known, named = (known, {}) if known else self._by_template(path)
        if known is None:
            await self.others(scope, receive, send)
            return
        try:
            response = await self._respond(scope, receive, known, named)
        except Exception as error:  # noqa: BLE001 - every error must become a response
            response = responses.error_response(scope, error)
        await response(scope, receive, send)

    def _by_template(self, path: str) -> tuple[dict[str, Endpoint] | None, dict[str, str]]:
        """Return the endpoints of a path with placeholders, and their values."""
        for template, known in self._templates:
            found = template.fullmatch(path)
            if found:
                return known, found.groupdict()
        return None, {}

    async def _respond(
        self, scope: Scope, receive: Receive, known: dict[str, Endpoint], named: dict[str, str]
    ) -> Response:
        endpoint = known.get(scope["method"])
        if endpoint is None:
            msg = f"Method {scope['method']} is not allowed here: use {' or '.join(known)}"
            allow = {"Allow": ", ".join(known)}
            return JsonResponse({"error_code": "BAD_REQUEST", "message": msg}, 405, allow)
        if scope["method"] in WITHOUT_BODY:
            given: bytes = scope["query_string"]
        else:
            request_body.require_json(scope)
            given = await request_body.read_body(scope, receive, request_body.MAX_JSON_BYTES)
            if writes(endpoint) and len(given) <= SHORT_BYTES:
                return await self._write(endpoint, given, named, scope.get(ACTOR))
        return await self._pool.do(self._call, endpoint, scope["method"], given, named, scope.get(ACTOR))

    async def _write(self, endpoint: Endpoint, given: bytes, named: dict[str, str], actor: Actor | None) -> Response:
        """Answer a request that writes little, together with others."""
        with self._pool.admitted():
            arguments = _noted(actor, request_body.parse_object(given))
            steps = begin(self._service, endpoint, arguments | named)
            return responses.endpoint_response(await self._groups.answer(steps))

    def _call(
        self, endpoint: Endpoint, method: str, given: bytes, named: dict[str, str], actor: Actor | None
    ) -> Response:
        """Parse a query string or body, call the endpoint, and encode its result; runs in a thread."""
        arguments = _parse_query(endpoint, given) if method in WITHOUT_BODY else request_body.parse_object(given)
        return responses.endpoint_response(call(self._service, endpoint, _noted(actor, arguments) | named))


def _noted(actor: Actor | None, arguments: dict[str, Any]) -> dict[str, Any]:
    """Note what a request is about, and return its arguments."""
    if actor is not None:
        actor.subject = str(arguments.get("run_id") or arguments.get("experiment_id") or "")[:100]
    return arguments


def _parse_query(endpoint: Endpoint, query: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        msg = f"The query string is invalid: it must be percent-encoded UTF-8 with at most {MOST_FIELDS:,} fields"
        raise InvalidValue(msg) from None
    return endpoint.query(pairs)
