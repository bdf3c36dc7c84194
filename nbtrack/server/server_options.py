"""The options of a server, which the first process passes to its workers as JSON."""

from __future__ import annotations

import json
import os
import re
import secrets
from typing import NamedTuple

from nbtrack import locate
from nbtrack.endpoints import Service
from nbtrack.endpoints.artifact_locations import SCHEME
from nbtrack.errors import InvalidValue, Refused

_HANDED_OVER = "NBTRACK_SERVER_OPTIONS"
_PREFIX = re.compile("(/[A-Za-z0-9._~-]+)*")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Options(NamedTuple):
    """How a server is to serve.

    Parameters
    ----------
    store : str
        The tracking URI of the store behind it.
    destination : str or None
        The URI below which it keeps artifacts; None serves none.
    artifact_root : str
        Where runs are told that their artifacts are.
    host, port, workers
        Where it listens, and with how many processes.
    allowed_hosts, allowed_origins : tuple of str
        Names, besides loopback, that a request may be addressed to, and foreign pages that may ask.
    token : str
        What each request has to show; empty asks for nothing.
    password : str
        ``user:password`` that is accepted as well.
    prefix : str
        The path under which a reverse proxy serves it.
    secret : str
        Seals page tokens; made anew for each start.
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

    def checked(self) -> Options:
        """Return the options with a secret of their own.

        Raises
        ------
        Refused
            When others could reach the server and it asks for nothing, or answers to any name.
        InvalidValue
            When the prefix is no path.
        """
        if not _PREFIX.fullmatch(self.prefix):
            msg = f"--static-prefix {self.prefix!r} is not a path such as /tracking or /team/a"
            raise InvalidValue(msg)
        if self.host not in _LOOPBACK and not (self.allowed_hosts and (self.token or self.password)):
            msg = (
                f"--host {self.host} can be reached by others: give --auth token or --auth basic, and --allowed-hosts"
                " with the names that the server is called by; or leave --host out to serve this machine alone"
            )
            raise Refused(msg)
        return self._replace(secret=self.secret or secrets.token_hex(32))

    def service(self) -> Service:
        """Open the store, and return what the endpoints work on."""
        from nbtrack import settings

        store = locate.store(self.store, self.artifact_root)
        return Service(store, self.destination, self.secret.encode(), settings.current().strict_mlflow)

    def hand_over(self) -> None:
        """Leave the options to the processes that this one starts."""
        os.environ[_HANDED_OVER] = json.dumps(self._asdict())

    @classmethod
    def taken_over(cls) -> Options:
        """Return the options that the first process left."""
        given = json.loads(os.environ[_HANDED_OVER])
        for name in ("allowed_hosts", "allowed_origins"):
            given[name] = tuple(given[name])
        return cls(**given)
