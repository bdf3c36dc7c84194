"""Thinning the histories of runs that ended long ago."""

from __future__ import annotations

from array import array
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.stores import blocks
from nbtrack.stores.sql import block_storage, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import History
    from nbtrack.stores.sql.database import Connection, PointStorage

MOST_KEPT = 6
_HAS_ENDED = "r.stage = 'active' AND r.status NOT IN ('RUNNING', 'SCHEDULED') AND r.end_time <= ?"


class Thinned(NamedTuple):
    """How many points were deleted, and of how many metrics and runs."""

    points: int
    metrics: int
    runs: int

    def plus(self, more: Thinned) -> Thinned:
        """Return the sums."""
        return Thinned(*map(add, self, more))


def long_histories(
    connection: Connection,
    storage: PointStorage,
    before: int,
    experiment_ids: Sequence[str] | None,
    run_ids: Sequence[str] | None,
) -> dict[str, list[str]]:
    """Return the metrics with more than `MOST_KEPT` points of each run that ended before a time in ms (UTC)."""
    conditions, values = [_HAS_ENDED], list[object]((before,))
    for column, wanted in (("CAST(r.experiment AS TEXT)", experiment_ids), ("r.run_id", run_ids)):
        if wanted is not None:
            conditions.append(f"{column} IN ({', '.join('?' * len(wanted))})" if wanted else "1 = 0")
            values += wanted
    found: dict[str, list[str]] = {}
    for run_id, key in connection.execute(
        f"SELECT r.run_id, c.key FROM ({storage.COUNTS}) AS c JOIN runs r ON r.id = c.run"
        f" WHERE {' AND '.join(conditions)} GROUP BY r.run_id, c.key HAVING SUM(c.count) > {MOST_KEPT}",
        values,
    ):
        found.setdefault(run_id, []).append(key)
    return found


def thin(connection: Connection, storage: PointStorage, run_id: str, before: int, keys: Sequence[str]) -> Thinned:
    """Delete all points of some metrics except those of `kept`, unless the run was resumed meanwhile."""
    found = rows.first_row(connection, f"SELECT r.id FROM runs r WHERE r.run_id = ? AND {_HAS_ENDED}", (run_id, before))
    if found is None:
        return Thinned(0, 0, 0)
    deleted = 0
    for key in keys:
        history = storage.history(connection, found[0], key)
        points = kept(history)
        deleted += len(history.values) - len(points.values)
        storage.drop(connection, found[0], key)
        block_storage.add_blocks(connection, found[0], key, points)
    return Thinned(deleted, len(keys), 1)


def kept(history: History) -> blocks.Points:
    """Return the first, the last, the lowest, the highest and the latest point, in logged order.

    Of several points with the greatest step and timestamp that is the last one, and the greatest, which is the value of
    a metric that a client of MLflow has logged.
    """
    steps, timestamps = array("q", history.steps), array("q", history.timestamps)
    values = array("d", history.values)
    numbers = [at for at, value in enumerate(values) if value == value]  # noqa: PLR0124 - tests for NaN
    ends = [min(numbers, key=values.__getitem__), max(numbers, key=values.__getitem__)] if numbers else []
    latest = max(range(len(values)), key=lambda at: (steps[at], timestamps[at], at))
    of_that_time = [at for at in numbers if (steps[at], timestamps[at]) == (steps[latest], timestamps[latest])]
    greatest = max(of_that_time, key=values.__getitem__, default=latest)
    places = sorted({0, len(values) - 1, latest, greatest, *ends})
    points = blocks.empty()
    for at in places:
        points.steps.append(steps[at])
        points.timestamps.append(timestamps[at])
        points.values.append(values[at])
    return points
