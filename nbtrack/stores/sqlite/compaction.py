"""Compaction: points in journals become blocks and latest values in the database.

The offset up to which a journal was read is stored in the same transaction, so a crash can neither lose nor duplicate a
point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.stores import blocks
from nbtrack.stores.sql import block_storage
from nbtrack.stores.sqlite import journal_format

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.stores.sql.database import Connection


class JournalContent(NamedTuple):
    """The content of a part of a journal: the run and key of each series number, the points, and the end offset."""

    series: dict[int, tuple[str, str]]
    points: dict[int, blocks.Points]
    end: int


def parse(data: bytes, start: int, *, trusted: bool = False) -> JournalContent:
    """Read the records of a part of a journal that begins at `start`, up to the first torn or damaged one."""
    view, at = memoryview(data), 0
    series: dict[int, tuple[str, str]] = {}
    points: dict[int, blocks.Points] = {}
    while True:
        first = at
        at += journal_format.POINT_SIZE * _add(journal_format.single_points(view, at, trusted=trusted), points)
        record = journal_format.read(view, at)
        if record is not None:
            at = record.end
            _add(record.points, points)
            for number, *columns in record.columns:
                for known, more in zip(points.setdefault(number, blocks.empty()), columns, strict=True):
                    known.extend(more)
            if record.series is not None:
                series[record.series[0]] = record.series[1:]
        if at == first:
            return JournalContent(series, points, start + at)


def _add(found: Iterable[tuple[int, int, int, float]], points: dict[int, blocks.Points]) -> int:
    """Add points to their series, and return their number."""
    add = {number: tuple(each.append for each in known) for number, known in points.items()}
    count = 0
    for number, step, timestamp, value in found:
        if number not in add:
            points[number] = blocks.empty()
            add[number] = tuple(each.append for each in points[number])
        add_step, add_timestamp, add_value = add[number]
        add_step(step)
        add_timestamp(timestamp)
        add_value(value)
        count += 1
    return count


def store(connection: Connection, name: str, content: JournalContent) -> None:
    """Store the content of a journal and its end offset; points of purged runs are dropped."""
    for number, (run_id, key) in content.series.items():
        connection.execute(
            "INSERT INTO journal_series SELECT ?, ?, id, ? FROM runs WHERE run_id = ? ON CONFLICT DO NOTHING",
            (name, number, key, run_id),
        )
    for number, points in content.points.items():
        known = connection.execute(
            "SELECT run, key FROM journal_series WHERE journal = ? AND number = ?", (name, number)
        )
        for run, key in list(known):
            block_storage.append_points(connection, run, key, points)
    connection.execute(
        "INSERT INTO journals VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET folded = excluded.folded",
        (name, content.end),
    )


def offsets(connection: Connection) -> dict[Any, Any]:
    """Return by journal name the offset up to which the database has its content."""
    return dict(connection.execute("SELECT name, folded FROM journals"))


def forget(connection: Connection, names: Iterable[str]) -> None:
    """Delete the records of journals whose files are gone; while a file exists, its offset must be known."""
    for name in names:
        connection.execute("DELETE FROM journal_series WHERE journal = ?", (name,))
        connection.execute("DELETE FROM journals WHERE name = ?", (name,))
