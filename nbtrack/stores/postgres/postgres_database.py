"""The database: transactions in PostgreSQL through psycopg."""

from __future__ import annotations

import contextlib
import re
import time
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import conninfo

from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.stores import read_deadline
from nbtrack.stores.postgres import postgres_errors, postgres_schema
from nbtrack.stores.postgres.connection_pool import Pool
from nbtrack.stores.sql import orphaned_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.query.sql import Dialect

_LIMITS = (
    f"; SET LOCAL lock_timeout = '{postgres_errors.LOCK_SECONDS}s'"
    f"; SET LOCAL statement_timeout = '{postgres_errors.STATEMENT_SECONDS}s'"
)
_READ = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" + _LIMITS).encode()
_WRITE = ("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" + _LIMITS).encode()
_DEFAULTS = {
    "application_name": "nbtrack",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "tcp_user_timeout": "30000",
}
"""Parameters that the URI may override; ``tcp_user_timeout`` is in ms, the other times in seconds."""
_SPECIAL = re.compile(r"'(?:[^']|'')*'|\?|%")


class Session:
    """One transaction."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw

    def execute(self, sql: str, values: Sequence[object] = ()) -> Iterable[tuple[Any, ...]]:
        """See `Connection.execute`."""
        return self._raw.execute(_psycopg_statement(sql), tuple(values), binary=True)


@lru_cache(maxsize=512)
def _psycopg_statement(sql: str) -> bytes:
    """Return a statement with the placeholders of psycopg."""
    return _SPECIAL.sub(lambda found: "%s" if found[0] == "?" else found[0].replace("%", "%%"), sql).encode()


def _with_deadline(begin: bytes) -> bytes:
    """Add the read deadline of this thread to the statement that begins a transaction."""
    end = read_deadline.end()
    if end is None or begin != _READ:
        return begin
    left = 1 + max(0, int(1000 * (end - time.monotonic())))
    return begin + f"; SET LOCAL statement_timeout = '{left}ms'".encode()


class PostgresDatabase:
    """A database, or a schema in one; the first user creates its tables."""

    def __init__(self, uri: str) -> None:
        self._parameters = connection_parameters(uri)
        self.place = without_password(self._parameters)
        self._pool = Pool(self._connected)
        self._orphan_check = orphaned_runs.OrphanCheckTimer()

    @property
    def dialect(self) -> Dialect:
        """See `Database.dialect`; only a search asks."""
        from nbtrack.query.sql import POSTGRES

        return POSTGRES

    @contextmanager
    def reading(self, *, points: bool = True) -> Iterator[Session]:
        """Open a read-only transaction, whose statements all see the same snapshot."""
        if points:
            self._end_orphans()
        with self._transaction(_READ) as session:
            yield session

    @contextmanager
    def writing(self, run_id: str | None = None) -> Iterator[Session]:
        """Open a transaction that may write.

        It locks the row of the run that is named, so that its points are numbered in the order in which they are
        committed. Without one it locks a row that stands for everything else.
        """
        with self._transaction(_WRITE) as session:
            if run_id is None:
                session.execute("SELECT 1 FROM nbtrack_migrations WHERE version = 1 FOR UPDATE")
            else:
                session.execute("SELECT 1 FROM runs WHERE run_id = ? FOR UPDATE", (run_id,))
            yield session

    @contextmanager
    def _transaction(self, begin: bytes) -> Iterator[Session]:
        with postgres_errors.translated_errors(self.place):
            raw = self._pool.begin(_with_deadline(begin))
            try:
                yield Session(raw)
            except BaseException:
                with contextlib.suppress(psycopg.Error):
                    self._pool.end(raw, b"ROLLBACK")
                raise
            try:
                self._pool.end(raw, b"COMMIT")
            except psycopg.OperationalError as error:
                if begin == _WRITE and postgres_errors.is_connection_lost(error):
                    raise postgres_errors.unknown_outcome(self.place) from error
                raise

    def _end_orphans(self) -> None:
        """End the runs of dead processes of this machine, if the store can be written now."""
        if not self._orphan_check.due():
            return
        orphans = partial(orphaned_runs.find, shared=True)
        with self._transaction(_READ) as session:
            if not orphans(session):
                return
        with contextlib.suppress(NbtrackError), self.writing() as session:
            orphaned_runs.end(session, orphans(session))

    def send_heartbeat(self, run_ids: Iterable[str]) -> None:
        """Record that this process is alive on those of some runs that belong to it."""
        with self.writing() as session:
            orphaned_runs.send_heartbeat(session, run_ids)

    def transaction_snapshot(self) -> object:
        """Return the snapshot of transactions, which changes once another one has written."""
        with self._transaction(_READ) as session:
            return list(session.execute("SELECT CAST(pg_current_snapshot() AS TEXT)"))

    def close(self) -> None:
        """Close the connections of this process."""
        self._pool.close()

    def _connected(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(**self._parameters, autocommit=True, prepare_threshold=None)
        try:
            postgres_schema.prepare(connection, self.place)
        except BaseException:
            connection.close()
            raise
        return connection


def connection_parameters(uri: str) -> dict[str, Any]:
    """Return the connection parameters for libpq; a driver in the scheme, as in SQLAlchemy's URIs, is ignored.

    Raises
    ------
    InvalidValue
        When the URI is invalid.
    """
    try:
        found = conninfo.conninfo_to_dict("postgresql:" + uri.partition(":")[2])
    except psycopg.ProgrammingError:
        msg = (
            "The PostgreSQL tracking URI is invalid; it looks like postgresql://user:password@host:5432/database,"
            " with special characters of the password percent-encoded, such as %40 for @"
        )
        raise InvalidValue(msg) from None
    return {**_DEFAULTS, **found}


def without_password(parameters: dict[str, Any]) -> str:
    """Return the URI to display: without user, password and options."""
    host, port, name = (str(parameters.get(each) or "") for each in ("host", "port", "dbname"))
    where = f"{host}:{port}" if port else host
    return f"postgresql://{'' if host.startswith('/') else where}/{name}"
