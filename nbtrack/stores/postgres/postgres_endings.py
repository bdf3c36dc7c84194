"""Changing the attributes of a run; the points of one that ends are stored in as few blocks as possible."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.stores import blocks
from nbtrack.stores.postgres import postgres_batch, postgres_points
from nbtrack.stores.sql import block_storage, rows, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.stores.postgres.session import Session, Statement

_TAKE_CROWDED = f"""
    DELETE FROM points p USING (
        SELECT t.run, t.key FROM points t JOIN runs r ON r.id = t.run WHERE r.run_id = ?
        GROUP BY t.run, t.key HAVING COUNT(*) >= {postgres_points.MIN_BLOCK_POINTS}
    ) AS crowded WHERE p.run = crowded.run AND p.key = crowded.key
    RETURNING p.key, p.id, p.step, p.timestamp, p.value"""
_BLOCKS = f"""
    SELECT b.key, b.id, CASE WHEN b.count < {blocks.MAX_POINTS} THEN b.data END
    FROM blocks b JOIN runs r ON r.id = b.run WHERE r.run_id = ? ORDER BY b.key, b.id"""


class _Piece(NamedTuple):
    """A part of the points of a metric: a block with its number, or rows; without points if it is a full block."""

    number: int | None
    points: blocks.Points | None


def change(session: Session, run_id: str, wanted: runs.Change) -> Statement:
    """Apply a change in the transaction of a session, and select `rows.RUN_COLUMNS` as they are afterwards."""
    known = session.execute("SELECT id, stage FROM runs WHERE run_id = ?", (run_id,))
    taken = session.execute(_TAKE_CROWDED, (run_id,)) if wanted.ends else ()
    found = session.execute(_BLOCKS, (run_id,)) if wanted.ends else ()
    row, stage = runs.existing(run_id, known)
    for key, pieces in _pieces(found, postgres_batch.rows_by_key(taken)).items():
        _merge(session, row, key, pieces)
    runs.apply(session, row, run_id, stage, wanted)
    return session.execute(f"SELECT {rows.RUN_COLUMNS} FROM runs r WHERE r.id = ?", (row,))


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


def _merge(session: Session, row: int, key: str, pieces: Iterable[_Piece]) -> None:
    """Merge adjacent pieces that are no full blocks."""
    for is_full, group in groupby(pieces, key=lambda each: each.points is None):
        members = list(group)
        if not is_full and (len(members) > 1 or members[0].number is None):
            _replace(session, row, key, members)


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
