"""Checking, backing up and restoring the store behind a tracking URI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import locate
from nbtrack.errors import Unsupported
from nbtrack.stores import recognition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def check(uri: str | Path) -> Iterator[str]:
    """Check the store behind a tracking URI, and yield lines about it; those about damage begin with ``DAMAGED``."""
    place = locate.resolve(uri)
    if _is_in_postgres(place):
        from nbtrack.stores.postgres import postgres_integrity

        yield from postgres_integrity.check(place)
        return
    if not locate.is_local(place):
        return
    from nbtrack.stores.sqlite import integrity, sqlite_store

    file = locate.database_file(place)
    if recognition.is_mlflow_layout(file):
        yield from _check_mlflow_files(file.parent)
        return
    if recognition.is_unmarked_database(file):
        from nbtrack.stores.mlflow_sql import is_mlflow_database

        if is_mlflow_database(file):
            yield f"{file}: an MLflow database, which nbtrack reads but never changes"
            return
    yield from integrity.check(file, sqlite_store.journal_folder_of(file))


def _check_mlflow_files(folder: Path) -> Iterator[str]:
    from nbtrack.stores.mlflow_files import MlflowFileStore

    yield f"{folder}: experiments in MLflow's file layout, which nbtrack reads but never changes"
    for path, reason in sorted(MlflowFileStore(str(folder), folder).unreadable().items()):
        yield f"DAMAGED {folder / path} is left out: {reason}"


def back_up(uri: str | Path, target: Path) -> int:
    """Copy the database of a store to a new file, and return its size in bytes.

    Raises
    ------
    Unsupported
        When the store is on a tracking server.
    AlreadyExists
        When the file exists.
    """
    from nbtrack.stores.sqlite.sqlite_store import SqliteStore

    place, found = locate.resolve(uri), locate.store(uri)
    if _is_in_postgres(place):
        from nbtrack.stores.postgres import postgres_backup

        return postgres_backup.back_up(place, target)
    if not isinstance(found, SqliteStore):
        shown = locate.without_password(str(uri))
        msg = f"{shown} can't be backed up from here: name the database of the server itself"
        raise Unsupported(msg)
    return found.back_up(target)


def restore(source: Path, uri: str | Path) -> None:
    """Restore a backup to a store that is empty or does not exist yet.

    Raises
    ------
    Unsupported
        When the store is on a tracking server.
    AlreadyExists
        When the store has runs, or, for a local one, a database.
    NotFound, DamagedStore
        When the file does not exist, or is not a backup of such a store.
    """
    place = locate.resolve(uri)
    if _is_in_postgres(place):
        locate.store(place)
        from nbtrack.stores.postgres import postgres_backup

        postgres_backup.restore(source, place)
        return
    if not locate.is_local(place):
        shown = locate.without_password(str(uri))
        msg = f"{shown} can't be restored from here: name the database of the server itself"
        raise Unsupported(msg)
    from nbtrack.stores.sqlite import restoring

    restoring.restore(source, locate.database_file(place))


def _is_in_postgres(place: str) -> bool:
    return locate.scheme(place).partition("+")[0] in locate.POSTGRES
