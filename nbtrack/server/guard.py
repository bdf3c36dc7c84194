"""The checks that every request passes before anything else looks at it, and the headers that every answer carries."""

from __future__ import annotations

import base64
import binascii
import hmac
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response

from nbtrack.server.answers import JsonResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from nbtrack.server.options import Options

COOKIE = "nbtrack_token"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    " connect-src 'self'; frame-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Stands before an application: nobody reaches a route who has not passed.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    options : Options
        The names that the server goes by, who may ask, and what has to be shown.
    """

    def __init__(self, app: ASGIApp, options: Options) -> None:
        self.app, self._options = app, options
        self._hosts = LOOPBACK | {each.lower() for each in options.allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        guarded = _with_headers(send)
        refusal = self._refusal(scope, headers)
        await (refusal or self.app)(scope, receive, guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            return _no(403, "PERMISSION_DENIED", "this server does not go by that name: see --allowed-hosts")
        origin = headers.get("origin")
        if origin is not None and not self._may_ask(origin, host):
            return _no(403, "PERMISSION_DENIED", "pages of other origins may not ask: see --cors-allowed-origins")
        if (
            scope["method"] not in SAFE
            and origin is None
            and headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
        ):
            return _no(403, "PERMISSION_DENIED", "pages of other sites may not write")
        return self._unknown(scope, headers)

    def _is_ours(self, host: str) -> bool:
        name, port = _split(host)
        return name in self._hosts or f"{name}:{port}" in self._hosts

    def _may_ask(self, origin: str, host: str) -> bool:
        parts = urlsplit(origin)
        own = parts.scheme in {"http", "https"} and parts.netloc == host
        return own or origin in self._options.allowed_origins

    def _unknown(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the refusal of who has to show something and does not."""
        options = self._options
        if not (options.token or options.password):
            return None
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if options.token and scope["method"] == "GET" and given and _same(given, options.token):
            response = RedirectResponse(scope["path"] or "/", 303)
            response.set_cookie(COOKIE, options.token, httponly=True, samesite="strict")
            return response
        if self._shown(headers):
            return None
        ask = {"WWW-Authenticate": 'Basic realm="nbtrack"' if options.password else "Bearer"}
        return _no(401, "UNAUTHENTICATED", "this server asks for a token or a password", ask)

    def _shown(self, headers: Headers) -> bool:
        token, password = self._options.token, self._options.password
        kind, _, shown = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token and _same(shown.strip(), token):
            return True
        if kind.lower() == "basic" and _same_basic(shown, password, token):
            return True
        return bool(token) and _same(_cookie(headers.get("cookie", "")), token)


def _split(host: str) -> tuple[str, str]:
    """Return name and port of a Host header; empty ones when it is none."""
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not colon:
        name, port = host, ""
    plain = name.strip("[]").replace("-", "a").replace(".", "a").replace(":", "a").replace("_", "a")
    valid = plain.isascii() and plain.isalnum() and (port.isdecimal() or not colon)
    return (name.lower(), port) if valid else ("", "")


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _same_basic(shown: str, password: str, token: str) -> bool:
    try:
        given = base64.b64decode(shown, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return bool(password and _same(given, password)) or bool(token and _same(given.partition(":")[2], token))


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _no(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return JsonResponse({"error_code": code, "message": message}, status, headers)


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Content-Security-Policy", POLICY)
        await send(message)

    return guarded
