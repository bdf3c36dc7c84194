"""The store of a SQLite database of MLflow's schema."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.entities import History, ModelMetric
from nbtrack.errors import NotFound
from nbtrack.stores import blocks, moved_artifacts
from nbtrack.stores.logged_models import LoggedModel, is_model_id, status_of
from nbtrack.stores.mlflow_sql.mlflow_database import MlflowDatabase
from nbtrack.stores.run_ids import is_run_id
from nbtrack.stores.sql import rows, runs
from nbtrack.stores.sql.read_only_store import ReadOnlyStore
from nbtrack.stores.sql.rows import ArtifactRoots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from nbtrack.stores.sql.run_search import RunSearch

PROXIED = "mlflow-artifacts:/"
ARTIFACTS = "mlartifacts"
"""The folder beside a database in which MLflow's server keeps artifacts, and in which an export has them."""
_POINTS = "SELECT step, timestamp, value FROM points WHERE run_id = ? AND key = ? ORDER BY id"
_MODEL = (
    "SELECT name, creation_timestamp_ms, experiment_id, artifact_location, COALESCE(model_type, ''), status"
    " FROM mlflow.logged_models WHERE model_id = ?"
)
_MODEL_TEXTS = (
    "SELECT param_key, param_value FROM mlflow.logged_model_params WHERE model_id = ?",
    "SELECT tag_key, tag_value FROM mlflow.logged_model_tags WHERE model_id = ?",
)
_MODEL_POINTS = (
    "SELECT metric_name, metric_value, metric_timestamp_ms, metric_step, model_id, run_id, dataset_name, dataset_digest"
    " FROM mlflow.logged_model_metrics WHERE model_id = ? ORDER BY metric_name, metric_step, metric_timestamp_ms"
)


class _Roots(ArtifactRoots):
    """The folder of artifacts next to the database, which may have been moved with it."""

    __slots__ = ()

    def of_run(self, experiment: object, run_id: str, uri: str | None) -> str:
        """Return where the artifacts of a run are, also of one whose artifacts a server kept below ``mlartifacts``."""
        if not is_run_id(run_id):
            return f"{self.root}/not-a-run-id/artifacts"
        return self._below(f"{experiment}/{run_id}/artifacts", run_id, uri or "")

    def of_model(self, experiment: object, model_id: str, uri: str) -> str:
        """Return where the files of a logged model are."""
        return self._below(f"{experiment}/models/{model_id}/artifacts", model_id, uri)

    def _below(self, path: str, identity: str, recorded: str) -> str:
        served = Path(self.root).with_name(ARTIFACTS)
        if recorded.startswith(PROXIED):
            return str(served / path) if served.is_dir() else recorded
        if recorded.endswith(f"/{ARTIFACTS}/{path}") and (served / path).is_dir():
            return str(served / path)
        return moved_artifacts.artifact_uri(recorded, identity, f"{self.root}/{path}")


class MlflowSqlStore(ReadOnlyStore):
    """The experiments and runs in a database such as ``mlflow.db``; nothing is written into it."""

    def __init__(self, uri: str, file: Path) -> None:
        self._file = MlflowDatabase(file)
        self._places = _Roots(str(file.with_name("mlruns")))
        super().__init__(uri, self._file, self._places)

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`."""
        with self._file.reading() as connection:
            runs.row_number(connection, run_id)
            return History(key, *_columns(connection.execute(_POINTS, (run_id, key))))

    def point_parts(self, run_id: str, key: str) -> Iterator[blocks.Points]:
        """Yield the points of a metric in logged order, a limited number at once."""
        with self._file.streaming() as connection:
            found = iter(connection.execute(_POINTS, (run_id, key)))
            while (part := _columns(islice(found, blocks.MAX_POINTS))).values:
                yield part

    def logged_model(self, run_id: str, model_id: str) -> LoggedModel:
        """Return a model that a run has logged; `NotFound` if there is none."""
        with self._file.reading() as connection:
            found = rows.first_row(connection, _MODEL, (model_id,))
            if found is None or not is_model_id(model_id):
                msg = f"Model {model_id} of run {run_id} is not in {self.uri}"
                raise NotFound(msg)
            params, tags = (dict(connection.execute(each, (model_id,))) for each in _MODEL_TEXTS)
            points = tuple(_model_point(*each) for each in connection.execute(_MODEL_POINTS, (model_id,)))
        name, created, experiment, location, kind, status = found
        place = self._places.of_model(experiment, model_id, location)
        return LoggedModel(model_id, name, created, params, tags, place, kind, points, status=status_of(status))

    def mark(self) -> object:
        """See `Store.mark`."""
        return self._file.version()

    def _search_type(self) -> type[RunSearch]:
        from nbtrack.stores.sql.run_search import UnindexedRunSearch

        return UnindexedRunSearch


def _model_point(key: str, value: float | None, *more: Any) -> ModelMetric:
    return ModelMetric(key, rows.metric_value(value), *more)


def _columns(found: Iterable[tuple[Any, ...]]) -> blocks.Points:
    columns = blocks.empty()
    for step, timestamp, value in found:
        columns.steps.append(step)
        columns.timestamps.append(timestamp)
        columns.values.append(rows.metric_value(value))
    return columns
