"""Checking the integrity of a store in a folder without changing anything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import apsw

from nbtrack.errors import DamagedStore
from nbtrack.presentation.formatting import counted
from nbtrack.stores import append_log, blocks
from nbtrack.stores.sqlite import compaction, connect, journal, sqlite_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def check(database: Path, journals: Path) -> Iterator[str]:
    """Yield lines that describe a store; those about damage begin with ``DAMAGED``."""
    yield f"SQLite {apsw.sqlite_lib_version()} of apsw {apsw.apsw_version()}"
    if not database.exists():
        yield f"{database} does not exist yet; the first write creates it"
        return
    connection = _connected(database)
    try:
        yield from _rows(connection, database)
    except apsw.Error as error:
        yield f"DAMAGED {database}: {error}; restore it from a backup, and keep the folder {journals}"
        return
    finally:
        connection.close()
    for path in sorted(journals.glob("*" + journal.SUFFIX)):
        yield _journal(path)


def _connected(database: Path) -> apsw.Connection:
    """Open a database for reading, with write access if possible, since SQLite creates files next to it."""
    if os.access(database.parent, os.W_OK) and os.access(database, os.W_OK):
        connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.execute("PRAGMA query_only = ON")
        connect.keep_log(connection, database)
        return connection
    return apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)


def _rows(connection: apsw.Connection, database: Path) -> Iterator[str]:
    if _number(connection, "PRAGMA application_id") != sqlite_schema.APPLICATION_ID:
        yield f"DAMAGED {database}: it belongs to another program"
        return
    version = _number(connection, "PRAGMA user_version")
    yield f"{database}: {database.stat().st_size:,} bytes, schema {version} of {len(sqlite_schema.MIGRATIONS)}"
    found = [str(each) for (each,) in connection.execute("PRAGMA quick_check")]
    yield from () if found == ["ok"] else (f"DAMAGED {database}: {each}" for each in found)
    yield ", ".join(
        counted(_number(connection, f"SELECT COUNT(*) FROM {noun}s"), noun) for noun in ("experiment", "run", "block")
    )
    read: Any = connection.execute("SELECT r.run_id, b.key, b.count, b.data FROM blocks b JOIN runs r ON r.id = b.run")
    for run_id, key, count, data in read:
        try:
            whole = len(blocks.unpack(data).values) == count
        except DamagedStore:
            whole = False
        if not whole:
            yield f"DAMAGED block of {counted(count, 'point')} of metric {key!r} of run {run_id}"


def _number(connection: apsw.Connection, sql: str) -> int:
    return int(next(iter(connection.execute(sql)))[0])


def _journal(path: Path) -> str:
    data = path.read_bytes()
    _, first = journal.read_header(data)
    end = compaction.parse(data[first:], first).end if first else 0
    state = "left by a dead process" if append_log.is_orphaned(path) else "in use"
    if end == len(data):
        return f"{path.name}: {len(data):,} bytes, {state}"
    return f"DAMAGED {path.name}, {state}: intact up to byte {end:,} of {len(data):,}"
