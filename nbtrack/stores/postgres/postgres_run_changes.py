"""Changes attributes of a run; the points of a run that ends are stored in as few blocks as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.stores.postgres import postgres_batch, postgres_merging, postgres_points
from nbtrack.stores.sql import rows, runs

if TYPE_CHECKING:
    from nbtrack.stores.postgres.session import Session, Statement

_TAKE_CROWDED = f"""
    DELETE FROM points p USING (
        SELECT t.run, t.key FROM points t JOIN runs r ON r.id = t.run WHERE r.run_id = ?
        GROUP BY t.run, t.key HAVING COUNT(*) >= {postgres_points.MIN_BLOCK_POINTS}
    ) AS crowded WHERE p.run = crowded.run AND p.key = crowded.key
    RETURNING p.key, p.id, p.step, p.timestamp, p.value"""
_BLOCKS = f"""
    SELECT {postgres_merging.BLOCK_COLUMNS}
    FROM blocks b JOIN runs r ON r.id = b.run WHERE r.run_id = ? ORDER BY b.key, b.id"""


def change(session: Session, run_id: str, wanted: runs.Change) -> Statement:
    """Apply a change in the transaction of a session, and select `rows.RUN_COLUMNS` as they are afterwards."""
    known = session.execute("SELECT id, stage FROM runs WHERE run_id = ?", (run_id,))
    if wanted.ends:
        session.execute(postgres_merging.LOCK, (run_id,))
    taken = session.execute(_TAKE_CROWDED, (run_id,)) if wanted.ends else ()
    found = session.execute(_BLOCKS, (run_id,)) if wanted.ends else ()
    row, stage = runs.existing(run_id, known)
    postgres_merging.merge(session, row, found, postgres_batch.rows_by_key(taken))
    runs.apply(session, row, run_id, stage, wanted)
    return session.execute(f"SELECT {rows.RUN_COLUMNS} FROM runs r WHERE r.id = ?", (row,))
