"""Experiments in SQL."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbtrack.errors import AlreadyExists, NotFound, WrongState
from nbtrack.stores.sql import rows
from nbtrack.validation import experiment_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbtrack.entities import Experiment
    from nbtrack.stores.sql.database import Connection


def _now() -> int:
    return time.time_ns() // 1_000_000


def create(connection: Connection, name: str, artifact_location: str | None, tags: Mapping[str, str]) -> str:
    """Insert an experiment and return its id."""
    now = _now()
    created = rows.first_row(
        connection,
        "INSERT INTO experiments (name, artifact_location, created, updated) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (name) DO NOTHING RETURNING id",
        (name, artifact_location, now, now),
    )
    if created is None:
        _refuse_taken_name(connection, name)
    experiment_id = str(created[0]) if created else ""
    tag(connection, experiment_id, tags)
    return experiment_id


def _refuse_taken_name(connection: Connection, name: str) -> None:
    taken = rows.first_row(connection, "SELECT id, stage FROM experiments WHERE name = ?", (name,))
    if taken is None:
        return
    hint = "" if taken[1] == "active" else ": it is deleted; restoring it restores its runs too"
    msg = f"Experiment(name={name}) already exists, with id {taken[0]}{hint}"
    raise AlreadyExists(msg)


def row_and_stage(connection: Connection, experiment_id: str) -> tuple[int, str]:
    """Return the row number and the stage of an experiment."""
    sql = "SELECT id, stage FROM experiments WHERE id = ?"
    row, stage = existing(experiment_id, connection.execute(sql, (experiment_number(experiment_id),)))
    return int(row), str(stage)


def existing(experiment_id: str, found: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return the row that was selected for an experiment; `NotFound` when there is none."""
    row = next(iter(found), None)
    if row is None:
        msg = f"No Experiment with id={experiment_id} exists"
        raise NotFound(msg)
    return row


def get(connection: Connection, roots: rows.ArtifactRoots, experiment_id: str) -> Experiment:
    """Return one experiment."""
    sql = f"SELECT {rows.EXPERIMENT_COLUMNS} FROM experiments r WHERE r.id = ?"
    found = existing(experiment_id, connection.execute(sql, (experiment_number(experiment_id),)))
    return rows.experiments(connection, roots, [found])[0]


def find(connection: Connection, roots: rows.ArtifactRoots, name: str) -> Experiment | None:
    """Return the experiment of that name, or None."""
    sql = f"SELECT {rows.EXPERIMENT_COLUMNS} FROM experiments r WHERE r.name = ?"
    found = rows.experiments(connection, roots, list(connection.execute(sql, (name,))))
    return found[0] if found else None


def update(connection: Connection, experiment_id: str, name: str | None, stage: str | None) -> None:
    """Rename, delete or restore."""
    row, present = row_and_stage(connection, experiment_id)
    now = _now()
    if name is not None:
        if present != "active":
            msg = f"The experiment {experiment_id} must be in the 'active' state: restore it before you rename it"
            raise WrongState(msg)
        current = rows.first_row(connection, "SELECT name FROM experiments WHERE id = ?", (row,))
        if current != (name,):
            _refuse_taken_name(connection, name)
        connection.execute("UPDATE experiments SET name = ?, updated = ? WHERE id = ?", (name, now, row))
    if stage is not None:
        if stage == present:
            msg = f"No {'active' if stage == 'deleted' else 'deleted'} experiment with id {experiment_id} was found"
            raise NotFound(msg)
        deleted = now if stage == "deleted" else None
        connection.execute("UPDATE experiments SET stage = ?, updated = ? WHERE id = ?", (stage, now, row))
        connection.execute("UPDATE runs SET stage = ?, deleted = ? WHERE experiment = ?", (stage, deleted, row))


def tag(connection: Connection, experiment_id: str, tags: Mapping[str, str | None]) -> None:
    """Set tags, or remove those that are None."""
    row, stage = row_and_stage(connection, experiment_id)
    if stage != "active":
        msg = f"The experiment {experiment_id} must be in the 'active' state: restore it before you tag it"
        raise WrongState(msg)
    for key, value in tags.items():
        if value is None:
            sql = "DELETE FROM experiment_tags WHERE experiment = ? AND key = ? RETURNING key"
            if rows.first_row(connection, sql, (row, key)) is None:
                msg = f"No tag with name: {key} in experiment with id {experiment_id}"
                raise NotFound(msg)
            continue
        connection.execute(
            "INSERT INTO experiment_tags VALUES (?, ?, ?)"
            " ON CONFLICT (experiment, key) DO UPDATE SET value = excluded.value",
            (row, key, value),
        )
