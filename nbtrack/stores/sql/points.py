"""The history of a metric in SQL: its blocks, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.stores import blocks
from nbtrack.stores.sql import block_storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.entities import History, Metric
    from nbtrack.stores.sql.sql_store import Connection


def append(connection: Connection, row: int, metrics: Sequence[Metric]) -> None:
    """Add points in the order given, and keep the latest of each key."""
    for key, points in block_storage.by_key(metrics).items():
        block_storage.append(connection, row, key, points)


def drop(connection: Connection, row: int, key: str) -> None:
    """Remove every point of a metric."""
    connection.execute("DELETE FROM blocks WHERE run = ? AND key = ?", (row, key))


def history(connection: Connection, row: int, key: str) -> History:
    """Return every point of a metric."""
    found: Iterable[tuple[Any, ...]] = connection.execute(
        "SELECT data FROM blocks WHERE run = ? AND key = ? ORDER BY id", (row, key)
    )
    return blocks.BlockHistory(key, [data for (data,) in found])
