"""Transactions whose statements are sent as late and as many at once as possible.

A statement waits until its rows are needed, or those of a later one; then all that wait are sent in one pipeline. So a
call takes as many round trips as it makes decisions, however many statements it has.
"""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg

from nbtrack.stores.postgres import exchange, postgres_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbtrack.stores.postgres.connection_pool import Pool

_SPECIAL = re.compile(r"'(?:[^']|'')*'|\?")


class Statement:
    """A statement, and its rows once it was sent."""

    def __init__(self, send: Callable[[], None], sql: bytes, values: tuple[object, ...]) -> None:
        self._send, self.sql, self.values = send, sql, values
        self.rows: list[tuple[Any, ...]] | None = None

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Send what waits, if this one was not sent yet, and return an iterator over the rows."""
        if self.rows is None:
            self._send()
        return iter(self.rows or ())


class Session:
    """One transaction.

    Parameters
    ----------
    pool : Pool
        Provides the connection.
    begin : sequence of str
        The statements that begin the transaction.
    """

    def __init__(self, pool: Pool, begin: Sequence[str]) -> None:
        self._pool, self._raw = pool, pool.take()
        self._waiting: list[Statement] = []
        self._is_answered = False
        for each in begin:
            self.execute(each)

    def execute(self, sql: str, values: Sequence[object] = ()) -> Statement:
        """See `Connection.execute`; the statement is sent when its rows are needed, at the latest with the commit."""
        statement = Statement(self.flush, _with_numbers(sql), tuple(values))
        self._waiting.append(statement)
        return statement

    def flush(self) -> None:
        """Send what waits and receive all rows.

        Until the first answer the caller knows nothing of the transaction, so it may begin again on another connection.
        """
        sent, self._waiting = self._waiting, []
        try:
            self._exchange(sent)
        except psycopg.OperationalError as error:
            if self._is_answered or not postgres_errors.is_connection_lost(error):
                raise
            self._raw.close()
            self._raw = self._pool.fresh()
            self._exchange(sent)
        self._is_answered = True

    def _exchange(self, statements: Sequence[Statement]) -> None:
        exchange.exchange(self._raw, [statements])

    def commit(self, *more: str) -> list[Statement]:
        """Commit what was written, and return the connection to the pool; never with the first statements.

        More statements, after the transaction, are sent with the commit, and returned with their rows.
        """
        if not self._is_answered:
            self.flush()
        self.execute("COMMIT")
        asked = [self.execute(each) for each in more]
        self.flush()
        self._pool.give(self._raw)
        return asked

    def end_read(self) -> None:
        """End a transaction that has only read; nothing waits for the answer."""
        if self._waiting:
            self.flush()
        self._raw.pgconn.send_query(b"COMMIT")
        self._raw.pgconn.flush()
        self._pool.give(self._raw)

    def roll_back(self) -> None:
        """Forget what was written, unless the connection is broken."""
        with contextlib.suppress(psycopg.Error):
            self._raw.execute(b"ROLLBACK")
            self._pool.give(self._raw)
            return
        self._raw.close()


@lru_cache(maxsize=512)
def _with_numbers(sql: str) -> bytes:
    """Return a statement with the placeholders of PostgreSQL."""
    numbers = count(1)
    return _SPECIAL.sub(lambda found: f"${next(numbers)}" if found[0] == "?" else found[0], sql).encode()
