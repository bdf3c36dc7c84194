"""The connections to one database file, one for each thread, and the translation of their errors."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import apsw

from nbtrack.errors import DamagedStore, InvalidValue, StorageFailed
from nbtrack.stores import read_deadline
from nbtrack.stores.sqlite import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHECKED_BYTES = 4 << 20
"""Databases up to this size are checked completely before a process first writes to them (about 10 ms)."""
STEPS_BETWEEN_CHECKS = 20_000
"""Instructions of SQLite's virtual machine between two checks of the read deadline."""


class Connections:
    """The connections of this process to a database file.

    Once damage is found, nothing more is written to the file, not even when connections are closed. With `durable`
    each commit waits for the disk.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self.path, self._durable = path, durable
        self._local = threading.local()
        self._open: list[tuple[int, apsw.Connection]] = []
        self._checked = False
        self._damaged: os.stat_result | None = None

    def get(self) -> apsw.Connection:
        """Return this thread's connection; one inherited through `fork` is dropped without closing it."""
        known: tuple[int, apsw.Connection] | None = getattr(self._local, "connection", None)
        if known is None or known[0] != os.getpid():
            known = self._local.connection = (os.getpid(), connect.open_database(self.path))
            self._open.append(known)
            if self._damaged is not None:
                connect.keep_log(known[1], self.path)
        return known[1]

    def empty(self) -> apsw.Connection:
        """Return a connection to an empty database in memory, for a file that does not exist yet."""
        connection = apsw.Connection(":memory:")
        connect.migrate(connection, self.path)
        return connection

    def close(self) -> None:
        """Close every connection of this process."""
        mine, self._open, self._local, self._checked = self._open, [], threading.local(), False
        for process, connection in mine:
            if process == os.getpid():
                connection.close()

    @contextmanager
    def committed(self, connection: apsw.Connection, *, durable: bool) -> Iterator[None]:
        """Open a write transaction, which is rolled back when the block raises; `durable` waits for the disk."""
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

    @contextmanager
    def translated_errors(self) -> Iterator[None]:
        """Translate errors of SQLite and of the file system into ours."""
        try:
            yield
        except apsw.Error as error:
            if isinstance(error, apsw.NotADBError | apsw.CorruptError):
                self._keep_damaged()
            _translate(error, self.path)
        except OSError as error:
            if isinstance(error, StorageFailed) or error.filename is None:
                raise
            msg = f"Cannot use the store at {self.path.parent}: {error.strerror}"
            raise StorageFailed(msg) from error

    def _refuse_damaged(self, connection: apsw.Connection) -> None:
        """Raise if the file is known to be damaged and has not been replaced since."""
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
        """Use new connections from now on, and keep the old ones from writing to the damaged file when closed."""
        self._local = threading.local()
        with contextlib.suppress(FileNotFoundError):
            self._damaged = self.path.stat()
        for process, connection in self._open:
            if process == os.getpid():
                connect.keep_log(connection, self.path)


def _same_file(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_ino, one.st_mtime_ns, one.st_size) == (other.st_ino, other.st_mtime_ns, other.st_size)


@contextmanager
def limited_time(connection: apsw.Connection) -> Iterator[None]:
    """Interrupt statements of a connection when the read deadline of this thread has passed."""
    end = read_deadline.end()
    if end is None:
        yield
        return
    connection.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_CHECKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None)


@contextmanager
def busy_timeout(connection: apsw.Connection, seconds: float) -> Iterator[None]:
    """Limit how long a connection waits for other writers."""
    connection.set_busy_handler(connect.busy_handler(seconds))
    try:
        yield
    finally:
        connection.set_busy_handler(connect.busy_handler(connect.BUSY_SECONDS))


def _translate(error: apsw.Error, path: Path) -> NoReturn:
    reasons: dict[type[apsw.Error], str] = {
        apsw.FullError: "the disk is full",
        apsw.BusyError: f"another program has locked it for {connect.BUSY_SECONDS:.0f} s",
        apsw.ReadOnlyError: "it is read-only: the folder or the disk forbids writing, or a newer nbtrack created it",
        apsw.CantOpenError: "it cannot be opened or created; check the folder and its permissions",
        apsw.IOError: f"the file system failed ({error})",
        apsw.PermissionsError: "permission denied",
    }
    if isinstance(error, apsw.NotADBError | apsw.CorruptError):
        msg = (
            f"{path} is not an intact nbtrack database ({error}); it was left untouched. Run `nbtrack db check`, or"
            " restore it from a backup"
        )
        raise DamagedStore(msg) from error
    if isinstance(error, apsw.InterruptError):
        raise InvalidValue(read_deadline.MESSAGE) from error
    reason = next((text for kind, text in reasons.items() if isinstance(error, kind)), None)
    if reason is None:
        raise error
    msg = f"Cannot use the store at {path}: {reason}"
    raise StorageFailed(msg) from error
