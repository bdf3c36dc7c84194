"""From Tornado to ASGI: requests that Jupyter has authenticated are passed to the application of their store."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError, authenticated

from nbtrack import locate, settings
from nbtrack.endpoints import Service, store_ids
from nbtrack.endpoints.page_seal import PageSeal
from nbtrack.errors import NbtrackError, NotFound
from nbtrack.server.app import create_routes

if TYPE_CHECKING:
    from starlette.types import ASGIApp


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
        " connect-src 'self'; frame-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
}


def routes(base_url: str, offered: KernelStores) -> list[tuple[str, type, dict[str, Any]]]:
    """Return the routes: ``nbtrack/`` for the store of Jupyter's folder, ``nbtrack/at/NAME/`` for another."""
    given = {"offered": offered}
    return [
        (f"{base_url}(nbtrack/at/([A-Za-z0-9_-]+))(/.*)", Bridge, given),
        (f"{base_url}(nbtrack)()(/.*)", Bridge, given),
    ]


class Bridge(JupyterHandler):
    """Forwards requests after Jupyter has checked authentication and, for writes, the XSRF token."""

    def initialize(self, offered: KernelStores) -> None:
        """See `tornado.web.RequestHandler.initialize`."""
        self._offered = offered

    @authenticated
    async def get(self, mounted: str, name: str, path: str) -> None:
        """Forward a request to the application of its store."""
        try:
            app = self._offered.app(name)
        except NbtrackError as error:
            raise HTTPError(400, log_message=error.message) from error
        request = self.request
        prefix = f"{self.base_url}{mounted}"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.protocol,
            "path": unquote(prefix + path),
            "raw_path": (prefix + path).encode(),
            "root_path": unquote(prefix),
            "query_string": request.query.encode(),
            "headers": [(key.lower().encode(), value.encode("latin-1")) for key, value in request.headers.get_all()],
            "server": None,
            "client": None,
        }
        messages = iter([{"type": "http.request", "body": request.body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            return next(messages, {"type": "http.disconnect"})

        await app(scope, receive, self._send)

    post = put = patch = delete = get

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.set_status(message["status"])
            for key, value in (*HEADERS.items(), *message.get("headers", ())):
                self.set_header(_text(key), _text(value))
            return
        # Tornado refuses even an empty body for statuses without one, such as 304.
        if message.get("body"):
            self.write(message["body"])
        await (self.flush() if message.get("more_body") else self.finish())

    def compute_etag(self) -> None:
        """Leave ETags to the application."""


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


DEFAULT = "mlruns"


class KernelStores:
    """Opens the store of Jupyter's folder, and those that kernels of the same user have opened.

    Pages ask for stores that a notebook names, and a notebook may come from anybody: no other store is read, and
    none is created.

    Parameters
    ----------
    folder : str
        Where the notebooks are.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._apps: dict[str, ASGIApp] = {}
        self._seal = PageSeal(secrets.token_bytes(32))

    def app(self, name: str) -> ASGIApp:
        """Return the application of a store.

        Parameters
        ----------
        name : str
            An id of `nbtrack.endpoints.store_ids`; empty for the store of the folder.

        Raises
        ------
        InvalidValue
            When it is not such an id.
        NotFound
            When the store no longer exists.
        """
        uri = self._named(name)
        if uri not in self._apps:
            service = Service(
                locate.store(uri), locate.default_artifact_root(uri), self._seal, settings.current().strict_mlflow
            )
            self._apps[uri] = create_routes(service)
        return self._apps[uri]

    def _named(self, name: str) -> str:
        """Return the resolved URI of a store."""
        if not name:
            return locate.resolve(settings.current().tracking_uri or Path(self._folder, DEFAULT))
        uri = store_ids.uri(name)
        if not locate.exists(uri):
            msg = f"The store at {uri} no longer exists"
            raise NotFound(msg)
        return uri
