"""Points in PostgreSQL: they arrive as rows, and many rows of one metric become blocks.

Writers lock the row of the run, so points in blocks were logged before points in rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.stores import blocks
from nbtrack.stores.postgres import postgres_merging
from nbtrack.stores.sql import block_storage, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import History, Metric
    from nbtrack.stores.sql.database import Connection

MIN_BLOCK_POINTS = 500
"""The number of points of a metric from which a block pays off."""
COUNTS = f"{block_storage.COUNTS} UNION ALL SELECT run, key, 1, 60 FROM points"
"""See `PointStorage.COUNTS`; a row takes about 60 bytes."""
_ROWS_AT_ONCE = 2_000


def append(connection: Connection, row: int, metrics: Sequence[Metric], *, greatest: bool = False) -> None:
    """See `PointStorage.append`."""
    add(connection, row, block_storage.columns_by_key(metrics), greatest=greatest)


def count(connection: Connection, row: int, key: str) -> int:
    """See `PointStorage.count`."""
    sql = "SELECT COUNT(*) FROM points WHERE run = ? AND key = ?"
    ((loose,),) = connection.execute(sql, (row, key))
    return int(loose) + block_storage.count(connection, row, key)


def add(connection: Connection, row: int, columns: Mapping[str, blocks.Points], *, greatest: bool = False) -> None:
    """See `PointStorage.add`; long columns become blocks immediately."""
    few = {}
    for key, points in columns.items():
        if len(points.values) < MIN_BLOCK_POINTS:
            few[key] = points
        else:
            rows_to_blocks(connection, row, key)
            block_storage.append_points(connection, row, key, points, greatest=greatest)
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
        part_of_few = {key: few[key] for key in names[start : start + _ROWS_AT_ONCE]}
        block_storage.update_latest(connection, row, part_of_few, greatest=greatest)


def history(connection: Connection, row: int, key: str) -> History:
    """See `PointStorage.history`."""
    packed = connection.execute("SELECT data FROM blocks WHERE run = ? AND key = ? ORDER BY id", (row, key))
    loose = connection.execute(
        "SELECT step, timestamp, value FROM points WHERE run = ? AND key = ? ORDER BY id", (row, key)
    )
    return _history(key, packed, loose)


def history_of(connection: Connection, run_id: str, key: str) -> History:
    """Return every point of a metric of a run; all is selected at once.

    Raises
    ------
    NotFound
        When there is no such run.
    """
    known = connection.execute("SELECT id FROM runs WHERE run_id = ?", (run_id,))
    packed, loose = (
        connection.execute(
            f"SELECT {columns} FROM {table} t JOIN runs r ON r.id = t.run"
            " WHERE r.run_id = ? AND t.key = ? ORDER BY t.id",
            (run_id, key),
        )
        for table, columns in (("blocks", "t.data"), ("points", "t.step, t.timestamp, t.value"))
    )
    runs.existing(run_id, known)
    return _history(key, packed, loose)


def _history(key: str, packed: Iterable[tuple[bytes]], loose: Iterable[tuple[Any, ...]]) -> History:
    tail = [blocks.pack(*part) for part in block_storage.block_sized_parts(_columns(loose))]
    return blocks.BlockHistory(key, [*(data for (data,) in packed), *tail])


def drop(connection: Connection, row: int, key: str) -> None:
    """See `PointStorage.drop`."""
    connection.execute(postgres_merging.LOCK_ROW, (row,))
    connection.execute("DELETE FROM points WHERE run = ? AND key = ?", (row, key))
    block_storage.drop(connection, row, key)


def rows_to_blocks(connection: Connection, row: int, key: str) -> None:
    """Convert the rows of a metric into blocks."""
    gone = connection.execute(
        "DELETE FROM points WHERE run = ? AND key = ? RETURNING id, step, timestamp, value", (row, key)
    )
    block_storage.add_blocks(connection, row, key, _columns(each[1:] for each in sorted(gone)))


def _columns(found: Iterable[tuple[Any, ...]]) -> blocks.Points:
    points = blocks.empty()
    for step, timestamp, value in found:
        points.steps.append(step)
        points.timestamps.append(timestamp)
        points.values.append(value)
    return points
