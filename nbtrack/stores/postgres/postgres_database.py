"""The database: transactions in PostgreSQL through psycopg."""

from __future__ import annotations

import contextlib
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import conninfo

from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.stores import read_deadline
from nbtrack.stores.postgres import postgres_errors, postgres_schema
from nbtrack.stores.postgres.connection_pool import Pool
from nbtrack.stores.postgres.session import Session
from nbtrack.stores.sql import orphaned_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbtrack.query.sql import Dialect

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_DEFAULTS = {
    "application_name": "nbtrack",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "tcp_user_timeout": "30000",
}
"""Parameters that the URI may override; ``tcp_user_timeout`` is in ms, the other times in seconds."""


def _limits(*, read: bool) -> str:
    """Return the statement that limits a transaction: its waiting for others, and the time of each statement.

    Compiling a search takes longer than the search, which mostly ends early.
    """
    milliseconds, end = 1000 * postgres_errors.STATEMENT_SECONDS, read_deadline.end()
    if read and end is not None:
        milliseconds = 1 + max(0, int(1000 * (end - time.monotonic())))
    return (
        f"SELECT set_config('lock_timeout', '{postgres_errors.LOCK_SECONDS}s', TRUE),"
        f" set_config('statement_timeout', '{milliseconds}', TRUE), set_config('jit', 'off', TRUE)"
    )


class PostgresDatabase:
    """A database, or a schema in one; the first user creates its tables."""

    def __init__(self, uri: str) -> None:
        self._parameters = connection_parameters(uri)
        self.place = without_password(self._parameters)
        self._pool = Pool(self.connected)
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
        with self._read() as session:
            yield session

    @contextmanager
    def _read(self) -> Iterator[Session]:
        with postgres_errors.translated_errors(self.place):
            session = Session(self._pool, (_READ, _limits(read=True)))
            with _rolled_back(session):
                yield session
                session.end_read()

    @contextmanager
    def writing(self, run_id: str | None = None) -> Iterator[Session]:
        """Open a transaction that may write.

        It locks the row of the run that is named, so that its points are numbered in the order in which they are
        committed.
        """
        with postgres_errors.translated_errors(self.place):
            session = Session(self._pool, (_WRITE, _limits(read=False)))
            with _rolled_back(session):
                if run_id is not None:
                    session.execute("SELECT 1 FROM runs WHERE run_id = ? FOR UPDATE", (run_id,))
                yield session
                self._commit(session)

    def _commit(self, session: Session) -> None:
        try:
            session.commit()
        except psycopg.OperationalError as error:
            if postgres_errors.is_connection_lost(error):
                raise postgres_errors.unknown_outcome(self.place) from error
            raise

    def _end_orphans(self) -> None:
        """End the runs of dead processes of this machine, if the store can be written now."""
        if not self._orphan_check.due():
            return
        orphans = partial(orphaned_runs.find, shared=True)
        with self._read() as session:
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
        with self._read() as session:
            return list(session.execute("SELECT CAST(pg_current_snapshot() AS TEXT)"))

    def close(self) -> None:
        """Close the connections of this process."""
        self._pool.close()

    def connected(self) -> psycopg.Connection[Any]:
        """Open a connection outside the pool, after upgrading the schema if necessary."""
        connection = psycopg.connect(**self._parameters, autocommit=True, prepare_threshold=None)
        try:
            postgres_schema.prepare(connection, self.place)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def _rolled_back(session: Session) -> Iterator[None]:
    """Roll a transaction back when the block raises."""
    try:
        yield
    except BaseException:
        session.roll_back()
        raise


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
