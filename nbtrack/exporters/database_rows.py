"""The rows of a run in MLflow's tables; existing rows are unchanged."""

from __future__ import annotations

import math
import uuid
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.entities import RunStatus, SourceType
from nbtrack.exporters import run_models
from nbtrack.stores.logged_models import number_of
from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import apsw

    from nbtrack.entities import Dataset, Run, RunInfo
    from nbtrack.exporters.run_models import RunModel
    from nbtrack.stores.blocks import Points
    from nbtrack.stores.logged_models import LoggedModel

_GREATEST = 1.7976931348623157e308
"""The number that represents infinity."""
_INFO = (
    "INSERT INTO runs (run_uuid, experiment_id, name, user_id, status, start_time, end_time, lifecycle_stage,"
    " deleted_time, artifact_uri, source_type, source_name, source_version, entry_point_name)"
    f" VALUES (?{', ?' * 13}) ON CONFLICT DO UPDATE SET status = excluded.status, end_time = excluded.end_time"
    " WHERE status IN ('RUNNING', 'SCHEDULED')"
)
_POINT = "INSERT OR IGNORE INTO metrics (run_uuid, key, step, timestamp, value, is_nan) VALUES (?, ?, ?, ?, ?, ?)"
_LATEST = (
    "INSERT OR REPLACE INTO latest_metrics (run_uuid, key, step, timestamp, value, is_nan)"
    " SELECT run_uuid, key, step, timestamp, value, is_nan FROM metrics WHERE run_uuid = ? AND key = ?"
    " ORDER BY step DESC, timestamp DESC, value DESC LIMIT 1"
)
_INPUT = (
    "INSERT OR IGNORE INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_MODEL = (
    "INSERT OR IGNORE INTO logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms,"
    " last_updated_timestamp_ms, status, lifecycle_stage, model_type, source_run_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 'active', '', ?)"
)
_MODEL_POINT = (
    "INSERT OR IGNORE INTO logged_model_metrics (model_id, metric_name, metric_timestamp_ms, metric_step, metric_value,"
    " experiment_id, run_id, dataset_name, dataset_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DATASET = (
    "INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source,"
    " dataset_schema, dataset_profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def add_experiment_tags(connection: apsw.Connection, experiment: int, tags: Mapping[str, str]) -> None:
    """Add tags of an experiment."""
    connection.executemany(
        "INSERT OR IGNORE INTO experiment_tags (experiment_id, key, value) VALUES (?, ?, ?)",
        [(experiment, key, value) for key, value in tags.items()],
    )


def add_info(connection: apsw.Connection, info: RunInfo, experiment: int, uri: str, tags: Mapping[str, str]) -> None:
    """Add the row of a run, or end the existing one if it was running."""
    kind = tags.get(reserved.SOURCE_TYPE, "")
    source = (
        kind if kind in SourceType.__members__ else "UNKNOWN",
        tags.get(reserved.SOURCE_NAME, ""),
        tags.get(reserved.GIT_COMMIT, ""),
        tags.get(reserved.PROJECT_ENTRY_POINT, ""),
    )
    state = (RunStatus(info.status).value, info.start_time, info.end_time, str(info.lifecycle_stage), info.deleted_time)
    connection.execute(_INFO, (info.run_id, experiment, info.run_name, info.user_id, *state, uri, *source))


def add_texts(connection: apsw.Connection, run: Run) -> None:
    """Add the parameters and tags of a run."""
    for table, held in (("params", run.data.params), ("tags", run_models.without_outputs(run.data.tags))):
        connection.executemany(
            f"INSERT OR IGNORE INTO {table} (run_uuid, key, value) VALUES (?, ?, ?)",
            [(run.info.run_id, key, value) for key, value in held.items()],
        )


def add_points(connection: apsw.Connection, run_id: str, key: str, parts: Iterable[Points]) -> int:
    """Add the points of a metric, and return how many are new."""
    before = connection.total_changes()
    for part in parts:
        connection.executemany(_POINT, _points(run_id, key, part))
    added = connection.total_changes() - before
    if added:
        connection.execute(_LATEST, (run_id, key))
    return added


def _points(run_id: str, key: str, part: Points) -> Iterator[tuple[object, ...]]:
    for step, timestamp, value in zip(part.steps, part.timestamps, part.values, strict=True):
        number = float(value)
        is_nan = math.isnan(number)
        stored = 0.0 if is_nan else max(-_GREATEST, min(_GREATEST, number))
        yield run_id, key, int(step), int(timestamp), stored, is_nan


def add_datasets(connection: apsw.Connection, run: Run, experiment: int) -> None:
    """Add the datasets that a run has used."""
    for dataset, tags in run.inputs.dataset_inputs:
        identity = _dataset_id(connection, dataset, experiment)
        link = _add_input(connection, "DATASET", identity, "RUN", run.info.run_id)
        if link is not None:
            connection.executemany(
                "INSERT OR IGNORE INTO input_tags (input_uuid, name, value) VALUES (?, ?, ?)",
                [(link, each.key, each.value) for each in tags],
            )


def _dataset_id(connection: apsw.Connection, dataset: Dataset, experiment: int) -> str:
    select = "SELECT dataset_uuid FROM datasets WHERE experiment_id = ? AND name = ? AND digest = ?"
    found = rows.first_row(connection, select, (experiment, dataset.name, dataset.digest))
    if found is not None:
        return str(found[0])
    identity = uuid.uuid4().hex
    connection.execute(_DATASET, (identity, experiment, *dataset))
    return identity


def _add_input(
    connection: apsw.Connection, source: str, source_id: str, destination: str, destination_id: str, step: int = 0
) -> str | None:
    """Add an input or output of a run; return the id of the new row, or None if the row already exists."""
    identity = uuid.uuid4().hex
    connection.execute(_INPUT, (identity, source, source_id, destination, destination_id, step))
    return identity if connection.changes() else None


def add_models(connection: apsw.Connection, run: Run, experiment: int, artifacts: str) -> None:
    """Add the models that a run has logged, read or written; their files are among its artifacts."""
    run_id = run.info.run_id
    for model in run_models.models_of(run):
        _add_model(connection, model, experiment, f"{artifacts}/{model.path}", run_id)
    for output in run_models.outputs_of(run):
        _add_input(connection, "RUN_OUTPUT", run_id, "MODEL_OUTPUT", output.model_id, output.step)
    for each in run_models.inputs_of(run):
        _add_input(connection, "RUN_INPUT", run_id, "MODEL_INPUT", each.model_id)


def add_model_values(connection: apsw.Connection, model: LoggedModel, experiment: int) -> None:
    """Add parameters, tags and metrics to an existing model."""
    about = (model.model_type, number_of(model.status), model.model_id)
    connection.execute("UPDATE logged_models SET model_type = ?, status = ? WHERE model_id = ?", about)
    _add_model_texts(connection, model.model_id, experiment, model.params, model.tags)
    connection.executemany(
        _MODEL_POINT,
        [
            (model.model_id, each.key, each.timestamp, each.step, _stored(each.value), experiment, *each[-3:])
            for each in model.points
        ],
    )


def _stored(value: float) -> float | None:
    return None if math.isnan(value) else max(-_GREATEST, min(_GREATEST, value))


def _add_model(connection: apsw.Connection, model: RunModel, experiment: int, location: str, run_id: str) -> None:
    state = (model.created, model.created, run_models.READY, run_id)
    connection.execute(_MODEL, (model.model_id, experiment, model.name, location, *state))
    _add_model_texts(connection, model.model_id, experiment, model.params, model.tags)


def _add_model_texts(
    connection: apsw.Connection, model_id: str, experiment: int, params: Mapping[str, str], tags: Mapping[str, str]
) -> None:
    for kind, held in (("param", params), ("tag", tags)):
        connection.executemany(
            f"INSERT OR IGNORE INTO logged_model_{kind}s (model_id, experiment_id, {kind}_key, {kind}_value)"
            " VALUES (?, ?, ?, ?)",
            [(model_id, experiment, key, value) for key, value in held.items()],
        )
