"""Points in PostgreSQL become few blocks in the background, while others log to the same metric.

Writers of a run wait for one another, but not for the compaction, which waits for nobody either. It takes the rows of a
metric only if it gets all that are there; rows that come meanwhile have higher numbers, and are later in the history.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import Counter
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.errors import NbtrackError
from nbtrack.stores.postgres import postgres_batch, postgres_merging, postgres_points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.stores import blocks
    from nbtrack.stores.postgres.postgres_database import PostgresDatabase
    from nbtrack.stores.postgres.session import Session

CROWDED_ROWS = 10_000
"""The number of points of a metric that this process writes as rows before it converts them into blocks."""
CROWDED_BLOCKS = 32
"""The number of blocks of a metric that this process writes before it merges them."""
MOST_RUNS = 10_000
"""For how many runs this process counts what it has written."""
_TAKE_ALL = """
    SELECT taken.*, (SELECT COUNT(*) FROM points WHERE run = ? AND key = ?) FROM (
        SELECT key, id, step, timestamp, value FROM points WHERE run = ? AND key = ? FOR UPDATE SKIP LOCKED
    ) AS taken"""
_BLOCKS = f"SELECT {postgres_merging.BLOCK_COLUMNS} FROM blocks b WHERE b.run = ? AND b.key = ? ORDER BY b.id"


class _Written(NamedTuple):
    """How many rows and blocks of each metric of a run this process has written since they were merged."""

    rows: Counter[str]
    blocks: Counter[str]

    def add(self, key: str, count: int) -> None:
        """Count points that came at once."""
        if count < postgres_points.MIN_BLOCK_POINTS:
            self.rows[key] += count
        else:
            self.blocks[key] += 1


class BackgroundCompaction:
    """A thread that compacts the metrics of which this process has written much; the first one starts it."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._reset()

    def _reset(self) -> None:
        """Reset everything in a forked child, which has no thread of its parent."""
        self._process = os.getpid()
        self._written: dict[str, _Written] = {}
        self._waiting = SimpleQueue[tuple[str, str] | None]()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def note(self, run_id: str, columns: Mapping[str, blocks.Points]) -> None:
        """Count points that were written, and compact metrics with many rows or blocks."""
        if self._process != os.getpid():
            self._reset()
        with self._lock:
            written = self._written.setdefault(run_id, _Written(Counter(), Counter()))
            for key, points in columns.items():
                written.add(key, len(points.values))
                if written.rows[key] >= CROWDED_ROWS or written.blocks[key] >= CROWDED_BLOCKS:
                    del written.rows[key], written.blocks[key]
                    self._begin(run_id, key)
            while len(self._written) > MOST_RUNS:
                del self._written[next(iter(self._written))]

    def forget(self, run_id: str) -> None:
        """Forget what was written to a run, which has ended."""
        with self._lock:
            self._written.pop(run_id, None)

    def _begin(self, run_id: str, key: str) -> None:
        self._waiting.put((run_id, key))
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, args=(self._waiting,), name="nbtrack-compaction", daemon=True
            )
            self._thread.start()

    def _run(self, waiting: SimpleQueue[tuple[str, str] | None]) -> None:
        while (metric := waiting.get()) is not None:
            with contextlib.suppress(NbtrackError), self._database.writing() as session:
                compact(session, *metric)

    def close(self) -> None:
        """Finish what has begun, and stop the thread until another metric is crowded."""
        thread, self._thread = self._thread, None
        if thread is not None and self._process == os.getpid():
            self._waiting.put(None)
            thread.join()


def compact(session: Session, run_id: str, key: str) -> None:
    """Merge the rows and blocks of a metric, unless others are about to take them."""
    for row, is_mine in session.execute(postgres_merging.TRY_LOCK, (run_id,)):
        if is_mine:
            found = list(session.execute(_TAKE_ALL, (row, key, row, key)))
            if len(found) == max((seen for *_, seen in found), default=0):
                _merge(session, row, key, [(key, *rest) for key, *rest, _ in found])


def _merge(session: Session, row: int, key: str, taken: list[postgres_batch.PointRow]) -> None:
    found = session.execute(_BLOCKS, (row, key))
    session.execute("DELETE FROM points WHERE id = ANY(CAST(? AS BIGINT[]))", ([number for _, number, *_ in taken],))
    postgres_merging.merge(session, row, found, postgres_batch.rows_by_key(taken))
