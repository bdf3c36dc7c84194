"""Points in PostgreSQL: they arrive as rows, and many rows of one metric become blocks.

Writers lock the row of the run, so points in blocks were logged before points in rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.stores import blocks
from nbtrack.stores.sql import block_storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import History, Metric
    from nbtrack.stores.sql.database import Connection

MIN_BLOCK_POINTS = 500
"""The number of points of a metric from which a block pays off."""
_ROWS_AT_ONCE = 2_000


def append(connection: Connection, row: int, metrics: Sequence[Metric]) -> None:
    """See `PointStorage.append`."""
    add(connection, row, block_storage.columns_by_key(metrics))


def count(connection: Connection, row: int, key: str) -> int:
    """See `PointStorage.count`."""
    sql = "SELECT COUNT(*) FROM points WHERE run = ? AND key = ?"
    ((loose,),) = connection.execute(sql, (row, key))
    return int(loose) + block_storage.count(connection, row, key)


def add(connection: Connection, row: int, columns: Mapping[str, blocks.Points]) -> None:
    """See `PointStorage.add`; long columns become blocks immediately."""
    few = {}
    for key, points in columns.items():
        if len(points.values) < MIN_BLOCK_POINTS:
            few[key] = points
        else:
            rows_to_blocks(connection, row, key)
            block_storage.append_points(connection, row, key, points)
    added = [(row, key, *each) for key, points in few.items() for each in zip(*points, strict=True)]
    for start in range(0, len(added), _ROWS_AT_ONCE):
        part = added[start : start + _ROWS_AT_ONCE]
        marks = ", ".join(["(?, ?, ?, ?, ?)"] * len(part))
        connection.execute(
            f"INSERT INTO points (run, key, step, timestamp, value) VALUES {marks}",
            [one for each in part for one in each],
        )
    names = list(few)
    for start in range(0, len(names), _ROWS_AT_ONCE):
        block_storage.update_latest(connection, row, {key: few[key] for key in names[start : start + _ROWS_AT_ONCE]})


def history(connection: Connection, row: int, key: str) -> History:
    """See `PointStorage.history`."""
    data = connection.execute("SELECT data FROM blocks WHERE run = ? AND key = ? ORDER BY id", (row, key))
    tail = connection.execute(
        "SELECT step, timestamp, value FROM points WHERE run = ? AND key = ? ORDER BY id", (row, key)
    )
    packed = [blocks.pack(*part) for part in block_storage.block_sized_parts(_columns(tail))]
    return blocks.BlockHistory(key, [*(each for (each,) in data), *packed])


def drop(connection: Connection, row: int, key: str) -> None:
    """See `PointStorage.drop`."""
    connection.execute("DELETE FROM points WHERE run = ? AND key = ?", (row, key))
    block_storage.drop(connection, row, key)


def rows_to_blocks(connection: Connection, row: int, key: str) -> None:
    """Convert the rows of a metric into blocks."""
    gone = connection.execute(
        "DELETE FROM points WHERE run = ? AND key = ? RETURNING id, step, timestamp, value", (row, key)
    )
    block_storage.add_blocks(connection, row, key, _columns(each[1:] for each in sorted(gone)))


def compact_run(connection: Connection, row: int) -> None:
    """Store the points of a run that ends in as few blocks as possible; metrics with few points stay rows."""
    crowded = connection.execute(
        "SELECT key FROM points WHERE run = ? GROUP BY key HAVING COUNT(*) >= ?", (row, MIN_BLOCK_POINTS)
    )
    for (key,) in list(crowded):
        rows_to_blocks(connection, row, key)
    block_storage.merge_blocks(connection, row)


def _columns(found: Iterable[tuple[Any, ...]]) -> blocks.Points:
    points = blocks.empty()
    for step, timestamp, value in found:
        points.steps.append(step)
        points.timestamps.append(timestamp)
        points.values.append(value)
    return points
