"""Writes runs and experiments of another store, with their ids, times and stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack.entities import RunStatus
from nbtrack.errors import AlreadyExists, InvalidValue
from nbtrack.stores import blocks
from nbtrack.stores.run_ids import is_run_id
from nbtrack.stores.sql import experiments, rows, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbtrack.entities import Experiment, Run, RunInfo
    from nbtrack.stores.blocks import Points
    from nbtrack.stores.sql.database import Connection, PointStorage

    Histories = Iterable[tuple[str, Iterable[Points]]]
    """The metrics of a run, each with its points in parts."""

_INFO = "run_id, experiment, name, user_id, status, start_time, end_time, stage, deleted, artifact_uri"


class Written(NamedTuple):
    """What was added to a store."""

    is_new: bool
    """Whether the run was not there before."""
    points: int


def write_experiment(connection: Connection, experiment: Experiment, location: str | None) -> str:
    """Insert an experiment under a new id, and return the id; `AlreadyExists` if the name is taken."""
    created = experiments.create(connection, experiment.name, location, experiment.tags)
    connection.execute(
        "UPDATE experiments SET stage = ?, created = COALESCE(?, created), updated = COALESCE(?, updated) WHERE id = ?",
        (experiment.lifecycle_stage, experiment.creation_time, experiment.last_update_time, int(created)),
    )
    return created


def write_run(
    connection: Connection,
    storage: PointStorage,
    run: Run,
    experiment_id: str,
    artifact_uri: str | None,
    histories: Histories,
) -> Written:
    """Insert a run, or add missing data to the one with its id.

    Raises
    ------
    InvalidValue
        When the id cannot be that of a run.
    AlreadyExists
        When another experiment has a run with this id.
    """
    known = _known_row(connection, run.info.run_id, experiment_id)
    row = known or _insert_info(connection, run.info, experiment_id, artifact_uri)
    if known:
        _end(connection, row, run.info)
    _add_texts(connection, row, run)
    runs.log_inputs(connection, row, run.inputs.dataset_inputs)
    points = sum(_add_points(connection, storage, row, key, parts, bool(known)) for key, parts in histories)
    return Written(not known, points)


def _known_row(connection: Connection, run_id: str, experiment_id: str) -> int:
    """Return the row number of a run, 0 if it does not exist."""
    if not is_run_id(run_id):
        msg = f"{run_id[:80]!r} is not the id of a run"
        raise InvalidValue(msg)
    found = rows.first_row(connection, "SELECT id, experiment FROM runs WHERE run_id = ?", (run_id,))
    if found is None:
        return 0
    if str(found[1]) != experiment_id:
        msg = f"Run {run_id} already exists, in experiment {found[1]}"
        raise AlreadyExists(msg)
    return int(found[0])


def _insert_info(connection: Connection, info: RunInfo, experiment_id: str, artifact_uri: str | None) -> int:
    times = (info.start_time, info.end_time)
    state = (info.lifecycle_stage, info.deleted_time, artifact_uri)
    inserted = rows.first_row(
        connection,
        f"INSERT INTO runs ({_INFO}) VALUES (?{', ?' * 9}) RETURNING id",
        (info.run_id, int(experiment_id), info.run_name, info.user_id, info.status, *times, *state),
    )
    return int(inserted[0]) if inserted else 0


def _end(connection: Connection, row: int, info: RunInfo) -> None:
    """End a run that was running when it was written."""
    if RunStatus.is_terminated(info.status):
        connection.execute(
            "UPDATE runs SET status = ?, end_time = ? WHERE id = ? AND status IN ('RUNNING', 'SCHEDULED')",
            (info.status, info.end_time, row),
        )


def _add_texts(connection: Connection, row: int, run: Run) -> None:
    for table, held in (("params", run.data.params), ("tags", run.data.tags)):
        for key, value in held.items():
            connection.execute(f"INSERT INTO {table} VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (row, key, value))


def _add_points(
    connection: Connection, storage: PointStorage, row: int, key: str, parts: Iterable[Points], partly: bool
) -> int:
    """Add the missing points, which were logged last; return how many."""
    skipped, added = storage.count(connection, row, key) if partly else 0, 0
    for part in _block_sized(parts):
        count = len(part.values)
        new = blocks.Points(*(each[skipped:] for each in part)) if skipped else part
        skipped = max(0, skipped - count)
        if len(new.values):
            storage.add(connection, row, {key: new})
            added += len(new.values)
    return added


def _block_sized(parts: Iterable[Points]) -> Iterator[Points]:
    """Yield points in parts that are large enough for a block, except the last one."""
    pending: list[Points] = []
    count = 0
    for part in parts:
        pending.append(part)
        count += len(part.values)
        if count >= blocks.MAX_POINTS:
            yield blocks.concatenate(pending)
            pending, count = [], 0
    if count:
        yield blocks.concatenate(pending)
