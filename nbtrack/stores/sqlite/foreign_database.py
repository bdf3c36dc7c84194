"""Opening a SQLite database of another program without changing it or creating files beside it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import apsw

from nbtrack.stores.sqlite import connect

_WRITE_VERSION, _WAL = 18, 2
"""The offset of the write version in the header, and its value in a database with a write-ahead log."""
_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI


class Attached(NamedTuple):
    """A connection to which a database is attached, and the folder of its copy if it needs one."""

    connection: apsw.Connection
    copy: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close the connection, and delete the copy."""
        self.connection.close()
        if self.copy is not None:
            self.copy.cleanup()


def beside(file: Path, suffix: str) -> Path:
    """Return the path of a file that SQLite creates beside a database."""
    return file.with_name(file.name + suffix)


def _has_content(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


def attach(file: Path, name: str) -> Attached:
    """Attach a database under a name.

    SQLite would create files for a database with a write-ahead log, and write to one whose writer died in the middle of
    a transaction: their content is read from a copy.
    """
    with file.open("rb") as opened:
        header = opened.read(100)
    if header[_WRITE_VERSION : _WRITE_VERSION + 1] == bytes((_WAL,)):
        if _has_content(beside(file, "-wal")):
            return _copied(file, "-wal", name)
        return Attached(_attach(file, name, "immutable=1"))
    try:
        return Attached(_attach(file, name, "mode=ro"))
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.IOError):
        if not _has_content(beside(file, "-journal")):
            raise
        return _copied(file, "-journal", name)


def _copied(file: Path, suffix: str, name: str) -> Attached:
    folder = tempfile.TemporaryDirectory(prefix="nbtrack-", ignore_cleanup_errors=True)
    for each in (file, beside(file, suffix)):
        shutil.copyfile(each, Path(folder.name) / each.name)
    return Attached(_attach(Path(folder.name) / file.name, name, "mode=rw"), folder)


def _attach(file: Path, name: str, mode: str) -> apsw.Connection:
    connection = apsw.Connection(":memory:", flags=_FLAGS)
    try:
        connection.set_busy_handler(connect.busy_handler(connect.BUSY_SECONDS))
        connection.execute("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY")
        connection.execute(f"ATTACH ? AS {name}", (f"file:{quote(str(file))}?{mode}",))
        connection.execute(f"SELECT COUNT(*) FROM {name}.sqlite_schema").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def has_tables(file: Path, names: frozenset[str]) -> bool:
    """Return whether a file is a database with all of some tables."""
    try:
        opened = attach(file, "other")
    except (OSError, apsw.Error):
        return False
    try:
        tables = opened.connection.execute("SELECT name FROM other.sqlite_schema WHERE type = 'table'")
        return {name for (name,) in tables} >= names
    except apsw.Error:
        return False
    finally:
        opened.close()
