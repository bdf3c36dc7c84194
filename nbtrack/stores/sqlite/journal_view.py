"""Views that add the content of journals to a read transaction when the database cannot be written.

During the transaction temporary views hide the tables of the same name, so that every statement sees the points that
are not in the database yet.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbtrack.stores import blocks
from nbtrack.stores.sql import block_storage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.stores.sql.database import Connection
    from nbtrack.stores.sqlite.compaction import JournalContent

_TABLES = """
CREATE TEMP TABLE tail_blocks (run INTEGER, key TEXT, count INTEGER, data BLOB);
CREATE TEMP TABLE tail_latest (
    run INTEGER, key TEXT, value REAL, step INTEGER, timestamp INTEGER, PRIMARY KEY (run, key)
);
"""
_VIEWS = """
CREATE TEMP VIEW blocks AS SELECT id, run, key, count, data FROM main.blocks
    UNION ALL SELECT (SELECT MAX(id) FROM main.blocks) + rowid, run, key, count, data FROM tail_blocks;
CREATE TEMP VIEW latest_metrics AS SELECT run, key, value, step, timestamp FROM main.latest_metrics m
    WHERE NOT EXISTS (SELECT 1 FROM tail_latest t WHERE t.run = m.run AND t.key = m.key)
    UNION ALL SELECT run, key, value, step, timestamp FROM tail_latest;
"""
_DROP = """
DROP VIEW IF EXISTS temp.blocks; DROP VIEW IF EXISTS temp.latest_metrics;
DROP TABLE IF EXISTS temp.tail_blocks; DROP TABLE IF EXISTS temp.tail_latest;
"""


@contextmanager
def journal_view(connection: Connection, tail: list[tuple[str, JournalContent]]) -> Iterator[None]:
    """Show the statements of a read transaction what journals contain beyond the database."""
    if not tail:
        yield
        return
    connection.execute(_DROP + _TABLES)
    try:
        for name, found in tail:
            for run, key, points in _resolved(connection, name, found):
                _add(connection, run, key, points)
        connection.execute(_VIEWS)
        yield
    finally:
        connection.execute(_DROP)


def _resolved(connection: Connection, name: str, found: JournalContent) -> Iterator[tuple[int, str, blocks.Points]]:
    """Yield run, key and points of each series, which is named in this part of the journal or in the database."""
    for number, points in found.points.items():
        if number in found.series:
            run_id, key = found.series[number]
            known = connection.execute("SELECT id, ? FROM runs WHERE run_id = ?", (key, run_id))
        else:
            known = connection.execute(
                "SELECT run, key FROM journal_series WHERE journal = ? AND number = ?", (name, number)
            )
        for run, key in list(known):
            yield run, key, points


def _add(connection: Connection, run: int, key: str, points: blocks.Points) -> None:
    connection.execute(
        "INSERT INTO tail_blocks VALUES (?, ?, ?, ?)", (run, key, len(points.values), blocks.pack(*points))
    )
    value, step, timestamp = block_storage.latest_point(points)
    for table in ("tail_latest", "main.latest_metrics"):
        newer = f"SELECT 1 FROM {table} WHERE run = ? AND key = ? AND (step, timestamp) > (?, ?)"
        if list(connection.execute(newer, (run, key, step, timestamp))):
            return
    connection.execute("INSERT OR REPLACE INTO tail_latest VALUES (?, ?, ?, ?, ?)", (run, key, value, step, timestamp))
