"""Checking the integrity of a store in PostgreSQL without changing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.errors import DamagedStore, NbtrackError
from nbtrack.presentation.formatting import counted
from nbtrack.stores import blocks
from nbtrack.stores.postgres import postgres_errors, postgres_schema
from nbtrack.stores.postgres.postgres_database import connect, connection_parameters, without_password

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    Raw = psycopg.Connection[Any]

_COUNTED = ("experiment", "run", "block", "point")
_OWNED = ("params", "tags", "latest_metrics", "points", "blocks", "inputs")
"""The tables of what belongs to a run."""
_BLOCKS_AT_ONCE = 500
_INDEXES = b"""
    SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"""
_BLOCKS = b"""
    SELECT b.id, r.run_id, b.key, b.count, b.data FROM blocks b LEFT JOIN runs r ON r.id = b.run
    WHERE b.id > %s ORDER BY b.id LIMIT %s"""


def check(uri: str) -> Iterator[str]:
    """Yield lines that describe a database; those about damage begin with ``DAMAGED``."""
    place = without_password(connection_parameters(uri))
    try:
        with postgres_errors.translated_errors(place), connect(connection_parameters(uri)) as connection:
            connection.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield from _found(connection, place)
    except NbtrackError as error:
        yield f"DAMAGED {error}"


def _found(connection: Raw, place: str) -> Iterator[str]:
    version, known = postgres_schema.version(connection, place), len(postgres_schema.MIGRATIONS)
    newer = postgres_schema.newer_schema(version, place)
    if newer is not None:
        raise newer
    server = _number(connection, b"SHOW server_version_num")
    yield f"PostgreSQL {server // 10_000}.{server % 10_000} at {place}, schema {version} of {known}"
    if version < known:
        yield (
            "The next write creates the tables"
            if version == 0
            else "The next use upgrades the schema, then check again"
        )
        return
    yield ", ".join(counted(_number(connection, f"SELECT COUNT(*) FROM {noun}s".encode()), noun) for noun in _COUNTED)
    yield from _indexes(connection)
    yield from _ownerless(connection)
    yield from _blocks(connection)


def _number(connection: Raw, statement: bytes) -> int:
    found = connection.execute(statement).fetchone()
    return int(found[0]) if found else 0


def _indexes(connection: Raw) -> Iterator[str]:
    is_valid = dict(connection.execute(_INDEXES).fetchall())
    for name in sorted(postgres_schema.index_names()):
        if not is_valid.get(name):
            yield f"DAMAGED index {name} is {'invalid' if name in is_valid else 'missing'}"


def _ownerless(connection: Raw) -> Iterator[str]:
    for table in _OWNED:
        statement = f"SELECT COUNT(*) FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = t.run)"
        count = _number(connection, statement.encode())
        if count:
            yield f"DAMAGED {counted(count, 'row')} of {table} without a run"


def _blocks(connection: Raw) -> Iterator[str]:
    """Unpack every block, a few at a time."""
    last = 0
    while found := connection.execute(_BLOCKS, (last, _BLOCKS_AT_ONCE), binary=True).fetchall():
        for _, run_id, key, count, data in found:
            if not _is_whole(data, count):
                yield f"DAMAGED block of {counted(count, 'point')} of metric {key!r} of run {run_id}"
        last = found[-1][0]


def _is_whole(data: bytes, count: int) -> bool:
    try:
        return len(blocks.unpack(data).values) == count
    except DamagedStore:
        return False
