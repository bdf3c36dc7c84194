"""Views that show the tables of MLflow's schema, attached as ``mlflow``, as the tables of ours.

A row number of ours is the rowid of a run there. Older schemas lack tables and columns, which get their defaults.
MLflow stores NaN as 0 with a flag, and the infinities as the greatest numbers; ours has NULL for NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import apsw

_GREATEST = "1.7976931348623157e308"
_OWNER = "JOIN mlflow.runs r ON r.run_uuid = {}.run_uuid"
_INPUTS = (
    "mlflow.inputs i JOIN mlflow.runs r ON r.run_uuid = i.destination_id"
    " AND i.source_type = 'DATASET' AND i.destination_type = 'RUN'"
)


class _Schema:
    """The tables and columns that an attached database has."""

    def __init__(self, connection: apsw.Connection) -> None:
        tables = connection.execute("SELECT name FROM mlflow.sqlite_schema WHERE type = 'table'")
        self._columns = {
            name: {
                column for (column,) in connection.execute("SELECT name FROM pragma_table_info(?, 'mlflow')", (name,))
            }
            for (name,) in list(tables)
        }

    def has(self, table: str) -> bool:
        """Return whether there is a table."""
        return table in self._columns

    def column(self, table: str, alias: str, name: str, default: str = "NULL") -> str:
        """Return the SQL of a column, or of a default if the table does not have it."""
        return f"{alias}.{name}" if name in self._columns.get(table, ()) else default


def _metric_value(schema: _Schema, table: str, alias: str) -> str:
    """Return the SQL of the value of a metric: NULL for NaN, and infinite if it is one of the greatest numbers."""
    nan = f"WHEN {schema.column(table, alias, 'is_nan', '0')} THEN NULL "
    value = f"{alias}.value"
    infinite = f"WHEN {value} >= {_GREATEST} THEN 9e999 WHEN {value} <= -{_GREATEST} THEN -9e999"
    return f"CASE {nan}{infinite} ELSE {value} + 0.0 END"


def create(connection: apsw.Connection) -> None:
    """Create the views in a connection with an attached database."""
    schema = _Schema(connection)
    for name, select in _views(schema).items():
        connection.execute(f"CREATE TEMP VIEW {name} AS {select}")


def _views(schema: _Schema) -> dict[str, str]:
    return {
        "experiments": _experiments(schema),
        "experiment_tags": _experiment_tags(schema),
        "runs": _runs(schema),
        "params": _params(),
        "tags": _tags(schema),
        "points": _points(schema),
        "latest_metrics": _latest_metrics(schema),
        **_datasets(schema),
    }


def _experiments(schema: _Schema) -> str:
    created = schema.column("experiments", "e", "creation_time", "0")
    updated = schema.column("experiments", "e", "last_update_time", "0")
    return (
        "SELECT e.experiment_id AS id, CAST(e.name AS TEXT) AS name, e.artifact_location,"
        f" COALESCE(e.lifecycle_stage, 'active') AS stage, COALESCE({created}, 0) AS created,"
        f" COALESCE({updated}, {created}, 0) AS updated FROM mlflow.experiments e"
    )


def _experiment_tags(schema: _Schema) -> str:
    if not schema.has("experiment_tags"):
        return "SELECT 0 AS experiment, '' AS key, '' AS value WHERE 0"
    value = "COALESCE(CAST(value AS TEXT), '') AS value"
    return f"SELECT experiment_id AS experiment, key, {value} FROM mlflow.experiment_tags"


def _runs(schema: _Schema) -> str:
    deleted = schema.column("runs", "r", "deleted_time")
    tag = "SELECT t.value FROM mlflow.tags t WHERE t.run_uuid = r.run_uuid AND t.key = 'mlflow.runName'"
    return (
        "SELECT r.rowid AS id, r.run_uuid AS run_id, r.experiment_id AS experiment,"
        f" COALESCE(NULLIF(r.name, ''), ({tag}), r.run_uuid) AS name, COALESCE(r.user_id, '') AS user_id,"
        " COALESCE(r.status, 'RUNNING') AS status, COALESCE(r.start_time, 0) AS start_time, r.end_time,"
        f" COALESCE(r.lifecycle_stage, 'active') AS stage, {deleted} AS deleted, r.artifact_uri FROM mlflow.runs r"
    )


def _params() -> str:
    value = "CAST(p.value AS TEXT) AS value"
    return f"SELECT r.rowid AS run, p.key, {value} FROM mlflow.params p {_OWNER.format('p')}"


def _tags(schema: _Schema) -> str:
    """Return the tags, and those that runs with models have with us."""
    select = (
        "SELECT r.rowid AS run, t.key, COALESCE(CAST(t.value AS TEXT), '') AS value"
        f" FROM mlflow.tags t {_OWNER.format('t')}"
    )
    if not schema.has("logged_models"):
        return select
    step = schema.column("inputs", "i", "step", "0")
    return (
        f"{select} UNION ALL SELECT r.rowid, 'nbtrack.model_outputs',"
        f" json_group_array(json_object('model_id', i.destination_id, 'step', {step}))"
        " FROM mlflow.inputs i JOIN mlflow.runs r ON r.run_uuid = i.source_id"
        " WHERE i.source_type = 'RUN_OUTPUT' AND i.destination_type = 'MODEL_OUTPUT' GROUP BY r.rowid"
    )


def _points(schema: _Schema) -> str:
    step = schema.column("metrics", "m", "step", "0")
    return (
        f"SELECT m.rowid AS id, m.run_uuid AS run_id, m.key, {_metric_value(schema, 'metrics', 'm')} AS value,"
        f" {step} AS step,"
        " m.timestamp FROM mlflow.metrics m"
    )


def _latest_metrics(schema: _Schema) -> str:
    if schema.has("latest_metrics"):
        value = _metric_value(schema, "latest_metrics", "m")
        return (
            f"SELECT r.rowid AS run, m.key, {value} AS value, m.step,"
            f" COALESCE(m.timestamp, 0) AS timestamp FROM mlflow.latest_metrics m {_OWNER.format('m')}"
        )
    ranked = (
        "SELECT p.*, ROW_NUMBER() OVER (PARTITION BY p.run_id, p.key ORDER BY p.step DESC, p.timestamp DESC,"
        " p.value DESC) AS place FROM points p"
    )
    return (
        f"SELECT r.rowid AS run, p.key, p.value, p.step, p.timestamp FROM ({ranked}) p"
        " JOIN mlflow.runs r ON r.run_uuid = p.run_id WHERE p.place = 1"
    )


def _datasets(schema: _Schema) -> dict[str, str]:
    if not schema.has("datasets") or not schema.has("inputs"):
        return {
            "datasets": "SELECT '' AS id, 0 AS experiment, '' AS name, '' AS digest, '' AS source_type, '' AS source,"
            " '' AS schema, '' AS profile WHERE 0",
            "inputs": "SELECT 0 AS run, '' AS dataset WHERE 0",
            "input_tags": "SELECT 0 AS run, '' AS dataset, '' AS key, '' AS value WHERE 0",
        }
    return {
        "datasets": "SELECT dataset_uuid AS id, experiment_id AS experiment, name, digest,"
        " dataset_source_type AS source_type, dataset_source AS source, dataset_schema AS schema,"
        " dataset_profile AS profile FROM mlflow.datasets",
        "inputs": f"SELECT r.rowid AS run, i.source_id AS dataset FROM {_INPUTS}",
        "input_tags": "SELECT r.rowid AS run, i.source_id AS dataset, t.name AS key, t.value"
        f" FROM {_INPUTS} JOIN mlflow.input_tags t ON t.input_uuid = i.input_uuid",
    }
