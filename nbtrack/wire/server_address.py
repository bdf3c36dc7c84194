"""Addresses of servers: what may be shown of one, and the credentials that it may hold."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

from nbtrack.errors import InvalidValue
from nbtrack.settings import Secret


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
        When it names no host; the text of the error holds no password.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as error:
        msg = f"the address of a tracking server can't be read ({error}); it looks like https://host:5000"
        raise InvalidValue(msg) from None
    if not parts.hostname:
        msg = "the address of a tracking server names no host; it looks like https://host:5000"
        raise InvalidValue(msg)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port is None else f"{host}:{port}"
    bare = urlunsplit((parts.scheme.lower(), place, parts.path.rstrip("/"), "", ""))
    return Address(bare, unquote(parts.username or ""), Secret(unquote(parts.password or "")))
