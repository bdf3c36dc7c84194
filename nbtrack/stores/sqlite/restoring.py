"""Restoring a backup of a local store."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from nbtrack.errors import AlreadyExists, DamagedStore, NotFound
from nbtrack.stores.sqlite import sqlite_schema

if TYPE_CHECKING:
    from pathlib import Path

_HEADER_BYTES = 100
_APPLICATION = slice(68, 72)
"""The offset of the application id in the header of an SQLite file."""


def restore(source: Path, target: Path) -> None:
    """Copy a backup to the path of a missing database.

    Raises
    ------
    AlreadyExists
        When there is a database.
    NotFound, DamagedStore
        When the backup does not exist, or is not valid.
    """
    if target.exists():
        msg = f"{target} already exists: restore into another folder, or move it away"
        raise AlreadyExists(msg)
    _require_backup(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        os.link(draft, target)
    except FileExistsError:
        msg = f"{target} was created by another program meanwhile"
        raise AlreadyExists(msg) from None
    finally:
        draft.unlink(missing_ok=True)


def _require_backup(source: Path) -> None:
    try:
        with source.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except FileNotFoundError:
        msg = f"There is no backup {source}"
        raise NotFound(msg) from None
    ours = sqlite_schema.APPLICATION_ID.to_bytes(4, "big")
    if not header.startswith(b"SQLite format 3\0") or header[_APPLICATION] != ours:
        msg = f"{source} is not a backup of a local store"
        raise DamagedStore(msg)
