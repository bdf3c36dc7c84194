"""The security checks that every request has to pass first, and the security headers of every response."""

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

from nbtrack.errors import NbtrackError
from nbtrack.server.responses import JsonResponse, error_response
from nbtrack.server.users import ACTOR, Actor, may

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from nbtrack.server.serve import Options
    from nbtrack.server.users import Users


COOKIE = "nbtrack_token"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SECONDS_OF_A_PREFLIGHT = 600
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)(?::([0-9]{1,5}))?")
_NAMES = {b"host", b"origin", b"sec-fetch-site", b"authorization", b"cookie", b"access-control-request-method"}


class SecurityMiddleware:
    """Checks host, origin and credentials of every request before it reaches the application.

    With `users`, a request needs the token of a user, and the user's role must allow it.
    """

    def __init__(self, app: ASGIApp, options: Options, users: Users | None = None) -> None:
        self.app, self._options, self._users = app, options, users
        self._hosts = LOOPBACK | {each.lower() for each in options.allowed_hosts}
        self._patterns = [each for each in self._hosts if "*" in each]
        self._cookie = f"{COOKIE}_{options.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        scope = self._with_prefix(scope)
        headers = _headers(scope)
        origin = headers.get(b"origin")
        listed = origin is not None and self._is_listed(origin)
        guarded = _with_headers(send, origin if listed else None)
        refusal = self._refusal(scope, headers, listed=listed)
        if refusal is None and self._users is not None:
            await self._serve_user(self._users, scope, headers, receive, guarded)
            return
        await (refusal or self.app)(scope, receive, guarded)

    async def _serve_user(
        self, users: Users, scope: Scope, headers: dict[bytes, str], receive: Receive, send: Send
    ) -> None:
        """Serve the request of a person, as far as the role allows, and have it recorded."""
        login = self._shown_in_url(scope)
        try:
            if login and await users.find(login):
                await self._logged_in(scope, login)(scope, receive, send)
                return
            user = await users.find(self._shown_token(headers))
        except NbtrackError as error:
            await error_response(scope, error)(scope, receive, send)
            return
        if user is None:
            ask = {"WWW-Authenticate": "Bearer"}
            refusal = _denied(401, "UNAUTHENTICATED", "Authentication required: the token of a user", ask)
            await refusal(scope, receive, send)
            return
        actor, allowed = Actor(user), may(user, scope)
        status = [403]

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        denied = _denied(403, "PERMISSION_DENIED", f"The role {user.role} does not allow this: ask an administrator")
        await (self.app if allowed else denied)({**scope, ACTOR: actor}, receive, noted)
        users.note(actor, scope, status[0])

    def _with_prefix(self, scope: Scope) -> Scope:
        """Return a request with its path below the prefix, whether or not a proxy has stripped that."""
        prefix, path = self._options.prefix, scope["path"]
        if not prefix:
            return scope
        whole = path if f"{path}/".startswith(f"{prefix}/") else prefix + path
        return {**scope, "path": whole, "root_path": prefix}

    def _refusal(self, scope: Scope, headers: dict[bytes, str], *, listed: bool) -> Response | None:
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        if not self._is_ours(host):
            return _denied(403, "PERMISSION_DENIED", "This host name is not allowed: see --allowed-hosts")
        if origin is not None and not listed and origin != f"{scope['scheme']}://{host}":
            return _denied(403, "PERMISSION_DENIED", "Cross-origin requests are blocked: see --cors-allowed-origins")
        if (
            scope["method"] not in SAFE
            and origin is None
            and headers.get(b"sec-fetch-site", "none") not in {"none", "same-origin"}
        ):
            return _denied(403, "PERMISSION_DENIED", "Cross-site requests can't write")
        if listed and scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            return Response(status_code=204, headers=_PREFLIGHT)
        refusal = self._unauthenticated(scope, headers)
        if refusal is None and self._options.prefix and scope["path"] == self._options.prefix:
            # URLs in the page are relative to its folder.
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

    def _unauthenticated(self, scope: Scope, headers: dict[bytes, str]) -> Response | None:
        """Return the response to a request without valid credentials, if they are required."""
        options = self._options
        if not (options.token or options.password):
            return None
        if options.token and scope["method"] == "GET" and b"token=" in scope["query_string"]:
            login = self._log_in(scope)
            if login is not None:
                return login
        if self._is_authenticated(headers):
            return None
        ask = {"WWW-Authenticate": 'Basic realm="nbtrack"' if options.password else "Bearer"}
        return _denied(401, "UNAUTHENTICATED", "Authentication required: a token or a password", ask)

    def _log_in(self, scope: Scope) -> Response | None:
        """Return the response to a valid token in a URL: a cookie, and a redirect to the URL without the token."""
        shown = self._shown_in_url(scope)
        return self._logged_in(scope, shown) if shown and _same(shown, self._options.token) else None

    def _shown_in_url(self, scope: Scope) -> str:
        """Return the token in the URL of a page; empty if there is none."""
        if scope["method"] != "GET" or b"token=" not in scope["query_string"]:
            return ""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        return next((value for name, value in pairs if name == "token"), "")

    def _shown_token(self, headers: dict[bytes, str]) -> str:
        """Return the token in the headers: as bearer, as password or in the cookie; empty if there is none."""
        kind, _, shown = headers.get(b"authorization", "").partition(" ")
        if kind.lower() == "basic":
            return _basic(shown).partition(":")[2]
        return shown.strip() if kind.lower() == "bearer" else self._cookie_token(headers.get(b"cookie", ""))

    def _logged_in(self, scope: Scope, token: str) -> Response:
        """Return the response to a valid token in a URL: a cookie, and a redirect to the URL without the token."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        rest = urlencode([each for each in pairs if each[0] != "token"])
        # Relative, since a proxy may have stripped the beginning of the path; it also can't lead to another host.
        place = "./" + quote(scope["path"].rpartition("/")[2], safe="")
        response = RedirectResponse(f"{place}?{rest}" if rest else place, 303)
        response.set_cookie(
            self._cookie,
            token,
            path=self._options.prefix or "/",
            secure=scope["scheme"] == "https",
            httponly=True,
            samesite="strict",
        )
        return response

    def _is_authenticated(self, headers: dict[bytes, str]) -> bool:
        token, password = self._options.token, self._options.password
        kind, _, shown = headers.get(b"authorization", "").partition(" ")
        if kind.lower() == "bearer" and token and _same(shown.strip(), token):
            return True
        if kind.lower() == "basic" and _same_basic(shown, password, token):
            return True
        return bool(token) and _same(self._cookie_token(headers.get(b"cookie", "")), token)

    def _cookie_token(self, header: str) -> str:
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
    """Return the relevant headers; repeated ones are joined, so that they match nothing."""
    found: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        if name in _NAMES:
            text = value.decode("latin-1")
            found[name] = f"{found[name]},{text}" if name in found else text
    return found


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _basic(shown: str) -> str:
    """Return ``user:password`` as a client sent it; empty if it is malformed."""
    try:
        return base64.b64decode(shown, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _same_basic(shown: str, password: str, token: str) -> bool:
    given = _basic(shown)
    return bool(password and _same(given, password)) or bool(token and _same(given.partition(":")[2], token))


def _denied(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return JsonResponse({"error_code": code, "message": message}, status, headers)


def _with_headers(send: Send, origin: str | None) -> Send:
    """Return a `send` that adds the security headers, and those for an allowed origin."""

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
"""The policy of our page; a response may have its own."""
SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""The policy of previews of logged files: no scripts, no forms, no origin, no external resources."""
SAFETY = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", POLICY),
]
