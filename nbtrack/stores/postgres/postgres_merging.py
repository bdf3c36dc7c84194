"""Merges the points of a metric into few blocks; only one transaction at a time merges the blocks of a run."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.stores import blocks
from nbtrack.stores.sql import block_storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.stores.postgres.session import Session

_KEY = "hashtextextended('nbtrack blocks ' || r.id, 0)"
LOCK = f"SELECT pg_advisory_xact_lock({_KEY}) FROM runs r WHERE r.run_id = ?"
"""Takes the lock for merging or removing the blocks of a run, and holds it until the transaction ends."""
LOCK_ROW = f"SELECT pg_advisory_xact_lock({_KEY}) FROM runs r WHERE r.id = ?"
"""The same for a run by its number."""
TRY_LOCK = f"SELECT r.id, pg_try_advisory_xact_lock({_KEY}) FROM runs r WHERE r.run_id = ? FOR KEY SHARE SKIP LOCKED"
"""The same without waiting; selects the number of the run and whether the lock is obtained."""
BLOCK_COLUMNS = f"b.key, b.id, CASE WHEN b.count < {blocks.MAX_POINTS} THEN b.data END"
"""What `merge` needs of each block, in the order of key and number."""


class _Piece(NamedTuple):
    """A part of the points of a metric: a block with its number, or rows; without points if it is a full block."""

    number: int | None
    points: blocks.Points | None


def merge(
    session: Session, row: int, found: Iterable[tuple[str, int, bytes | None]], taken: Mapping[str, blocks.Points]
) -> None:
    """Merge adjacent blocks that are not full, and points that were rows, which come after the blocks."""
    for key, pieces in _pieces(found, taken).items():
        for is_full, group in groupby(pieces, key=lambda each: each.points is None):
            members = list(group)
            if not is_full and (len(members) > 1 or members[0].number is None):
                _replace(session, row, key, members)


def _pieces(
    found: Iterable[tuple[str, int, bytes | None]], taken: Mapping[str, blocks.Points]
) -> dict[str, list[_Piece]]:
    """Return the pieces of each metric in logged order: its blocks, and what were rows."""
    pieces: dict[str, list[_Piece]] = {}
    for key, number, data in found:
        pieces.setdefault(key, []).append(_Piece(number, blocks.unpack(data) if data else None))
    for key, points in taken.items():
        pieces.setdefault(key, []).append(_Piece(None, points))
    return pieces


def _replace(session: Session, row: int, key: str, members: Sequence[_Piece]) -> None:
    """Write pieces as blocks, which take over the numbers and so the position of those that they replace."""
    numbers = [each.number for each in members if each.number is not None]
    whole = blocks.concatenate([each.points for each in members if each.points is not None])
    session.execute("DELETE FROM blocks WHERE id = ANY(CAST(? AS BIGINT[]))", (numbers,))
    for number, part in zip_longest(numbers, block_storage.block_sized_parts(blocks.Points(*whole))):
        if part is None:
            return
        values = (row, key, len(part.values), blocks.pack(*part))
        if number is None:
            session.execute("INSERT INTO blocks (run, key, count, data) VALUES (?, ?, ?, ?)", values)
        else:
            session.execute("INSERT INTO blocks (run, key, count, data, id) VALUES (?, ?, ?, ?, ?)", (*values, number))
