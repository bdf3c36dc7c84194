"""Writing the calls of several clients in one transaction, by statements for all of them; see `write_calls`.

The first exchange locks the rows of the runs and selects what decides; the second one writes and commits. Only what is
usual is written so. The rest is made alone, by `postgres_runs`, `postgres_batch` or `postgres_run_changes`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from nbtrack.entities import RunStatus
from nbtrack.errors import InvalidValue
from nbtrack.stores.postgres import postgres_points
from nbtrack.stores.postgres.grouped_batches import Batch, Batches, columns
from nbtrack.stores.postgres.postgres_runs import NewRun
from nbtrack.stores.sql import rows, runs
from nbtrack.stores.write_calls import ALONE, CreateRun, LogBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import Run, RunInfo
    from nbtrack.stores.postgres.postgres_database import PostgresDatabase
    from nbtrack.stores.postgres.session import Session
    from nbtrack.stores.write_calls import Alone, UpdateRun, WriteCall

_EXPERIMENTS = """
    SELECT id, artifact_location FROM experiments WHERE id = ANY(CAST(? AS BIGINT[])) AND stage = 'active'
    FOR SHARE SKIP LOCKED"""
_NUMBERS = """
    SELECT nextval(sequence.name) FROM generate_series(1, CAST(? AS INTEGER)),
    (SELECT CAST(pg_get_serial_sequence('runs', 'id') AS regclass) AS name OFFSET 0) AS sequence"""
_CREATE = """
    INSERT INTO runs (id, run_id, experiment, name, user_id, status, start_time, artifact_uri)
    SELECT id, run_id, experiment, name, user_id, 'RUNNING', start_time, uri
    FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[]), CAST(? AS BIGINT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[]),
        CAST(? AS BIGINT[]), CAST(? AS TEXT[])) AS given (id, run_id, experiment, name, user_id, start_time, uri)"""
_TAGS = "INSERT INTO tags SELECT * FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[]))"
_LOCK = """
    SELECT run_id, id FROM runs WHERE run_id = ANY(CAST(? AS TEXT[])) AND stage = 'active'
    FOR NO KEY UPDATE SKIP LOCKED"""
_LONG = f"""
    SELECT r.run_id FROM runs r WHERE r.run_id = ANY(CAST(? AS TEXT[])) AND (
        EXISTS (SELECT 1 FROM blocks b WHERE b.run = r.id)
        OR EXISTS (SELECT 1 FROM points p WHERE p.run = r.id OFFSET {postgres_points.MIN_BLOCK_POINTS - 1})
    )"""
_END = f"""
    UPDATE runs r SET status = given.status, end_time = given.end_time
    FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[]), CAST(? AS BIGINT[])) AS given (id, status, end_time)
    WHERE r.id = given.id RETURNING {rows.RUN_COLUMNS}"""


class Creation:
    """A run to create, and the run once it is created."""

    def __init__(self, call: CreateRun) -> None:
        self.new = NewRun.described(*call)
        self.result: Run | Alone = ALONE


class Ending:
    """A run to end, and its info once it has ended."""

    def __init__(self, call: UpdateRun) -> None:
        self.run_id, self.status, self.end_time = call.run_id, call.status or "", call.end_time
        self.result: RunInfo | Alone = ALONE


Write = Creation | Batch | Ending


def as_write(call: WriteCall) -> Write | None:
    """Return what to write for a call; None if it can't be written with others, or is invalid."""
    if isinstance(call, CreateRun):
        with contextlib.suppress(InvalidValue):
            return Creation(call)
        return None
    if isinstance(call, LogBatch):
        batch = Batch(call)
        return batch if batch.is_plain else None
    return Ending(call) if runs.Change(call.status).ends and not call.name else None


def write_all(database: PostgresDatabase, roots: rows.ArtifactRoots, writes: Sequence[Write]) -> None:
    """Write what changes different runs in one transaction, and give each that is written its result."""
    with database.writing() as session:
        creations = _Creations(session, roots, [each for each in writes if isinstance(each, Creation)])
        locked = _locked(session, [each.run_id for each in writes if isinstance(each, Batch | Ending)])
        batches = Batches(session, [each for each in writes if isinstance(each, Batch)])
        endings = _Endings(session, [each for each in writes if isinstance(each, Ending)])
        made = creations.write()
        numbers = dict(locked)
        logged, ended = batches.write(numbers), endings.write(numbers)
    for creation, run in made:
        creation.result = run
    for batch in logged:
        batch.result = batch.end
    infos = {row[1]: rows.info(row, roots) for row in ended}
    for each in writes:
        if isinstance(each, Ending):
            each.result = infos.get(each.run_id, ALONE)


def _locked(session: Session, run_ids: Sequence[str]) -> Iterable[tuple[str, int]]:
    """Select the runs that accept writes, with their numbers, and lock them."""
    return session.execute(_LOCK, (run_ids,)) if run_ids else ()


class _Creations:
    """The runs to create."""

    def __init__(self, session: Session, roots: rows.ArtifactRoots, creations: Sequence[Creation]) -> None:
        self._session, self._roots, self._creations = session, roots, creations
        self._homes: Iterable[tuple[int, str | None]] = ()
        self._numbers: Iterable[tuple[int]] = ()
        if creations:
            self._homes = session.execute(_EXPERIMENTS, (list({each.new.experiment for each in creations}),))
            self._numbers = session.execute(_NUMBERS, (len(creations),))

    def write(self) -> list[tuple[Creation, Run]]:
        """Insert those whose experiments accept runs, and return these."""
        homes = dict(self._homes)
        made, tags, found = [], [], []
        for each, (number,) in zip(self._creations, self._numbers, strict=True):
            new = each.new
            if new.experiment in homes:
                run_id, home = new.run_id(number), homes[new.experiment]
                uri = f"{home.rstrip('/')}/{run_id}/artifacts" if home else None
                made.append((number, run_id, new.experiment, new.name, new.user_id, new.start_time, uri))
                tags += [(number, *pair) for pair in new.tags.items()]
                found.append((each, new.run(self._roots, run_id, uri)))
        if made:
            self._session.execute(_CREATE, columns(made))
            self._session.execute(_TAGS, columns(tags))
        return found


class _Endings:
    """The runs to end."""

    def __init__(self, session: Session, endings: Sequence[Ending]) -> None:
        self._session, self._endings = session, endings
        self._long: Iterable[tuple[str]] = ()
        if endings:
            self._long = session.execute(_LONG, ([each.run_id for each in endings],))

    def write(self, numbers: Mapping[str, int]) -> Iterable[tuple[Any, ...]]:
        """End those whose points need not be merged, and select their rows."""
        long = {run_id for (run_id,) in self._long}
        accepted = [
            (numbers[each.run_id], RunStatus.to_string(each.status), each.end_time)
            for each in self._endings
            if each.run_id in numbers and each.run_id not in long
        ]
        return self._session.execute(_END, columns(accepted)) if accepted else ()
