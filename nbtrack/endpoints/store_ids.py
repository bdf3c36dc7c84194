"""The ids by which Jupyter's server offers local stores: tracking URIs encoded for a URL path."""

from __future__ import annotations

import base64
import binascii

from nbtrack import locate
from nbtrack.errors import InvalidValue


def store_id(uri: str) -> str:
    """Return the id of a store, or an empty one when it is not in local files."""
    place = locate.resolve(uri)
    if locate.scheme(place) not in {"", "sqlite"}:
        return ""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def uri(name: str) -> str:
    """Return the tracking URI of an id; `InvalidValue` when it is not one."""
    try:
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        msg = f"{name[:40]!r} is not the id of a store"
        raise InvalidValue(msg) from None
