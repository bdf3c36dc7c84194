"""A database file of MLflow's, opened without changing it or creating files beside it."""

from __future__ import annotations

import shutil
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import apsw

from nbtrack.errors import DamagedStore, StorageFailed
from nbtrack.stores.mlflow_sql import schema_views
from nbtrack.stores.sqlite import connect
from nbtrack.stores.sqlite.connections import limited_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.query.sql import Dialect

_WRITE_VERSION, _WAL = 18, 2
"""The place of the write version in the header, and what it is in a database with a write-ahead log."""
_TABLES = frozenset(("alembic_version", "experiments", "runs", "metrics", "params", "tags"))
_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI


def is_mlflow_database(file: Path) -> bool:
    """Return whether a file is a database of MLflow's schema."""
    try:
        connection, folder = _attached(file)
    except (OSError, apsw.Error):
        return False
    try:
        tables = connection.execute("SELECT name FROM mlflow.sqlite_schema WHERE type = 'table'")
        return {name for (name,) in tables} >= _TABLES
    except apsw.Error:
        return False
    finally:
        _close(connection, folder)


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _has_content(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


def _attached(file: Path) -> tuple[apsw.Connection, tempfile.TemporaryDirectory[str] | None]:
    """Return a connection to which a database is attached as ``mlflow``, and the folder of its copy if it needs one.

    SQLite would create files for a database with a write-ahead log, and write to one whose writer died in the middle of
    a transaction: their content is read from a copy.
    """
    with file.open("rb") as opened:
        header = opened.read(100)
    if header[_WRITE_VERSION : _WRITE_VERSION + 1] == bytes((_WAL,)):
        if _has_content(_beside(file, "-wal")):
            return _copied(file, "-wal")
        return _attach(file, "immutable=1"), None
    try:
        return _attach(file, "mode=ro"), None
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.IOError):
        if not _has_content(_beside(file, "-journal")):
            raise
        return _copied(file, "-journal")


def _copied(file: Path, suffix: str) -> tuple[apsw.Connection, tempfile.TemporaryDirectory[str]]:
    folder = tempfile.TemporaryDirectory(prefix="nbtrack-", ignore_cleanup_errors=True)
    for each in (file, _beside(file, suffix)):
        shutil.copyfile(each, Path(folder.name) / each.name)
    return _attach(Path(folder.name) / file.name, "mode=rw"), folder


def _attach(file: Path, mode: str) -> apsw.Connection:
    connection = apsw.Connection(":memory:", flags=_FLAGS)
    try:
        connection.set_busy_handler(connect.busy_handler(connect.BUSY_SECONDS))
        connection.execute("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY")
        connection.execute("ATTACH ? AS mlflow", (f"file:{quote(str(file))}?{mode}",))
        connection.execute("SELECT COUNT(*) FROM mlflow.sqlite_schema").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


class MlflowDatabase:
    """A `Database` over MLflow's tables, for reading only."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.RLock()
        self._opened: tuple[apsw.Connection, tempfile.TemporaryDirectory[str] | None] | None = None
        self._version: object = None

    @property
    def dialect(self) -> Dialect:
        """See `Database.dialect`."""
        from nbtrack.query.sql import SQLITE

        return SQLITE

    def version(self) -> object:
        """Return what changes when the database does: sizes and modification times of its files."""
        files = (self.file, _beside(self.file, "-wal"), _beside(self.file, "-journal"))
        found = [each.stat() for each in files if each.exists()]
        return tuple((each.st_size, each.st_mtime_ns) for each in found)

    @contextmanager
    def reading(self, *, points: bool = True) -> Iterator[apsw.Connection]:
        """Open a read-only transaction."""
        with self._lock, self._translated_errors():
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                with limited_time(connection):
                    yield connection
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def writing(self, run_id: str | None = None) -> Iterator[apsw.Connection]:
        """See `Database.writing`; nothing writes to MLflow's database."""
        with self.reading() as connection:
            yield connection

    @contextmanager
    def streaming(self) -> Iterator[apsw.Connection]:
        """Open a connection of one's own, for a long read while other threads go on."""
        with self._translated_errors():
            connection, folder = self._prepared()
            try:
                yield connection
            finally:
                _close(connection, folder)

    def close(self) -> None:
        """Close the connection; the next read opens another one."""
        with self._lock:
            opened, self._opened = self._opened, None
            if opened is not None:
                _close(*opened)

    def _connection(self) -> apsw.Connection:
        """Return the connection, a new one if the file changed that the old one does not look at again."""
        version = self.version()
        if self._opened is not None and version != self._version:
            self.close()
        if self._opened is None:
            self._opened, self._version = self._prepared(), version
        return self._opened[0]

    def _prepared(self) -> tuple[apsw.Connection, tempfile.TemporaryDirectory[str] | None]:
        connection, folder = _attached(self.file)
        schema_views.create(connection)
        return connection, folder

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (apsw.NotADBError, apsw.CorruptError, UnicodeDecodeError) as error:
            msg = f"{self.file} is damaged ({error}), or not a database of MLflow's: restore it from a backup"
            raise DamagedStore(msg) from error
        except (apsw.BusyError, apsw.CantOpenError, apsw.IOError, apsw.ReadOnlyError, OSError) as error:
            if isinstance(error, StorageFailed):
                raise
            msg = f"Cannot read {self.file}: {error}"
            raise StorageFailed(msg) from error


def _close(connection: apsw.Connection, folder: tempfile.TemporaryDirectory[str] | None) -> None:
    connection.close()
    if folder is not None:
        folder.cleanup()
