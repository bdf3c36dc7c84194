"""Checking the integrity of a store in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.errors import NbtrackError
from nbtrack.stores.postgres import postgres_schema
from nbtrack.stores.postgres.postgres_database import PostgresDatabase
from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

_COUNTED = ("experiments", "runs", "blocks", "points")


def check(uri: str) -> Iterator[str]:
    """Yield lines that describe a database; those about damage begin with ``DAMAGED``."""
    database = PostgresDatabase(uri)
    try:
        with database.reading(points=False) as session:
            counts = ", ".join(f"(SELECT COUNT(*) FROM {table})" for table in _COUNTED)
            version, *counted = rows.first_row(session, f"SELECT current_setting('server_version'), {counts}") or ()
    except NbtrackError as error:
        yield f"DAMAGED {error}"
        return
    finally:
        database.close()
    known = len(postgres_schema.MIGRATIONS)
    yield f"PostgreSQL {version} at {database.place}, schema {known} of {known}"
    yield ", ".join(f"{number:,} {table}" for number, table in zip(counted, _COUNTED, strict=True))
