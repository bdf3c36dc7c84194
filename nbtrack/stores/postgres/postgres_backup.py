"""Backing up a store in PostgreSQL to a file, and restoring it in an empty database.

The file is a zip archive with the rows of each table as COPY writes them, and a description in JSON. It is restored by
this version or a newer one. Keys of page tokens are left out: a restored store makes new ones.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
import zlib
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from psycopg import sql

from nbtrack.errors import AlreadyExists, DamagedStore, NbtrackError, NotFound
from nbtrack.stores.postgres import postgres_errors, postgres_schema
from nbtrack.stores.postgres.postgres_database import PostgresDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import psycopg

    Raw = psycopg.Connection[Any]

TABLES = (
    "experiments", "experiment_tags", "runs", "params", "tags", "latest_metrics", "points", "blocks", "datasets",
    "inputs", "input_tags", "deliveries", "users", "audit",
)  # fmt: skip
"""The tables, each after those that it refers to."""
_NUMBERED = ("experiments", "runs", "points", "blocks", "datasets", "audit")
_DESCRIPTION = "nbtrack.json"
_COLUMN = re.compile("[a-z_]{1,40}")
_PIECE = 1 << 20


def back_up(uri: str, target: Path) -> int:
    """Write all rows, as one moment sees them, to a new file, and return its size in bytes.

    Raises
    ------
    AlreadyExists
        When the file exists.
    """
    if target.exists():
        msg = f"{target} already exists: choose a new file"
        raise AlreadyExists(msg)
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with _connected(uri) as connection, zipfile.ZipFile(draft, "x", zipfile.ZIP_DEFLATED) as archive:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            columns = {table: _columns(connection, table) for table in TABLES}
            for table in TABLES:
                _write(connection, archive, table, columns[table])
            described = {"format": 1, "schema": len(postgres_schema.MIGRATIONS), "columns": columns}
            archive.writestr(_DESCRIPTION, json.dumps(described))
        _sync(draft)
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def restore(source: Path, uri: str) -> int:
    """Write the rows of a backup into a database that has no runs, and return the number of runs.

    Raises
    ------
    NotFound, DamagedStore
        When the file does not exist, or is not a backup of this or an earlier version.
    AlreadyExists
        When the database has experiments or runs.
    """
    try:
        with zipfile.ZipFile(source) as archive, _connected(uri) as connection, connection.transaction():
            described = _described(archive)
            _require_empty(connection, uri)
            connection.execute("DELETE FROM experiments")
            for table in TABLES:
                if table in described:
                    _read(connection, archive, table, described[table])
            for table in _NUMBERED:
                _continue_numbers(connection, table)
            counted = connection.execute("SELECT COUNT(*) FROM runs").fetchone()
    except FileNotFoundError:
        msg = f"There is no backup {source}"
        raise NotFound(msg) from None
    except NbtrackError:
        raise
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, zlib.error) as error:
        msg = f"{source} is not a backup of a store in PostgreSQL, or it is damaged; nothing was restored"
        raise DamagedStore(msg) from error
    return int(counted[0]) if counted else 0


@contextmanager
def _connected(uri: str) -> Iterator[Raw]:
    """Connect to a store outside its pool, without limits of time; errors are ours."""
    database = PostgresDatabase(uri)
    with postgres_errors.translated_errors(database.place), closing(database.connected()) as connection:
        database.require_current()
        yield connection


def _columns(connection: Raw, table: str) -> list[str]:
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
        " ORDER BY ordinal_position",
        (table,),
    )
    return [name for (name,) in found]


def _copy(table: str, columns: Sequence[str], way: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table), names, sql.SQL(way))


def _write(connection: Raw, archive: zipfile.ZipFile, table: str, columns: Sequence[str]) -> None:
    with (
        archive.open(table, "w", force_zip64=True) as file,
        connection.cursor().copy(_copy(table, columns, "TO STDOUT")) as rows,
    ):
        for piece in rows:
            file.write(piece)


def _described(archive: zipfile.ZipFile) -> Mapping[str, list[str]]:
    """Return the columns of each table in a backup.

    Raises
    ------
    ValueError
        When the description is invalid.
    DamagedStore
        When the backup is of a newer version.
    """
    described = json.loads(archive.read(_DESCRIPTION))
    if described["format"] != 1 or described["schema"] > len(postgres_schema.MIGRATIONS):
        msg = "The backup was made by a newer nbtrack: update nbtrack"
        raise DamagedStore(msg)
    columns: dict[str, list[str]] = {str(table): list(named) for table, named in described["columns"].items()}
    if not all(_COLUMN.fullmatch(name) for named in columns.values() for name in named):
        msg = "the name of a column is invalid"
        raise ValueError(msg)
    return columns


def _require_empty(connection: Raw, uri: str) -> None:
    found = connection.execute("SELECT (SELECT COUNT(*) FROM runs), (SELECT COUNT(*) FROM experiments)").fetchone()
    if found is None or found[0] or found[1] > 1:
        msg = f"The store at {PostgresDatabase(uri).place} has experiments or runs already: restore into an empty one"
        raise AlreadyExists(msg)


def _read(connection: Raw, archive: zipfile.ZipFile, table: str, columns: Sequence[str]) -> None:
    with archive.open(table) as file, connection.cursor().copy(_copy(table, columns, "FROM STDIN")) as rows:
        while piece := file.read(_PIECE):
            rows.write(piece)


def _continue_numbers(connection: Raw, table: str) -> None:
    """Make the numbers of new rows continue after those that were restored."""
    name = sql.Identifier(table)
    text = "SELECT setval(pg_get_serial_sequence({}, 'id'), COALESCE(MAX(id), 0) + 1, FALSE) FROM {}"
    connection.execute(sql.SQL(text).format(sql.Literal(table), name))


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
