"""Removing from a batch the points that a run has already, for callers that may repeat a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nbtrack.entities import History, Metric
    from nbtrack.stores.sql.database import Connection

    Reader = Callable[[Connection, int, str], History]
    Seen = set[tuple[str, int, int, float | None]]


def without_repeats(connection: Connection, row: int, metrics: Sequence[Metric], read: Reader) -> list[Metric]:
    """Return the points that a run does not have, each once, in the order given.

    Points after the latest one of their metric are new; `read` loads histories only for the others.
    """
    seen = _possible_repeats(connection, row, metrics, read)
    found = []
    for each in metrics:
        mark = _identity(each.key, each.step, each.timestamp, each.value)
        if mark not in seen:
            seen.add(mark)
            found.append(each)
    return found


def _identity(key: str, step: int, timestamp: int, value: float) -> tuple[str, int, int, float | None]:
    """Return a key that is equal for identical points; NaN, which is not equal to itself, becomes None."""
    return key, step, timestamp, None if value != value else value  # noqa: PLR0124 - tests for NaN


def _possible_repeats(connection: Connection, row: int, metrics: Sequence[Metric], read: Reader) -> Seen:
    """Return the points of the run that the batch might repeat."""
    latest = _latest_moments(connection, row, {each.key for each in metrics})
    moments: dict[str, set[int]] = {}
    for each in metrics:
        if each.key in latest and (each.step, each.timestamp) <= latest[each.key]:
            moments.setdefault(each.key, set()).add(each.timestamp)
    return {
        _identity(key, int(history.steps[at]), int(history.timestamps[at]), float(history.values[at]))
        for key, wanted in moments.items()
        for history in [read(connection, row, key)]
        for at in _positions(history, wanted)
    }


def _latest_moments(connection: Connection, row: int, keys: Iterable[str]) -> dict[str, tuple[int, int]]:
    statement = f"SELECT key, step, timestamp FROM latest_metrics WHERE run = {row:d} AND key IN ({{}})"
    return {key: (step, timestamp) for key, step, timestamp in rows.select_in(connection, statement, list(keys))}


def _positions(history: History, moments: set[int]) -> list[int]:
    timestamps: Any = history.timestamps
    return [at for at, each in enumerate(timestamps.tolist()) if each in moments]
