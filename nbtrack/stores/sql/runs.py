"""Runs, parameters, tags and inputs in SQL."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from nbtrack import tags as reserved
from nbtrack.entities import DatasetSummary, RunStatus
from nbtrack.errors import InvalidValue, NotFound, Unchangeable, WrongState
from nbtrack.stores import run_names
from nbtrack.stores.sql import experiments, rows
from nbtrack.validation import experiment_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import DatasetInput, Run, RunInfo
    from nbtrack.stores.sql.database import Connection


def create(
    connection: Connection, experiment_id: str, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
) -> str:
    """Insert a RUNNING run and return its id."""
    experiment = active_experiment(connection, experiment_id)
    name = agreed_name(name, tags)
    newest = rows.first_row(connection, "SELECT MAX(id) FROM runs")
    row = ((newest and newest[0]) or 0) + 1
    run_id = f"{random_id()}{row % 16:x}"
    home = rows.first_row(connection, "SELECT artifact_location FROM experiments WHERE id = ?", (experiment,))
    uri = f"{home[0].rstrip('/')}/{run_id}/artifacts" if home and home[0] else None
    connection.execute(
        "INSERT INTO runs (id, run_id, experiment, name, user_id, status, start_time, artifact_uri)"
        " VALUES (?, ?, ?, ?, ?, 'RUNNING', ?, ?)",
        (row, run_id, experiment, name, user_id, start_time, uri),
    )
    set_tags(connection, row, [*tags.items(), (reserved.RUN_NAME, name)])
    return run_id


def active_experiment(connection: Connection, experiment_id: str) -> int:
    """Return the row number of an experiment that accepts runs."""
    experiment, stage = experiments.row_and_stage(connection, experiment_id)
    require_active_experiment(experiment_id, stage)
    return experiment


def require_active_experiment(experiment_id: str, stage: str) -> None:
    """Raise `WrongState` unless this is the stage of an experiment that accepts runs."""
    if stage != "active":
        msg = f"The experiment {experiment_id} must be in the 'active' state: restore it, or use another one"
        raise WrongState(msg)


def random_id() -> str:
    """Return the id of a new run without its last digit, which counts up so that consecutive runs differ in colour."""
    return os.urandom(16).hex()[:31]


def agreed_name(name: str | None, tags: Mapping[str, str]) -> str:
    """Return the name of a new run: the given one, or a generated one."""
    tag = tags.get(reserved.RUN_NAME)
    if name and tag and name != tag:
        both = f"Both 'run_name' argument and {reserved.RUN_NAME!r} tag are specified, but with different values"
        msg = f"{both} (run_name={name!r}, {reserved.RUN_NAME}={tag!r}). Pass only one of them."
        raise InvalidValue(msg)
    return name or tag or run_names.run_name()


def get(connection: Connection, roots: rows.ArtifactRoots, run_id: str) -> Run:
    """Return one run."""
    sql = f"SELECT {rows.RUN_COLUMNS} FROM runs r WHERE r.id = ?"
    return rows.runs(connection, roots, list(connection.execute(sql, (row_number(connection, run_id),))))[0]


def info(connection: Connection, roots: rows.ArtifactRoots, run_id: str) -> RunInfo:
    """Return the metadata of one run."""
    sql = f"SELECT {rows.RUN_COLUMNS} FROM runs r WHERE r.run_id = ?"
    return rows.info(existing(run_id, connection.execute(sql, (run_id,))), roots)


def row_number(connection: Connection, run_id: str) -> int:
    """Return the row number of a run."""
    return int(_row_and_stage(connection, run_id)[0])


def writable_row(connection: Connection, run_id: str) -> int:
    """Return the row number of a run that accepts writes."""
    row, stage = _row_and_stage(connection, run_id)
    require_active(run_id, stage)
    return int(row)


def active(connection: Connection, run_ids: Sequence[str]) -> set[str]:
    """Return those of some runs that exist and are not deleted."""
    statement = "SELECT run_id FROM runs WHERE stage = 'active' AND run_id IN ({})"
    return {run_id for (run_id,) in rows.select_in(connection, statement, run_ids)}


def _row_and_stage(connection: Connection, run_id: str) -> tuple[Any, ...]:
    return existing(run_id, connection.execute("SELECT id, stage FROM runs WHERE run_id = ?", (run_id,)))


def existing(run_id: str, found: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return the row that was selected for a run; `NotFound` when there is none."""
    row = next(iter(found), None)
    if row is None:
        msg = f"Run with id={run_id} not found"
        raise NotFound(msg)
    return row


def require_active(run_id: str, stage: str) -> None:
    """Raise `WrongState` unless this is the stage of a run that accepts writes."""
    if stage != "active":
        msg = f"The run {run_id} must be in the 'active' state and is deleted: restore it before you write to it"
        raise WrongState(msg)


class Change(NamedTuple):
    """New values for attributes of a run; None leaves one unchanged."""

    status: str | None = None
    end_time: int | None = None
    name: str | None = None
    stage: str | None = None
    experiment_id: str | None = None

    @property
    def ends(self) -> bool:
        """Whether the change ends the run."""
        return self.status is not None and RunStatus.is_terminated(self.status)


def update(connection: Connection, run_id: str, change: Change) -> None:
    """Apply a change; of a deleted run only the stage can change."""
    row, stage = _row_and_stage(connection, run_id)
    apply(connection, int(row), run_id, stage, change)


def apply(connection: Connection, row: int, run_id: str, present: str, change: Change) -> None:
    """Apply a change to a run whose row number and present stage are known."""
    status, end_time, name, stage, experiment_id = change
    if stage is not None:
        deleted = time.time_ns() // 1_000_000 if stage == "deleted" else None
        connection.execute("UPDATE runs SET stage = ?, deleted = ? WHERE id = ?", (stage, deleted, row))
        present = stage
    if experiment_id is not None or status is not None or end_time is not None or name:
        require_active(run_id, present)
    if experiment_id is not None:
        _move(connection, row, experiment_id)
    if status is not None:
        ended = end_time if change.ends else None
        connection.execute(
            "UPDATE runs SET status = ?, end_time = ? WHERE id = ?", (RunStatus.to_string(status), ended, row)
        )
    elif end_time is not None:
        connection.execute("UPDATE runs SET end_time = ? WHERE id = ?", (end_time, row))
    if name:
        set_tags(connection, row, [(reserved.RUN_NAME, name)])


def _move(connection: Connection, row: int, experiment_id: str) -> None:
    """Move a run to another experiment; its artifacts stay where they are."""
    connection.execute(
        "UPDATE runs SET experiment = ?,"
        " artifact_uri = COALESCE(artifact_uri, './' || experiment || '/' || run_id || '/artifacts') WHERE id = ?",
        (active_experiment(connection, experiment_id), row),
    )


def purge(connection: Connection, run_ids: Iterable[str], experiment_ids: Iterable[str]) -> None:
    """Permanently delete runs and experiments."""
    for run_id in run_ids:
        connection.execute("DELETE FROM runs WHERE run_id = ? AND stage = 'deleted'", (run_id,))
    for experiment_id in experiment_ids:
        number, _ = experiments.row_and_stage(connection, experiment_id)
        connection.execute("DELETE FROM experiments WHERE id = ? AND stage = 'deleted'", (number,))


def log_params(connection: Connection, row: int, run_id: str, params: Iterable[tuple[str, str]]) -> None:
    """Write parameters; `Unchangeable` when one has another value already."""
    for key, value in params:
        connection.execute("INSERT INTO params VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (row, key, value))
        kept = rows.first_row(connection, "SELECT value FROM params WHERE run = ? AND key = ?", (row, key))
        if kept != (value,):
            refuse_change(run_id, key, kept and kept[0], value)


def refuse_change(run_id: str, key: str, was: object, value: str) -> NoReturn:
    """Raise the error for a parameter that has another value."""
    msg = (
        f"Changing param values is not allowed. Param with key={key!r} of run {run_id} is {_shortened(was)} and"
        f" cannot become {_shortened(value)}"
    )
    raise Unchangeable(msg)


def _shortened(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 200 else shown[:200] + "…"


def set_tags(connection: Connection, row: int, tags: Iterable[tuple[str, str]]) -> None:
    """Set tags; the tag of the run's name renames the run."""
    for key, value in tags:
        if key == reserved.RUN_NAME and value:
            connection.execute("UPDATE runs SET name = ? WHERE id = ?", (value, row))
        connection.execute(
            "INSERT INTO tags VALUES (?, ?, ?) ON CONFLICT (run, key) DO UPDATE SET value = excluded.value",
            (row, key, value),
        )


def tag(connection: Connection, run_id: str, key: str) -> str | None:
    """Return a tag of a run, or None."""
    sql = "SELECT t.value FROM runs r JOIN tags t ON t.run = r.id AND t.key = ? WHERE r.run_id = ?"
    found = rows.first_row(connection, sql, (key, run_id))
    return found[0] if found else None


def experiment_of(connection: Connection, run_id: str) -> str:
    """Return the id of the experiment of a run; `NotFound` when there is no such run."""
    (number,) = existing(run_id, connection.execute("SELECT experiment FROM runs WHERE run_id = ?", (run_id,)))
    return str(number)


def delete_tag(connection: Connection, row: int, run_id: str, key: str) -> None:
    """Remove a tag."""
    if rows.first_row(connection, "DELETE FROM tags WHERE run = ? AND key = ? RETURNING key", (row, key)) is None:
        msg = f"No tag with name: {key} in run with id {run_id}"
        raise NotFound(msg)


def drop(connection: Connection, row: int, run_id: str, key: str) -> None:
    """Remove a parameter, and a metric except its points."""
    gone = [
        rows.first_row(connection, f"DELETE FROM {table} WHERE run = ? AND key = ? RETURNING key", (row, key))
        for table in ("params", "latest_metrics")
    ]
    if not any(gone):
        msg = f"Run {run_id} has no parameter or metric {key!r}"
        raise NotFound(msg)


def log_inputs(connection: Connection, row: int, inputs: Iterable[DatasetInput]) -> None:
    """Write dataset inputs; a known dataset or input keeps its first description and tags."""
    for dataset, tags in inputs:
        connection.execute(
            "INSERT INTO datasets (experiment, name, digest, source_type, source, schema, profile)"
            " SELECT experiment, ?, ?, ?, ?, ?, ? FROM runs WHERE id = ? ON CONFLICT DO NOTHING",
            (*dataset, row),
        )
        known = rows.first_row(
            connection,
            "SELECT d.id FROM datasets d JOIN runs r ON r.experiment = d.experiment"
            " WHERE r.id = ? AND d.name = ? AND d.digest = ?",
            (row, dataset.name, dataset.digest),
        )
        identity = known and known[0]
        added = rows.first_row(
            connection, "INSERT INTO inputs VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING run", (row, identity)
        )
        if added is not None:
            for key, value in tags:
                connection.execute("INSERT INTO input_tags VALUES (?, ?, ?, ?)", (row, identity, key, value))


def dataset_summaries(connection: Connection, experiment_ids: Sequence[str], limit: int) -> list[DatasetSummary]:
    """Return the first datasets that runs of some experiments read; see `Store.dataset_summaries`."""
    numbers = [experiment_number(each) for each in experiment_ids]
    found = connection.execute(
        "SELECT DISTINCT r.experiment, d.name, d.digest, t.value FROM runs r JOIN inputs i ON i.run = r.id"
        " JOIN datasets d ON d.id = i.dataset LEFT JOIN input_tags t"
        f" ON t.run = i.run AND t.dataset = i.dataset AND t.key = '{reserved.DATASET_CONTEXT}'"
        f" WHERE r.experiment IN ({','.join('?' * len(numbers))}) ORDER BY 1, 2, 3, 4 LIMIT ?",
        (*numbers, limit),
    )
    return [DatasetSummary(str(number), *described) for number, *described in found]
