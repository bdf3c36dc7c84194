"""Compaction: what journals say becomes blocks, and the latest value of each metric, in one transaction.

The offset up to which a journal was read is stored in the same transaction, so a crash can neither lose nor double a
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
    """What a part of a journal says: which run and key each number stands for, their points, and where it ends."""

    series: dict[int, tuple[str, str]]
    points: dict[int, blocks.Points]
    end: int


def parse(data: bytes, start: int, *, trusted: bool = False) -> JournalContent:
    """Read the records of a part of a journal that begins at `start`; stop at the first that is torn or damaged."""
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
    """Add points to their series, and return how many there were."""
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
    """Store what a journal says, and up to which offset; points of runs that were purged are dropped."""
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
    """Return the offset up to which the database has each journal, by the journal's name."""
    return dict(connection.execute("SELECT name, folded FROM journals"))


def forget(connection: Connection, names: Iterable[str]) -> None:
    """Forget journals whose files are gone; as long as a file exists, its offset must be known."""
    for name in names:
        connection.execute("DELETE FROM journal_series WHERE journal = ?", (name,))
        connection.execute("DELETE FROM journals WHERE name = ?", (name,))
