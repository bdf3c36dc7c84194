"""The interface to HTTP, which tests replace: `Transport.send` takes a request and returns a response.

`HttpTransport` shares its connections between threads, opens new ones after a fork, sends credentials only to its
server, and retries requests that can be repeated.
"""

from __future__ import annotations

import os
import random
import threading
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

from nbtrack.errors import InvalidValue, Unreachable
from nbtrack.settings import Secret

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Sequence

    import httpx

    from nbtrack.settings import Settings


RETRIED_STATUSES = frozenset({408, 429, 502, 503, 504})
"""Statuses after which a repeatable request is retried."""
CONNECT_SECONDS = 10.0
MAX_RETRY_SECONDS = 60.0


class Request(NamedTuple):
    """A request, by its path below the address of the server."""

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    content: bytes | Callable[[], Iterator[bytes]] | None = None
    """The body, or a function that returns a new iterator over it for each attempt."""
    headers: Sequence[tuple[str, str]] = ()
    repeatable: bool = False
    """Whether the request is idempotent."""


class Response(Protocol):
    """A response whose body is read on demand; the caller has to close it."""

    status: int

    def header(self, name: str) -> str:
        """Return a header, or an empty string."""
        ...

    def read(self) -> bytes:
        """Return the whole body, and close the response."""
        ...

    def iter_bytes(self) -> Iterator[bytes]:
        """Yield the body in chunks."""
        ...

    def close(self) -> None:
        """Release the connection."""
        ...


class Transport(Protocol):
    """Sends requests to one server."""

    uri: str
    """The address of the server, without credentials."""

    def send(self, request: Request) -> Response:
        """Send a request; `Unreachable` when there is no response."""
        ...

    def close(self) -> None:
        """Close all connections; the next request opens new ones."""
        ...


class HttpTransport:
    """The transport to a real server.

    Credentials come from the URI or else from `settings`, as do timeouts, certificates and, by default, `retries`.
    """

    def __init__(self, address: Address, settings: Settings, retries: int | None = None) -> None:
        self.uri, self._address, self._settings = address.uri, address, settings
        self._retries = int(settings.http_retries) if retries is None else retries
        self._client: tuple[int, httpx.Client] | None = None
        self._closed = threading.Event()

    def __repr__(self) -> str:
        """Return the address, without credentials."""
        return f"HttpTransport({self.uri!r})"

    def without_retries(self) -> HttpTransport:
        """Return a transport to the same server that tries once."""
        return HttpTransport(self._address, self._settings, 0)

    def send(self, request: Request) -> Response:
        """See `Transport.send`; retries wait exponentially longer, or as long as the server says."""
        for number in range(self._retries + 1):
            last = number == self._retries
            try:
                answer = self._once(request, last=last)
            except _RequestFailed as failed:
                if last or not (request.repeatable or failed.unsent):
                    raise failed.unreachable(self.uri, request, number + 1) from failed.__cause__
                self._pause(number, "")
            else:
                if last or not _should_retry(answer, request):
                    return answer
                answer.close()
                self._pause(number, answer.header("Retry-After"))
        raise AssertionError

    def _once(self, request: Request, *, last: bool) -> Response:
        import httpx

        content = request.content() if callable(request.content) else request.content
        client = self._current_client()
        built = client.build_request(
            request.method,
            self.uri + request.path,
            params=list(request.query) or None,
            content=content,
            headers=list(request.headers),
        )
        try:
            response = client.send(built, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _RequestFailed(str(error), unsent=True) from error
        except httpx.HTTPError as error:
            raise _RequestFailed(str(error) or type(error).__name__, unsent=False) from error
        if 300 <= response.status_code < 400:
            response.close()
            raise Unreachable(_redirect_message(self.uri, response.headers.get("Location", "")))
        return HttpResponse(response, self.uri)

    def _pause(self, number: int, retry_after: str) -> None:
        """Wait before a retry."""
        seconds = float(retry_after) if retry_after.isdecimal() else self._settings.http_backoff * 2**number
        self._closed.wait(min(seconds, MAX_RETRY_SECONDS) + random.uniform(0, 0.1))  # noqa: S311 - spreads retries, no secret

    def _current_client(self) -> httpx.Client:
        """Return the client of this process; one inherited through `fork` is dropped."""
        if self._client is None or self._client[0] != os.getpid():
            self._client = (os.getpid(), self._create_client())
            self._closed = threading.Event()
        return self._client[1]

    def _create_client(self) -> httpx.Client:
        import httpx

        chosen = self._settings
        timeout = httpx.Timeout(chosen.http_timeout, connect=min(CONNECT_SECONDS, chosen.http_timeout))
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=20)
        return httpx.Client(
            auth=self._login(),
            headers={"User-Agent": "nbtrack", **self._bearer()},
            verify=_tls_verification(chosen),
            timeout=timeout,
            limits=limits,
        )

    def _login(self) -> httpx.BasicAuth | None:
        import httpx

        user = self._address.user or self._settings.tracking_username or ""
        password = self._address.password if self._address.user else self._settings.tracking_password or ""
        return httpx.BasicAuth(user, password) if user or password else None

    def _bearer(self) -> dict[str, str]:
        token = self._settings.tracking_token
        return {"Authorization": f"Bearer {token}"} if token and self._login() is None else {}

    def close(self) -> None:
        """See `Transport.close`."""
        client, self._client = self._client, None
        if client is not None and client[0] == os.getpid():
            self._closed.set()
            client[1].close()


class HttpResponse:
    """The response of a real server."""

    def __init__(self, response: httpx.Response, uri: str) -> None:
        self.status, self._response, self._uri = response.status_code, response, uri

    def header(self, name: str) -> str:
        """See `Response.header`."""
        return str(self._response.headers.get(name, ""))

    def read(self) -> bytes:
        """See `Response.read`."""
        try:
            return b"".join(self.iter_bytes())
        finally:
            self.close()

    def iter_bytes(self) -> Iterator[bytes]:
        """See `Response.iter_bytes`; `Unreachable` when the connection is lost."""
        import httpx

        try:
            yield from self._response.iter_bytes()
        except httpx.HTTPError as error:
            msg = f"The connection to {self._uri} was lost during a response: {error or type(error).__name__}"
            raise Unreachable(msg) from error

    def close(self) -> None:
        """See `Response.close`."""
        self._response.close()


class _RequestFailed(Exception):
    """There was no response; `unsent` when the server cannot have received the request."""

    def __init__(self, reason: str, *, unsent: bool) -> None:
        super().__init__(reason)
        self.unsent = unsent

    def unreachable(self, uri: str, request: Request, times: int) -> Unreachable:
        tried = "" if times == 1 else f" (tried {times} times)"
        doubt = "" if self.unsent or request.repeatable else "; the request may have succeeded: check before you repeat"
        return Unreachable(f"{uri} does not answer{tried}: {self}{doubt}. Is the server running?")


def _should_retry(answer: Response, request: Request) -> bool:
    """Return whether to retry: the server has not begun the request, or the request is repeatable."""
    begun = answer.status != 429 and not (answer.status == 503 and answer.header("Retry-After"))
    return answer.status in RETRIED_STATUSES and (request.repeatable or not begun)


def _redirect_message(uri: str, location: str) -> str:
    parts = urlsplit(location)
    target = f"{parts.scheme}://{parts.hostname}" if parts.hostname else "another path"
    return f"{uri} redirects to {target}, and credentials are not forwarded: use the final address as the tracking URI"


def _tls_verification(settings: Settings) -> ssl.SSLContext | bool:
    """Return how the server's certificate is verified, and which certificate this client presents."""
    if settings.insecure_tls and settings.server_cert_path:
        msg = "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH contradict each other: unset one"
        raise InvalidValue(msg)
    if not (settings.insecure_tls or settings.server_cert_path or settings.client_cert_path):
        return True
    import ssl

    import httpx

    try:
        context: Any = (
            ssl.create_default_context(cafile=settings.server_cert_path)
            if settings.server_cert_path
            else httpx.create_ssl_context(verify=not settings.insecure_tls)
        )
        if settings.client_cert_path:
            context.load_cert_chain(settings.client_cert_path)
    except OSError as error:
        msg = (
            "Cannot read the certificates of MLFLOW_TRACKING_SERVER_CERT_PATH or MLFLOW_TRACKING_CLIENT_CERT_PATH:"
            f" {error.strerror or error}"
        )
        raise InvalidValue(msg) from None
    return context  # type: ignore[no-any-return] # both branches create an SSLContext


class Address(NamedTuple):
    """A server's address without credentials, and the credentials."""

    uri: str
    user: str = ""
    password: Secret = Secret()


def parse(uri: str) -> Address:
    """Return the parts of an ``http://`` or ``https://`` URI.

    Raises
    ------
    InvalidValue
        When it is invalid or names no host; the message contains no password.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as error:
        msg = f"The address of a tracking server is invalid ({error}); it looks like https://host:5000"
        raise InvalidValue(msg) from None
    if not parts.hostname:
        msg = "The address of a tracking server names no host; it looks like https://host:5000"
        raise InvalidValue(msg)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port is None else f"{host}:{port}"
    bare = urlunsplit((parts.scheme.lower(), place, parts.path.rstrip("/"), "", ""))
    return Address(bare, unquote(parts.username or ""), Secret(unquote(parts.password or "")))
