"""The database: transactions in PostgreSQL through psycopg."""

from __future__ import annotations

import contextlib
import time
from contextlib import contextmanager
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import psycopg
from psycopg import conninfo

from nbtrack.errors import InvalidValue, NbtrackError, NewerStore
from nbtrack.stores import read_deadline
from nbtrack.stores.postgres import postgres_errors, postgres_schema
from nbtrack.stores.postgres.connection_pool import Pool
from nbtrack.stores.postgres.read_replica import ReadReplica
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
_OF_SEVERAL_HOSTS = {"target_session_attrs": "read-write"}
"""The same for a URI with several hosts, of which one accepts writes."""
_OF_REPLICA = {"connect_timeout": "2"}


def _limits(*, read: bool) -> str:
    """Return the statement that limits a transaction: its waiting for others, and the time of each statement.

    Compiling a search takes longer than the search, which mostly ends early. A bitmap of all matches is made before the
    first one is known.
    """
    milliseconds, end = 1000 * postgres_errors.STATEMENT_SECONDS, read_deadline.end()
    if read and end is not None:
        milliseconds = 1 + max(0, int(1000 * (end - time.monotonic())))
    return (
        f"SELECT set_config('lock_timeout', '{postgres_errors.LOCK_SECONDS}s', TRUE),"
        f" set_config('statement_timeout', '{milliseconds}', TRUE), set_config('jit', 'off', TRUE),"
        " set_config('enable_bitmapscan', 'off', TRUE)"
    )


class PostgresDatabase:
    """A database, or a schema in one; the first user creates its tables."""

    def __init__(self, uri: str) -> None:
        self._parameters = connection_parameters(uri)
        self.place = without_password(self._parameters)
        self._pool = Pool(self.connected)
        self._newer_schema: NewerStore | None = None
        replica = replica_parameters(uri)
        self._replica = ReadReplica(partial(connect, replica)) if replica else None
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
    def searching(self) -> Iterator[Session]:
        """Open a transaction for a search or a history, on the replica if there is one; see `read_replica`."""
        self._end_orphans()
        with self._read(self._replica) as session:
            yield session

    @contextmanager
    def _read(self, replica: ReadReplica | None = None) -> Iterator[Session]:
        begin = (_READ, _limits(read=True))
        with postgres_errors.translated_errors(self.place):
            session = replica.session(self._pool, begin) if replica else Session(self._pool, begin)
            with _rolled_back(session):
                yield session
                session.end_read()

    @contextmanager
    def writing(self, run_id: str | None = None) -> Iterator[Session]:
        """Open a transaction that may write.

        It locks the row of the run that is named, so that its points are numbered in the order in which they are
        committed. Others may still insert rows that refer to it.
        """
        with postgres_errors.translated_errors(self.place):
            session = Session(self._pool, (_WRITE, _limits(read=False)))
            with _rolled_back(session):
                self.require_current()
                if run_id is not None:
                    session.execute("SELECT 1 FROM runs WHERE run_id = ? FOR NO KEY UPDATE", (run_id,))
                yield session
                self._commit(session)

    def _commit(self, session: Session) -> None:
        try:
            if self._replica is None:
                session.commit()
            else:
                self._replica.commit(session)
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
        with self._read(self._replica) as session:
            return list(session.execute("SELECT CAST(pg_current_snapshot() AS TEXT)"))

    def close(self) -> None:
        """Close the connections of this process."""
        self._pool.close()
        if self._replica:
            self._replica.close()

    def require_current(self) -> None:
        """Raise `NewerStore` if a newer nbtrack has upgraded the schema, as far as the last connection told."""
        if self._newer_schema is not None:
            raise NewerStore(self._newer_schema.message)

    def connected(self) -> psycopg.Connection[Any]:
        """Open a connection outside the pool, after upgrading the schema if necessary."""
        connection = connect(self._parameters)
        try:
            self._newer_schema = postgres_schema.prepare(connection, self.place)
        except BaseException:
            connection.close()
            raise
        return connection


def connect(parameters: dict[str, Any]) -> psycopg.Connection[Any]:
    """Open a connection that begins no transaction by itself."""
    return psycopg.connect(**parameters, autocommit=True, prepare_threshold=None)


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
    address, _ = _without_replica(uri)
    try:
        found = conninfo.conninfo_to_dict("postgresql:" + address.partition(":")[2])
    except psycopg.ProgrammingError:
        msg = (
            "The PostgreSQL tracking URI is invalid; it looks like postgresql://user:password@host:5432/database,"
            " with special characters of the password percent-encoded, such as %40 for @"
        )
        raise InvalidValue(msg) from None
    several = _OF_SEVERAL_HOSTS if "," in str(found.get("host", "")) else {}
    return {**_DEFAULTS, **several, **found}


def replica_parameters(uri: str) -> dict[str, Any] | None:
    """Return the connection parameters of the replica that a URI names with ``read=host:port``, or None.

    Raises
    ------
    InvalidValue
        When the address of the replica is invalid.
    """
    _, address = _without_replica(uri)
    if address is None:
        return None
    try:
        found = conninfo.conninfo_to_dict(f"postgresql://{address}")
    except psycopg.ProgrammingError:
        found = {}
    ports = str(found.get("port") or 0).split(",")
    if set(found) - {"port"} != {"host"} or not all(map(str.isdecimal, ports)):
        msg = "read= in the PostgreSQL tracking URI names a replica as host or host:port, or several with commas"
        raise InvalidValue(msg)
    primary = connection_parameters(uri)
    own = {key: primary[key] for key in primary if key not in {"host", "hostaddr", "port", "target_session_attrs"}}
    return {**own, **_OF_REPLICA, **found}


def _without_replica(uri: str) -> tuple[str, str | None]:
    """Return a URI without its parameter ``read``, and the value of that."""
    address, mark, query = uri.partition("?")
    pairs = [each.partition("=") for each in query.split("&")]
    replica = next((unquote(value) for name, _, value in pairs if name == "read"), None)
    left = "&".join(f"{name}{equals}{value}" for name, equals, value in pairs if name != "read")
    return address + (mark + left if left else ""), replica


def without_password(parameters: dict[str, Any]) -> str:
    """Return the URI to display: without user, password and options."""
    hosts, ports = (str(parameters.get(each) or "").split(",") for each in ("host", "port"))
    where = ",".join(f"{host}:{port}" if port else host for host, port in zip_longest(hosts, ports, fillvalue=ports[0]))
    name = parameters.get("dbname") or ""
    return f"postgresql://{'' if where.startswith('/') else where}/{name}"
