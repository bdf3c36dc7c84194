"""The keys with which servers sign page tokens; all servers on a database have the same ones."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.stores.sql.database import Connection

_DAY_MS = 86_400_000
NEW_AFTER_MS = 30 * _DAY_MS
KEPT_MS = 2 * NEW_AFTER_MS
KEY_BYTES = 32


class PageKey(NamedTuple):
    """A key, and when it was made, in ms since the epoch (UTC)."""

    number: int
    key: bytes
    created: int


def read(connection: Connection) -> list[PageKey]:
    """Return the keys, the newest last."""
    return [PageKey(*row) for row in connection.execute("SELECT number, key, created FROM page_keys ORDER BY number")]


def is_renewal_due(known: Iterable[PageKey]) -> bool:
    """Return whether it is time for a new key."""
    return max((each.created for each in known), default=0) < _now() - NEW_AFTER_MS


def renew(connection: Connection) -> None:
    """Create a new key, unless another server has just done so, and delete those that are no longer accepted."""
    connection.execute(
        "INSERT INTO page_keys SELECT COALESCE(MAX(number), 0) + 1, ?, CAST(? AS BIGINT) FROM page_keys"
        " HAVING COALESCE(MAX(created), 0) < ? ON CONFLICT (number) DO NOTHING",
        (secrets.token_bytes(KEY_BYTES), _now(), _now() - NEW_AFTER_MS),
    )
    connection.execute("DELETE FROM page_keys WHERE created < ?", (_now() - KEPT_MS,))


def _now() -> int:
    return time.time_ns() // 1_000_000
