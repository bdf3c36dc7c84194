"""The MCP server over HTTP, behind the same checks as the tracking server."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

from nbtrack.errors import NbtrackError
from nbtrack.mcp import create_server
from nbtrack.mcp.write_tools import WriteTools
from nbtrack.server import request_body, responses
from nbtrack.server.security import SecurityMiddleware
from nbtrack.server.users import ACTOR, MCP_PATH, Actor, Users
from nbtrack.stores.sql.accounts import ROLES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from nbtrack.server.serve import Options
    from nbtrack.stores.sql.accounts import Accounts
    from nbtrack.summaries.run_source import RunSource


def create_app(
    source: RunSource, options: Options, *, writes: bool = False, accounts: Accounts | None = None
) -> SecurityMiddleware:
    """Return the application of the MCP server of a store; it is stateless, and needs its lifespan to run.

    Parameters
    ----------
    source : RunSource
        The store.
    options : Options
        Who may reach it: host names, origins and credentials are checked as by the tracking server.
    writes : bool
        Whether it has the tools that change or control runs.
    accounts : Accounts, optional
        The users who may use it, by their tokens. Those whose role is ``read`` have the tools that read; what others
        do with the tools that change something is recorded.

    Raises
    ------
    Unsupported
        When the MCP SDK is not installed.
    """
    if accounts is None:
        return SecurityMiddleware(_app(source, writes=writes), options)
    users = Users(accounts)
    changing = frozenset(each.__name__ for each in (WriteTools(source).all() if writes else ()))
    by_role = _ByRole(_app(source), _app(source, writes=writes), changing, users)
    return SecurityMiddleware(by_role, options, users)


def _app(source: RunSource, *, writes: bool = False) -> Starlette:
    # The checks of host and origin are those of the middleware.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return create_server(source, writes=writes).streamable_http_app(
        streamable_http_path=MCP_PATH, stateless_http=True, json_response=True, transport_security=unchecked
    )


class _Call(NamedTuple):
    """A tool that a request calls, and the run that it is about; empty if there are none."""

    tool: str
    run: str


class _ByRole:
    """Restricts users to the tools that their roles allow, and records who changed what."""

    def __init__(self, reading: Starlette, writing: Starlette, changing: frozenset[str], users: Users) -> None:
        self._reading, self._writing, self._changing, self._users = reading, writing, changing, users
        self._starting: ASGIApp = Starlette(lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for each in (self._reading, self._writing):
                await running.enter_async_context(each.router.lifespan_context(each))
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._starting(scope, receive, send)
            return
        actor: Actor = scope[ACTOR]
        if actor.user.role == ROLES[0]:
            await self._reading(scope, receive, send)
            return
        try:
            body = await request_body.read_body(scope, receive, request_body.MAX_JSON_BYTES)
            call = _call(request_body.parse_object(body))
        except NbtrackError as error:
            await responses.error_response(scope, error)(scope, receive, send)
            return
        if call.tool in self._changing:
            actor.subject = call.run
            self._users.note(actor, {**scope, "path": f"{scope['path']}/{call.tool}"}, 200)
        await self._writing(scope, _again(body, receive), send)


def _call(content: dict[str, Any]) -> _Call:
    """Return which tool a JSON-RPC request calls."""
    try:
        given = content["params"] if content["method"] == "tools/call" else {}
        return _Call(str(given.get("name", "")), str((given.get("arguments") or {}).get("run", ""))[:100])
    except (KeyError, AttributeError):
        return _Call("", "")


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that first replays a body which was already read."""
    waiting = [body]

    async def received() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return received
