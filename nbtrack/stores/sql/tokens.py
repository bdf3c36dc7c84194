"""Page tokens: where the next page starts, bound to the search that they belong to."""

from __future__ import annotations

import base64
import binascii
import json
from hashlib import blake2b
from typing import NamedTuple

from nbtrack.errors import InvalidValue


class Place(NamedTuple):
    """Where a page starts, among the rows that were there when the first page was read."""

    offset: int = 0
    newest: int | None = None

    def further(self, offset: int) -> Place:
        """Return the place some rows further on."""
        return self._replace(offset=self.offset + offset)


def write(place: Place, search: object) -> str:
    """Return the token for a place in a search."""
    return base64.urlsafe_b64encode(json.dumps([*place, _mark(search)]).encode()).decode()


def read(token: str | None, search: object) -> Place:
    """Return the place of a token.

    Raises
    ------
    InvalidValue
        When it is not a token, or belongs to another search.
    """
    if not token:
        return Place()
    try:
        offset, newest, mark = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, TypeError, binascii.Error, UnicodeEncodeError):
        msg = f"{token[:40]!r} is no page token"
        raise InvalidValue(msg) from None
    if mark != _mark(search) or type(offset) is not int or type(newest) is not int or offset < 0:
        msg = "this page token belongs to another search: pass it with the same arguments as the page it came from"
        raise InvalidValue(msg)
    return Place(offset, newest)


def _mark(search: object) -> str:
    return blake2b(repr(search).encode(), digest_size=8).hexdigest()
