"""The embedded database: SQLite through apsw, one connection per process and thread."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import apsw

from nbtrack.errors import AlreadyExists, DamagedStore, InvalidValue, NotFound, StorageFailed
from nbtrack.stores import read_deadline
from nbtrack.stores.sql import orphaned_runs, runs
from nbtrack.stores.sqlite import connect
from nbtrack.stores.sqlite.journal_view import laid_over
from nbtrack.stores.sqlite.journals import Journals, remove

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from nbtrack.query.sql import Dialect
    from nbtrack.stores.sql.block_storage import Fold

CHECKED_BYTES = 4 << 20
"""Databases up to this size are checked whole before a process first writes to them, which takes about 10 ms."""
READER_WAITS = 0.05
"""Seconds that a reader waits to fold before it reads the journals beside the database."""
STEPS_BETWEEN_LOOKS = 20_000
"""How many steps of its machine SQLite makes before it looks at the clock, where time is limited."""


class SqliteDatabase:
    """A database file, created with its folder by the first write; until then it reads as an empty one.

    Parameters
    ----------
    path : Path
        The file, absolute.
    journals : Path
        The folder of the journals, which every transaction sees as if they were part of the database.
    durable : bool
        Whether each commit waits for the disk.
    """

    def __init__(self, path: Path, journals: Path, *, durable: bool = False) -> None:
        self.path, self._durable = path, durable
        self.journals = Journals(journals, self, durable=durable)
        self._orphan_check = orphaned_runs.OrphanCheckTimer()
        self._local = threading.local()
        self._open: list[tuple[int, apsw.Connection]] = []
        self._checked = False
        self._damaged: os.stat_result | None = None

    @property
    def dialect(self) -> Dialect:
        """See `Database.dialect`; only a search asks."""
        from nbtrack.query.sql import SQLITE

        return SQLITE

    @contextmanager
    def reading(self, *, points: bool = True) -> Iterator[apsw.Connection]:
        """Open a transaction that only reads, and sees everything that was acknowledged before.

        Without `points` it does not look into the journals.
        """
        with self._told():
            connection = self._connection() if self.path.exists() else self._empty()
            if points:
                self._end_orphans(connection)
            tail = self._begun(connection, journals=points)
            try:
                with laid_over(connection, tail), _limited(connection):
                    yield connection
            finally:
                connection.execute("COMMIT")

    def _begun(self, connection: apsw.Connection, *, journals: bool) -> list[tuple[str, Fold]]:
        """Begin a transaction, and return what journals say beyond the snapshot that it sees."""
        while True:
            behind = self._behind(connection) if journals else []
            connection.execute("BEGIN")
            tail = self.journals.tail(connection, behind)
            if tail is not None:
                return tail
            connection.execute("COMMIT")

    def _behind(self, connection: apsw.Connection) -> list[str]:
        """Fold what is pending; where that can't be done now, return the journals to be read as well."""
        if not self.journals.pending(connection):
            return []
        names = self.journals.names()
        try:
            with _hurried(connection):
                self.fold(durable=False)
        except StorageFailed:
            return names
        else:
            return []

    def _end_orphans(self, connection: apsw.Connection) -> None:
        """End the runs of processes that died, where the store can be written now."""
        if self._orphan_check.due() and orphaned_runs.orphans(connection):
            with contextlib.suppress(StorageFailed), _hurried(connection):
                self.fold()
                with self.writing(durable=True) as writable:
                    orphaned_runs.end(writable, orphaned_runs.orphans(writable))

    def beat(self, run_ids: Iterable[str]) -> None:
        """Note that this process lives, on those of some runs that belong to it."""
        with self.writing() as connection:
            orphaned_runs.beat(connection, run_ids)

    @contextmanager
    def writing(self, run_id: str | None = None, *, durable: bool = False) -> Iterator[apsw.Connection]:
        """Open a transaction that may write, after everything that this process has logged.

        There is one lock for whatever is written.
        """
        with self._told():
            if not self.path.exists():
                self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = self._connection()
            with self._committed(connection, durable=durable):
                self.journals.fold_own(connection)
                yield connection

    def fold(self, *, durable: bool = True) -> None:
        """Fold every journal that says more than the database knows."""
        with self._told():
            connection = self._connection()
            with self._committed(connection, durable=durable):
                finished = self.journals.fold(connection)
            if finished:
                self.sync()
            remove(finished)

    def catch_up(self) -> None:
        """Fold what any process has acknowledged so far."""
        with self._told():
            behind = self.path.exists() and self.journals.pending(self._connection())
        if behind:
            self.fold(durable=False)

    def settle(self) -> None:
        """Fold to the disk what this process has logged, and let go of runs that others have deleted meanwhile."""
        with self.writing(durable=True) as connection:
            closed = self.journals.closed(connection)
        self.journals.release(closed)

    def sync(self) -> None:
        """Wait until the disk has what was committed."""
        with contextlib.suppress(FileNotFoundError):
            log = os.open(self.path.with_name(self.path.name + "-wal"), os.O_RDWR)
            try:
                os.fdatasync(log)
            finally:
                os.close(log)

    def admit(self, run_id: str) -> None:
        """Raise when a run takes no writes."""
        with self.reading(points=False) as connection:
            runs.writable(connection, run_id)

    @contextmanager
    def _committed(self, connection: apsw.Connection, *, durable: bool) -> Iterator[None]:
        """Open a write transaction: all of it is kept, and on disk when that is asked for, or none."""
        self._refuse_damaged(connection)
        full = durable or self._durable or connection.pragma("journal_mode") != "wal"
        connection.execute(f"PRAGMA synchronous = {'FULL' if full else 'NORMAL'}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _refuse_damaged(self, connection: apsw.Connection) -> None:
        """Raise instead of writing to a file that is known to be damaged; one that was restored meanwhile is fine."""
        if self._damaged is not None:
            if _same_file(self._damaged, self.path.stat()):
                msg = "damage was found in it earlier"
                raise apsw.CorruptError(msg)
            self._damaged, self._checked = None, False
        if self._checked:
            return
        self._checked = True
        if self.path.stat().st_size <= CHECKED_BYTES:
            ((found,),) = connection.execute("PRAGMA quick_check(1)")
            if found != "ok":
                raise apsw.CorruptError(" ".join(str(found).split()))

    def _keep_damaged(self) -> None:
        """Use new connections from now on, and see that closing the old ones copies nothing into a damaged file."""
        self._local = threading.local()
        with contextlib.suppress(FileNotFoundError):
            self._damaged = self.path.stat()
        for process, connection in self._open:
            if process == os.getpid():
                connect.keep_log(connection, self.path)

    def shrink(self) -> None:
        """Give the room of what was removed back to the file system, unless somebody else is at work."""
        with self._told(), contextlib.suppress(apsw.BusyError):
            self._connection().execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")

    def back_up(self, target: Path) -> None:
        """Fold everything that was recorded, and write the database to a new file."""
        if target.exists():
            msg = f"{target} is there already: name a new file"
            raise AlreadyExists(msg)
        if not self.path.exists():
            msg = f"there is no database {self.path} to back up"
            raise NotFound(msg)
        self.fold()
        with self._told():
            self._connection().execute("VACUUM INTO ?", (str(target),))

    def close(self) -> None:
        """Fold what is left and close every connection of this process."""
        try:
            self.journals.close()
        finally:
            mine, self._open, self._local, self._checked = self._open, [], threading.local(), False
            for process, connection in mine:
                if process == os.getpid():
                    connection.close()

    def _connection(self) -> apsw.Connection:
        """Return this thread's connection; one inherited through `fork` is let go without closing it."""
        known: tuple[int, apsw.Connection] | None = getattr(self._local, "connection", None)
        if known is None or known[0] != os.getpid():
            known = self._local.connection = (os.getpid(), connect.opened(self.path))
            self._open.append(known)
            if self._damaged is not None:
                connect.keep_log(known[1], self.path)
        return known[1]

    def _empty(self) -> apsw.Connection:
        connection = apsw.Connection(":memory:")
        connect.migrate(connection, self.path)
        return connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite and the file system say into our errors."""
        try:
            yield
        except apsw.Error as error:
            if isinstance(error, apsw.NotADBError | apsw.CorruptError):
                self._keep_damaged()
            _explain(error, self.path)
        except OSError as error:
            if isinstance(error, StorageFailed) or error.filename is None:
                raise
            msg = f"the store at {self.path.parent} can't be used: {error.strerror}"
            raise StorageFailed(msg) from error


def _same_file(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_ino, one.st_mtime_ns, one.st_size) == (other.st_ino, other.st_mtime_ns, other.st_size)


@contextmanager
def _limited(connection: apsw.Connection) -> Iterator[None]:
    """Have a connection give up what it reads when the time of its thread is over."""
    end = read_deadline.end()
    if end is None:
        yield
        return
    connection.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None)


@contextmanager
def _hurried(connection: apsw.Connection) -> Iterator[None]:
    """Have a connection wait for others only shortly."""
    connection.set_busy_handler(connect.patience(READER_WAITS))
    try:
        yield
    finally:
        connection.set_busy_handler(connect.patience(connect.BUSY_SECONDS))


def _explain(error: apsw.Error, path: Path) -> NoReturn:
    kinds: dict[type[apsw.Error], str] = {
        apsw.FullError: "the disk is full",
        apsw.BusyError: f"another program has locked it for {connect.BUSY_SECONDS:.0f} s",
        apsw.ReadOnlyError: "it may not be written: the folder or the disk forbids it, or a newer nbtrack made it",
        apsw.CantOpenError: "it can't be opened or created; check the folder and its permissions",
        apsw.IOError: f"the file system failed ({error})",
        apsw.PermissionsError: "there is no permission",
    }
    if isinstance(error, apsw.NotADBError | apsw.CorruptError):
        msg = f"{path} is no intact nbtrack database ({error}); it was left untouched"
        raise DamagedStore(msg) from error
    if isinstance(error, apsw.InterruptError):
        raise InvalidValue(read_deadline.GIVEN_UP) from error
    said = next((text for kind, text in kinds.items() if isinstance(error, kind)), None)
    if said is None:
        raise error
    msg = f"the store at {path} can't be used: {said}"
    raise StorageFailed(msg) from error
