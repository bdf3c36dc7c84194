"""The names by which Jupyter's server offers the stores of its machine: tracking URIs that may stand in a path."""

from __future__ import annotations

import base64
import binascii

from nbtrack import locate
from nbtrack.errors import InvalidValue


def store_id(uri: str) -> str:
    """Return the name of a store, or an empty one when it is not in files of this machine."""
    place = locate.resolve(uri)
    if locate.scheme(place) not in {"", "sqlite"}:
        return ""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def uri(name: str) -> str:
    """Return the tracking URI of a name; `InvalidValue` when it is none."""
    try:
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        msg = f"{name[:40]!r} names no store"
        raise InvalidValue(msg) from None
