"""Metric points in SQL, and the latest of each key."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from nbtrack.entities import History
from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.entities import Metric
    from nbtrack.stores.sql.store import Connection


def append(connection: Connection, row: int, metrics: Sequence[Metric]) -> None:
    """Add points in the order given, and keep the latest of each key."""
    latest: dict[str, Metric] = {}
    for each in metrics:
        value = None if each.value != each.value else each.value
        connection.execute(
            "INSERT INTO points (run, key, step, timestamp, value) VALUES (?, ?, ?, ?, ?)",
            (row, each.key, each.step, each.timestamp, value),
        )
        known = latest.get(each.key)
        if known is None or (each.step, each.timestamp) >= (known.step, known.timestamp):
            latest[each.key] = each
    for each in latest.values():
        value = None if each.value != each.value else each.value
        connection.execute(
            "INSERT INTO latest_metrics VALUES (?, ?, ?, ?, ?) ON CONFLICT (run, key) DO UPDATE"
            " SET value = excluded.value, step = excluded.step, timestamp = excluded.timestamp"
            " WHERE (excluded.step, excluded.timestamp) >= (latest_metrics.step, latest_metrics.timestamp)",
            (row, each.key, value, each.step, each.timestamp),
        )


def history(connection: Connection, row: int, key: str) -> History:
    """Return every point of a metric."""
    steps, timestamps, values = array("q"), array("q"), array("d")
    found: Iterable[tuple[Any, ...]] = connection.execute(
        "SELECT step, timestamp, value FROM points WHERE run = ? AND key = ? ORDER BY id", (row, key)
    )
    for step, timestamp, value in found:
        steps.append(step)
        timestamps.append(timestamp)
        values.append(rows.number(value))
    return History(key, steps, timestamps, values)
