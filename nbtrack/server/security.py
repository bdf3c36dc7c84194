"""The checks that every request passes before anything else looks at it, and the headers that every answer carries."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from fnmatch import fnmatchcase
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from starlette.responses import RedirectResponse, Response

from nbtrack.server.responses import JsonResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from nbtrack.server.server_options import Options


COOKIE = "nbtrack_token"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SECONDS_OF_A_PREFLIGHT = 600
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)(?::([0-9]{1,5}))?")
_NAMES = {b"host", b"origin", b"sec-fetch-site", b"authorization", b"cookie", b"access-control-request-method"}


class SecurityMiddleware:
    """Checks every request before it reaches a route.

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
        self._patterns = [each for each in self._hosts if "*" in each]
        self._cookie = f"{COOKIE}_{options.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        scope = self._placed(scope)
        headers = _headers(scope)
        origin = headers.get(b"origin")
        listed = origin is not None and self._is_listed(origin)
        guarded = _with_headers(send, origin if listed else None)
        refusal = self._refusal(scope, headers, listed=listed)
        await (refusal or self.app)(scope, receive, guarded)

    def _placed(self, scope: Scope) -> Scope:
        """Return a request with its path below the prefix, whether a proxy has taken that away or not."""
        prefix, path = self._options.prefix, scope["path"]
        if not prefix:
            return scope
        whole = path if f"{path}/".startswith(f"{prefix}/") else prefix + path
        return {**scope, "path": whole, "root_path": prefix}

    def _refusal(self, scope: Scope, headers: dict[bytes, str], *, listed: bool) -> Response | None:
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        if not self._is_ours(host):
            return _denied(403, "PERMISSION_DENIED", "this server does not go by that name: see --allowed-hosts")
        if origin is not None and not listed and origin != f"{scope['scheme']}://{host}":
            return _denied(403, "PERMISSION_DENIED", "pages of other origins may not ask: see --cors-allowed-origins")
        if (
            scope["method"] not in SAFE
            and origin is None
            and headers.get(b"sec-fetch-site", "none") not in {"none", "same-origin"}
        ):
            return _denied(403, "PERMISSION_DENIED", "pages of other sites may not write")
        if listed and scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            return Response(status_code=204, headers=_PREFLIGHT)
        refusal = self._unknown(scope, headers)
        if refusal is None and self._options.prefix and scope["path"] == self._options.prefix:
            # What the page asks for is relative to its folder.
            return RedirectResponse(f"{self._options.prefix}/", 308)
        return refusal

    def _is_ours(self, host: str) -> bool:
        found = _HOST.fullmatch(host.lower())
        if found is None:
            return False
        name, port = found[1], found[2]
        return (
            name in self._hosts
            or f"{name}:{port}" in self._hosts
            or any(fnmatchcase(name, each) for each in self._patterns)
        )

    def _is_listed(self, origin: str) -> bool:
        allowed = self._options.allowed_origins
        return origin in allowed or ("*" in allowed and origin != "null")

    def _unknown(self, scope: Scope, headers: dict[bytes, str]) -> Response | None:
        """Return the refusal of who has to show something and does not."""
        options = self._options
        if not (options.token or options.password):
            return None
        if options.token and scope["method"] == "GET" and b"token=" in scope["query_string"]:
            welcome = self._welcome(scope)
            if welcome is not None:
                return welcome
        if self._shown(headers):
            return None
        ask = {"WWW-Authenticate": 'Basic realm="nbtrack"' if options.password else "Bearer"}
        return _denied(401, "UNAUTHENTICATED", "Authentication required: a token or a password", ask)

    def _welcome(self, scope: Scope) -> Response | None:
        """Return the answer to a right token in an address: a cookie, and the address without the token."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if not any(_same(value, self._options.token) for name, value in pairs if name == "token"):
            return None
        rest = urlencode([each for each in pairs if each[0] != "token"])
        # Relative, for a proxy may have taken away the beginning of the path; so it leads to no other host, either.
        place = "./" + quote(scope["path"].rpartition("/")[2], safe="")
        response = RedirectResponse(f"{place}?{rest}" if rest else place, 303)
        response.set_cookie(
            self._cookie,
            self._options.token,
            path=self._options.prefix or "/",
            secure=scope["scheme"] == "https",
            httponly=True,
            samesite="strict",
        )
        return response

    def _shown(self, headers: dict[bytes, str]) -> bool:
        token, password = self._options.token, self._options.password
        kind, _, shown = headers.get(b"authorization", "").partition(" ")
        if kind.lower() == "bearer" and token and _same(shown.strip(), token):
            return True
        if kind.lower() == "basic" and _same_basic(shown, password, token):
            return True
        return bool(token) and _same(self._kept(headers.get(b"cookie", "")), token)

    def _kept(self, header: str) -> str:
        """Return the token of a cookie."""
        try:
            found = SimpleCookie(header).get(self._cookie)
        except CookieError:
            return ""
        return found.value if found else ""


_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Range",
    "Access-Control-Max-Age": str(SECONDS_OF_A_PREFLIGHT),
}


def _headers(scope: Scope) -> dict[bytes, str]:
    """Return the headers that are looked at; one that comes twice is joined, so that it fits nothing."""
    found: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        if name in _NAMES:
            text = value.decode("latin-1")
            found[name] = f"{found[name]},{text}" if name in found else text
    return found


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _same_basic(shown: str, password: str, token: str) -> bool:
    try:
        given = base64.b64decode(shown, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return bool(password and _same(given, password)) or bool(token and _same(given.partition(":")[2], token))


def _denied(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return JsonResponse({"error_code": code, "message": message}, status, headers)


def _with_headers(send: Send, origin: str | None) -> Send:
    """Return a `send` that adds the headers of every answer, and those for pages of a listed origin."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message["headers"]
            own = any(name == b"content-security-policy" for name, _ in headers)
            message["headers"] = [*headers, *(SAFETY[:-1] if own else SAFETY)]
            if origin is not None:
                message["headers"] = _shared(message["headers"], origin)
        await send(message)

    return guarded


def _shared(headers: list[tuple[bytes, bytes]], origin: str) -> list[tuple[bytes, bytes]]:
    return [
        *(each for each in headers if each[0] != b"cross-origin-resource-policy"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"vary", b"Origin"),
    ]


POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    b" connect-src 'self'; frame-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""What a page of ours may load; an answer may come with a policy of its own."""
SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""The policy of a preview of what somebody logged: no script, no form, no origin, nothing from elsewhere."""
SAFETY = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", POLICY),
]
