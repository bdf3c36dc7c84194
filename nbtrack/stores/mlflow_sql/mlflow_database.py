"""An MLflow database file, opened without changing it or creating files beside it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import apsw

from nbtrack.errors import DamagedStore, StorageFailed
from nbtrack.stores.mlflow_sql import schema_views
from nbtrack.stores.sqlite import foreign_database
from nbtrack.stores.sqlite.connections import limited_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbtrack.query.sql import Dialect
    from nbtrack.stores.sqlite.foreign_database import Attached

_TABLES = frozenset(("alembic_version", "experiments", "runs", "metrics", "params", "tags"))


def is_mlflow_database(file: Path) -> bool:
    """Return whether a file is a database of MLflow's schema."""
    return foreign_database.has_tables(file, _TABLES)


class MlflowDatabase:
    """A `Database` over MLflow's tables, for reading only."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.RLock()
        self._opened: Attached | None = None
        self._version: object = None

    @property
    def dialect(self) -> Dialect:
        """See `Database.dialect`."""
        from nbtrack.query.sql import SQLITE

        return SQLITE

    def version(self) -> object:
        """Return the version of the database: sizes and modification times of its files."""
        files = (self.file, foreign_database.beside(self.file, "-wal"), foreign_database.beside(self.file, "-journal"))
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
        """Open a separate connection, for a long read while other threads continue."""
        with self._translated_errors():
            opened = self._prepared()
            try:
                yield opened.connection
            finally:
                opened.close()

    def close(self) -> None:
        """Close the connection; the next read opens another one."""
        with self._lock:
            opened, self._opened = self._opened, None
            if opened is not None:
                opened.close()

    def _connection(self) -> apsw.Connection:
        """Return the connection; a new one if the file changed, which the old one does not notice."""
        version = self.version()
        if self._opened is not None and version != self._version:
            self.close()
        if self._opened is None:
            self._opened, self._version = self._prepared(), version
        return self._opened.connection

    def _prepared(self) -> Attached:
        opened = foreign_database.attach(self.file, "mlflow")
        schema_views.create(opened.connection)
        return opened

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except (apsw.NotADBError, apsw.CorruptError, UnicodeDecodeError) as error:
            msg = f"{self.file} is damaged ({error}), or not an MLflow database: restore it from a backup"
            raise DamagedStore(msg) from error
        except (apsw.BusyError, apsw.CantOpenError, apsw.IOError, apsw.ReadOnlyError, OSError) as error:
            if isinstance(error, StorageFailed):
                raise
            msg = f"Cannot read {self.file}: {error}"
            raise StorageFailed(msg) from error
