"""Running the server in one or several processes, to which its options are passed as JSON."""

from __future__ import annotations

import json
import os
import re
import secrets
import tempfile
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack import locate
from nbtrack.endpoints import Service
from nbtrack.endpoints.artifact_locations import SCHEME
from nbtrack.endpoints.page_seal import PageSeal
from nbtrack.errors import InvalidValue, Refused

KEEP_ALIVE_SECONDS = 30
STOPPING_SECONDS = 10
CONNECTION = (
    "nbtrack.server.httptools_limits:HttptoolsConnection"
    if find_spec("httptools")
    else "nbtrack.server.http_limits:H11Connection"
)
"""The protocol of a connection; httptools, of the extra ``fast``, parses requests faster than h11."""
_HANDED_OVER = "NBTRACK_SERVER_OPTIONS"
_PREFIX = re.compile("(/[A-Za-z0-9._~-]+)*")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Options(NamedTuple):
    """The options of a server.

    Parameters
    ----------
    store : str
        The tracking URI of the store behind it.
    destination : str or None
        The URI below which it stores artifacts; None disables serving them.
    artifact_root : str
        The artifact location that new runs get.
    host, port, workers
        The address to listen on, and the number of processes.
    allowed_hosts, allowed_origins : tuple of str
        Host names besides loopback, and origins of other pages, from which requests are accepted.
    token : str
        The token that requests must present; empty disables authentication by token.
    password : str
        ``user:password``, which is accepted as well.
    users : bool
        Whether requests must present the token of a user of the store, whose role determines what is allowed.
    prefix : str
        The path under which a reverse proxy serves it.
    secret : str
        Signs page tokens if the store has no key; generated at each start.
    numbers : str
        The folder in which several processes count requests; `serve` creates one.
    access_log : bool
        Whether to log each request.
    drain_seconds : float
        How long the server keeps answering after SIGTERM, while it reports that it is no longer ready.
    certificate, certificate_key : str
        Files for TLS, in PEM format; without a certificate the server uses plain HTTP.
    """

    store: str
    destination: str | None
    artifact_root: str = f"{SCHEME}:"
    host: str = "127.0.0.1"
    port: int = 5000
    workers: int = 1
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    token: str = ""
    password: str = ""
    prefix: str = ""
    secret: str = ""
    numbers: str = ""
    access_log: bool = False
    drain_seconds: float = 0.0
    users: bool = False
    certificate: str = ""
    certificate_key: str = ""

    def checked(self) -> Options:
        """Validate the options, and return them with a secret.

        Raises
        ------
        Refused
            When other machines could reach the server without authentication or allowed host names.
        InvalidValue
            When the prefix is not a path.
        """
        if not _PREFIX.fullmatch(self.prefix):
            msg = f"--static-prefix {self.prefix!r} is not a path such as /tracking or /team/a"
            raise InvalidValue(msg)
        if self.host not in _LOOPBACK and not (self.allowed_hosts and (self.token or self.password or self.users)):
            msg = (
                f"Other machines can reach --host {self.host}: use --auth users, token or basic, and --allowed-hosts"
                " with the host names of the server; or omit --host to serve only this machine"
            )
            raise Refused(msg)
        for each in filter(None, (self.certificate, self.certificate_key)):
            if not Path(each).is_file():
                msg = f"--ssl-certfile and --ssl-keyfile must name files in PEM format; {each} does not exist"
                raise InvalidValue(msg)
        return self._replace(secret=self.secret or secrets.token_hex(32))

    def service(self) -> Service:
        """Open the store, and return the service for the endpoints."""
        from nbtrack import settings

        store = locate.store(self.store, self.artifact_root)
        seal = PageSeal(self.secret.encode(), store)
        return Service(store, self.destination, seal, settings.current().strict_mlflow)

    def to_environment(self) -> None:
        """Pass the options to child processes."""
        os.environ[_HANDED_OVER] = json.dumps(self._asdict())

    @classmethod
    def from_environment(cls) -> Options:
        """Return the options that the parent process passed."""
        given = json.loads(os.environ[_HANDED_OVER])
        for name in ("allowed_hosts", "allowed_origins"):
            given[name] = tuple(given[name])
        return cls(**given)


def serve(options: Options) -> None:
    """Serve until the process is asked to stop.

    Raises
    ------
    Refused
        When other machines could reach the server without authentication.
    StorageFailed
        When the store cannot be used.
    """
    checked = options.checked()
    with ExitStack() as stack:
        if checked.workers > 1:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="nbtrack-numbers-"))
            checked = checked._replace(numbers=folder)
        checked.to_environment()
        run("nbtrack.server.app:worker", checked, factory=True, lifespan="on")


def run(app: Any, options: Options, lifespan: Any = "off", **given: Any) -> None:
    """Run an ASGI application, or its name in several processes, until the process is asked to stop."""
    import uvicorn

    if options.certificate:
        given |= {"ssl_certfile": options.certificate, "ssl_keyfile": options.certificate_key or None}
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        workers=options.workers,
        loop="auto",
        http=CONNECTION,
        ws="none",
        lifespan=lifespan,
        interface="asgi3",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOPPING_SECONDS,
        **given,
    )
