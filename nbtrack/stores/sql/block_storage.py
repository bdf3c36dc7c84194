"""The points of metrics as blocks in SQL, and the latest value of each metric beside them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from nbtrack.stores import blocks
from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbtrack.entities import History, Metric
    from nbtrack.stores.sql.database import Connection

COUNTS = "SELECT run, key, count, LENGTH(data) AS bytes FROM blocks"
"""See `PointStorage.COUNTS`."""
LATER_IS_LATEST = "(excluded.step, excluded.timestamp) >= (latest_metrics.step, latest_metrics.timestamp)"
GREATEST_IS_LATEST = (
    "(excluded.step, excluded.timestamp, COALESCE(excluded.value, 0))"
    " > (latest_metrics.step, latest_metrics.timestamp, COALESCE(latest_metrics.value, 0))"
)
"""When a point that comes replaces the latest one; see `latest_point`."""


def columns_by_key(metrics: Iterable[Metric]) -> dict[str, blocks.Points]:
    """Return the points of a batch as columns."""
    columns: dict[str, blocks.Points] = {}
    for key, value, timestamp, step in metrics:
        known = columns.get(key)
        if known is None:
            known = columns[key] = blocks.empty()
        known.steps.append(step)
        known.timestamps.append(timestamp)
        known.values.append(value)
    return columns


def append_points(connection: Connection, run: int, key: str, points: blocks.Points, *, greatest: bool = False) -> None:
    """Add points to a metric of a run: to its blocks, and to its latest value."""
    add_blocks(connection, run, key, points)
    update_latest(connection, run, {key: points}, greatest=greatest)


def add_blocks(connection: Connection, run: int, key: str, points: blocks.Points) -> None:
    """Add points to the blocks of a metric."""
    for part in block_sized_parts(points):
        _add_block(connection, run, key, part)


def block_sized_parts(points: blocks.Points) -> Iterator[blocks.Points]:
    """Yield points in parts that fit a block each."""
    for start in range(0, len(points.values), blocks.MAX_POINTS):
        end = start + blocks.MAX_POINTS
        yield blocks.Points(points.steps[start:end], points.timestamps[start:end], points.values[start:end])


def _add_block(connection: Connection, run: int, key: str, points: blocks.Points) -> None:
    """Add a block, merged with preceding ones that are not much larger, so that small blocks never accumulate."""
    count, merged = len(points.values), []
    tail = connection.execute(
        "SELECT id, count, data FROM blocks WHERE run = ? AND key = ? ORDER BY id DESC LIMIT 8", (run, key)
    )
    for number, size, data in list(tail):
        if size > 2 * count or count + size > blocks.MAX_POINTS:
            break
        merged.append((number, data))
        count += size
    columns = points
    if merged:
        connection.execute(
            f"DELETE FROM blocks WHERE id IN ({','.join('?' * len(merged))})", [number for number, _ in merged]
        )
        columns = blocks.concatenate([*(blocks.unpack(data) for _, data in reversed(merged)), points])
    connection.execute(
        "INSERT INTO blocks (run, key, count, data) VALUES (?, ?, ?, ?)", (run, key, count, blocks.pack(*columns))
    )


def latest_point(points: blocks.Points, *, greatest: bool = False) -> tuple[float | None, int, int]:
    """Return value, step and timestamp of the point with the greatest (step, timestamp).

    Ties go to the later logged, with `greatest` to the greatest value, where NaN counts as 0 as in MLflow's databases.
    The columns must be plain arrays. NaN becomes None, as it is stored, and negative zero becomes zero.
    """
    steps, timestamps, values = points
    step = max(steps)
    if steps.count(step) == 1:
        at = steps.index(step)
    else:
        at = max(
            (at for at, each in enumerate(steps) if each == step),
            key=lambda at: (timestamps[at], _rank(values[at]) if greatest else 0.0, at),
        )
    value = values[at]
    return None if value != value else value + 0.0, step, timestamps[at]  # noqa: PLR0124 - tests for NaN


def _rank(value: float) -> float:
    return 0.0 if value != value else value  # noqa: PLR0124 - tests for NaN


def update_latest(
    connection: Connection, run: int, columns: Mapping[str, blocks.Points], *, greatest: bool = False
) -> None:
    """Update the latest values of some metrics with new points, unless the run has later ones; see `latest_point`."""
    marks = ", ".join(["(?, ?, ?, ?, ?)"] * len(columns))
    connection.execute(
        f"INSERT INTO latest_metrics VALUES {marks} ON CONFLICT (run, key) DO UPDATE"
        " SET value = excluded.value, step = excluded.step, timestamp = excluded.timestamp"
        f" WHERE {GREATEST_IS_LATEST if greatest else LATER_IS_LATEST}",
        [each for key, points in columns.items() for each in (run, key, *latest_point(points, greatest=greatest))],
    )


def merge_blocks(connection: Connection, run: int) -> None:
    """Merge the blocks of a run into as few as possible."""
    crowded = connection.execute(
        "SELECT key FROM blocks WHERE run = ? AND count < ? GROUP BY key HAVING COUNT(*) > 1", (run, blocks.MAX_POINTS)
    )
    for (key,) in list(crowded):
        sizes = connection.execute("SELECT id, count FROM blocks WHERE run = ? AND key = ? ORDER BY id", (run, key))
        for small, group in groupby(list(sizes), key=lambda row: row[1] < blocks.MAX_POINTS):
            numbers = [number for number, _ in group]
            if small and len(numbers) > 1:
                _merge(connection, run, key, numbers)


def _merge(connection: Connection, run: int, key: str, numbers: Sequence[int]) -> None:
    """Merge adjacent blocks, keeping their position."""
    where, values = "run = ? AND key = ? AND id BETWEEN ? AND ?", (run, key, numbers[0], numbers[-1])
    rows = connection.execute(f"SELECT data FROM blocks WHERE {where} ORDER BY id", values)
    whole = blocks.concatenate([blocks.unpack(data) for (data,) in rows])
    connection.execute(f"DELETE FROM blocks WHERE {where}", values)
    for number, part in zip(numbers, block_sized_parts(blocks.Points(*whole)), strict=False):
        connection.execute(
            "INSERT INTO blocks VALUES (?, ?, ?, ?, ?)", (number, run, key, len(part.values), blocks.pack(*part))
        )


def append(connection: Connection, row: int, metrics: Sequence[Metric], *, greatest: bool = False) -> None:
    """See `PointStorage.append`."""
    for key, points in columns_by_key(metrics).items():
        append_points(connection, row, key, points, greatest=greatest)


def add(connection: Connection, row: int, columns: Mapping[str, blocks.Points]) -> None:
    """See `PointStorage.add`."""
    for key, points in columns.items():
        append_points(connection, row, key, points)


def count(connection: Connection, row: int, key: str) -> int:
    """See `PointStorage.count`."""
    found = rows.first_row(connection, "SELECT SUM(count) FROM blocks WHERE run = ? AND key = ?", (row, key))
    return int((found and found[0]) or 0)


def drop(connection: Connection, row: int, key: str) -> None:
    """See `PointStorage.drop`."""
    connection.execute("DELETE FROM blocks WHERE run = ? AND key = ?", (row, key))


def history(connection: Connection, row: int, key: str) -> History:
    """See `PointStorage.history`."""
    found = connection.execute("SELECT data FROM blocks WHERE run = ? AND key = ? ORDER BY id", (row, key))
    return blocks.BlockHistory(key, [data for (data,) in found])
