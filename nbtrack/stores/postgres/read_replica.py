"""Searches and histories on a replica, which follows the primary at a small distance.

A process always sees what it has written itself: each commit tells its position in the write-ahead log, and a read is
answered by the replica only if that has replayed the log up to there. Else, and when the replica fails, the primary
answers. What other processes wrote is visible once the replica has it.
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any

import psycopg

from nbtrack.stores.postgres import exchange
from nbtrack.stores.postgres.connection_pool import Pool
from nbtrack.stores.postgres.session import Session, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_POSITION = "SELECT CAST(pg_current_wal_insert_lsn() - CAST('0/0' AS pg_lsn) AS BIGINT)"
SECONDS_BEFORE_RETRY = 10.0
"""Seconds that a replica is not used after it could not be reached."""
_HAS_REPLAYED = b"SELECT pg_last_wal_replay_lsn() >= CAST('0/0' AS pg_lsn) + CAST($1 AS NUMERIC)"
_OUT_OF_TIME = "57014"


class ReadReplica:
    """A replica of a database, and how far this process has written to the primary."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        self._pool = Pool(connect)
        self._written = 0.0
        """The position of the last commit of this process in the log, in bytes."""
        self._failed_commits = 0
        self._retry_at = 0.0
        self._lock = threading.Lock()

    def commit(self, session: Session) -> None:
        """Commit a transaction on the primary.

        After a commit of unknown outcome the primary answers, until the position of one that began later is known.
        """
        failed_before = self._failed_commits
        try:
            ((position,),) = session.commit(_POSITION)[0]
        except psycopg.Error:
            with self._lock:
                self._failed_commits += 1
                self._written = math.inf
            raise
        with self._lock:
            if failed_before == self._failed_commits:
                self._written = position if math.isinf(self._written) else max(self._written, position)

    def session(self, primary: Pool, begin: Sequence[str]) -> Session:
        """Return a session for a transaction that only reads."""
        written = self._written
        if math.isinf(written) or time.monotonic() < self._retry_at:
            return Session(primary, begin)
        try:
            return _ReplicaSession(self._pool, primary, begin, int(written))
        except psycopg.Error:
            self._retry_at = time.monotonic() + SECONDS_BEFORE_RETRY
            return Session(primary, begin)

    def close(self) -> None:
        """Close idle connections."""
        self._pool.close()


class _ReplicaSession(Session):
    """A transaction on the replica, which moves to the primary if the first answer is an error or comes too early."""

    def __init__(self, replica: Pool, primary: Pool, begin: Sequence[str], written: int) -> None:
        super().__init__(replica, begin)
        self._primary, self._written = primary, written

    def flush(self) -> None:
        if self._is_answered or self._pool is self._primary:
            super().flush()
            return
        sent, self._waiting = self._waiting, []
        self._is_answered = self._is_answered_by_replica(sent)
        if not self._is_answered:
            self._pool, self._raw = self._primary, self._primary.take()
            self._waiting = sent
            super().flush()

    def _is_answered_by_replica(self, statements: Sequence[Statement]) -> bool:
        """Send the first statements to the replica, which is not used for a while unless it answers."""
        try:
            has_replayed = self._exchange_after_check(statements)
        except psycopg.Error as error:
            if error.sqlstate == _OUT_OF_TIME:
                raise
            self._raw.close()
            return False
        if not has_replayed:
            self.end_read()
        return has_replayed

    def _exchange_after_check(self, statements: Sequence[Statement]) -> bool:
        """Send everything after a question of its own, whose answer is older than what the transaction sees."""
        asked = Statement(self.flush, _HAS_REPLAYED, (self._written,))
        exchange.exchange(self._raw, [[asked], statements])
        return any(is_true for (is_true,) in asked)
