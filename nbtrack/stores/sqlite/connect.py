"""Opening a SQLite database: checks its owner and schema, and adapts to read-only folders and network file systems."""

from __future__ import annotations

import contextlib
import os
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from nbtrack import process
from nbtrack.errors import DamagedStore
from nbtrack.stores.sqlite import sqlite_schema

if TYPE_CHECKING:
    import tempfile
    from collections.abc import Callable

BUSY_SECONDS = 30.0
"""Seconds that a writer waits for another one."""
_LONGEST_SLEEP = 0.005
_NETWORK_FILE_SYSTEMS = frozenset(
    ("9p", "afs", "beegfs", "ceph", "cifs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs")
)


class ConnectState:
    """What this process knows about the databases that it has opened."""

    def __init__(self) -> None:
        self.copies: dict[str, tempfile.TemporaryDirectory[str]] = {}
        """Copies of databases in read-only folders."""
        self.warned: set[str] = set()
        """Databases on network file systems about which the user was warned."""


def open_database(path: Path) -> apsw.Connection:
    """Open a database; create it, or upgrade its schema, if necessary.

    Raises
    ------
    DamagedStore
        When the file belongs to another program.
    apsw.Error
        When SQLite cannot open it.
    """
    try:
        connection = _connect(str(path))
        version = _version(connection, path)
    except (apsw.CantOpenError, apsw.ReadOnlyError):
        if os.access(path.parent, os.W_OK):
            raise
        return _read_only(path)
    if version > len(sqlite_schema.MIGRATIONS):
        connection.execute("PRAGMA query_only = ON")
    elif version < len(sqlite_schema.MIGRATIONS):
        if version:
            _back_up(connection, path, version)
        _choose_journal_mode(connection, path)
        migrate(connection, path)
    return connection


def keep_log(connection: apsw.Connection, path: Path) -> None:
    """Keep a connection from changing the write-ahead log when it is closed, unless the log is empty."""
    with contextlib.suppress(FileNotFoundError):
        if path.with_name(path.name + "-wal").stat().st_size:
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)


def _connect(name: str, flags: int = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE) -> apsw.Connection:
    connection = apsw.Connection(name, flags=flags | apsw.SQLITE_OPEN_URI)
    connection.set_busy_handler(busy_handler(BUSY_SECONDS))
    for pragma, value in (("mmap_size", 0), ("foreign_keys", 1), ("temp_store", 2)):
        connection.pragma(pragma, value)
    return connection


def busy_handler(seconds: float) -> Callable[[int], bool]:
    """Return a busy handler that sleeps only briefly between attempts, so that a free lock is taken soon.

    SQLite's own handler sleeps up to 0.1 s, which leaves the database idle between many consecutive writers.
    """
    deadline = 0.0

    def wait(times: int) -> bool:
        nonlocal deadline
        moment = time.monotonic()
        if not times:
            deadline = moment + seconds
        time.sleep(min(0.0002 * (times + 1), _LONGEST_SLEEP))
        return moment < deadline

    return wait


def _read_only(path: Path) -> apsw.Connection:
    """Open a database in a read-only folder.

    SQLite cannot read a write-ahead log there, so if there is one, both files are read from a copy.
    """
    import shutil
    import tempfile

    log = path.with_name(path.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        return _connect(f"{path.as_uri()}?immutable=1", apsw.SQLITE_OPEN_READONLY)
    copy = process.state(ConnectState).copies[str(path)] = tempfile.TemporaryDirectory(prefix="nbtrack-")
    for each in (path, log):
        shutil.copy(each, copy.name)
    connection = _connect(str(Path(copy.name) / path.name))
    connection.execute("PRAGMA query_only = ON")
    return connection


def _version(connection: apsw.Connection, path: Path) -> int:
    """Return how many migrations were applied; raise if the database is not ours.

    It is one statement, since another process may be creating the database at this moment.
    """
    application, version, inhabited = next(
        connection.execute(
            "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),"
            " EXISTS (SELECT 1 FROM sqlite_schema)"
        )
    )
    if application != sqlite_schema.APPLICATION_ID and (application or inhabited):
        msg = f"{path} belongs to another program; it was left untouched"
        raise DamagedStore(msg)
    return int(version)


def _choose_journal_mode(connection: apsw.Connection, path: Path) -> None:
    """Use write-ahead logging, except on a network file system, where it is unsafe; warn of that once."""
    kind = network_file_system(path.parent, _mounts())
    if kind is None:
        _use_wal(connection)
        return
    connection.pragma("journal_mode", "delete")
    warned = process.state(ConnectState).warned
    if str(path) not in warned:
        warned.add(str(path))
        text = f"{path.parent} is on a network file system ({kind}): the store uses a rollback journal, which is slower"
        warnings.warn(text, stacklevel=2)


def _use_wal(connection: apsw.Connection) -> None:
    """Switch to write-ahead logging, and wait for other connections, which SQLite does not do here."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.pragma("journal_mode", "wal")
        except apsw.BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""


def network_file_system(folder: Path, mounts: str) -> str | None:
    """Return the type of a folder's network file system, according to ``/proc/self/mounts``; None if it is local."""
    place = Path(os.path.realpath(folder))
    found: dict[Path, str] = {}
    for line in mounts.splitlines():
        _, point, kind = line.split()[:3]
        mount = Path(point.encode().decode("unicode_escape"))
        if place == mount or mount in place.parents:
            found[mount] = kind
    kind = found[max(found, key=lambda each: len(each.parts))] if found else ""
    return kind if kind in _NETWORK_FILE_SYSTEMS or kind.startswith("fuse.") else None


def _back_up(connection: apsw.Connection, path: Path, version: int) -> None:
    """Copy a database before its schema is upgraded, once for each schema version."""
    copy = path.with_name(f"{path.stem}.schema-{version}{path.suffix}")
    if copy.exists():
        return
    try:
        connection.execute("VACUUM INTO ?", (str(copy),))
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def migrate(connection: apsw.Connection, path: Path) -> None:
    """Upgrade the schema in one transaction; of several processes only the first one has something to do."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, path)
        for migration in sqlite_schema.MIGRATIONS[version:]:
            connection.execute(migration)
        known = len(sqlite_schema.MIGRATIONS)
        connection.execute(f"PRAGMA application_id = {sqlite_schema.APPLICATION_ID}; PRAGMA user_version = {known}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
