"""Importing from a store that nbtrack can read: MLflow's folders, databases and servers, and its own."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nbtrack import locate
from nbtrack.entities import LoggedModelStatus, ViewType
from nbtrack.errors import NotFound
from nbtrack.logged_models import models_of
from nbtrack.logged_models.entity import read_model
from nbtrack.query import EXPERIMENTS, parse
from nbtrack.stores import logged_models
from nbtrack.stores.blocks import Points
from nbtrack.stores.logged_models import LoggedModel
from nbtrack.stores.mlflow_files import MlflowFileStore
from nbtrack.stores.mlflow_sql import MlflowSqlStore
from nbtrack.stores.rest import RestStore
from nbtrack.stores.sql.block_storage import block_sized_parts
from nbtrack.tracking.pending_artifacts import pending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.interface import Store
    from nbtrack.wire.values import Json

AT_ONCE = 200
"""Runs that are read at once."""


class StoreSource:
    """A `Source` over a store."""

    def __init__(self, store: Store) -> None:
        self.uri, self._store = store.uri, store

    def experiments(self) -> Iterator[Experiment]:
        """See `Source.experiments`; the oldest first, so that ids keep their order."""
        if isinstance(self._store, MlflowFileStore):
            self._store.refresh()
        query, token = parse("", ["attribute.creation_time"], EXPERIMENTS), None
        while True:
            page = self._store.search_experiments(query, ViewType.ALL, AT_ONCE, token)
            yield from page
            token = page.token
            if not token:
                return

    def count(self, experiment_id: str) -> int:
        """See `Source.count`; 0 for servers, which would have to send all runs."""
        if locate.scheme(self.uri) in locate.SERVERS:
            return 0
        return self._store.overview([experiment_id], parse(""), ViewType.ALL).total

    def runs(self, experiment_id: str) -> Iterator[Run]:
        """See `Source.runs`; the oldest first, as parents are."""
        query, token = parse("", ["attributes.start_time"]), None
        while True:
            page = self._store.search_runs([experiment_id], query, ViewType.ALL, AT_ONCE, token)
            yield from page
            token = page.token
            if not token:
                return

    def point_parts(self, run_id: str, key: str) -> Iterable[Points]:
        """See `Source.point_parts`."""
        if isinstance(self._store, MlflowFileStore | MlflowSqlStore):
            return self._store.point_parts(run_id, key)
        found = self._store.metric_history(run_id, key)
        return block_sized_parts(Points(found.steps, found.timestamps, found.values))

    def artifacts(self, run: Run) -> ArtifactRepository | None:
        """See `Source.artifacts`."""
        pending().write(run.info.run_id)
        uri = run.info.artifact_uri
        kind = locate.scheme(uri)
        if kind == locate.PROXIED and locate.scheme(self.uri) in locate.SERVERS:
            return locate.repository(uri, self.uri)
        return locate.repository(uri) if kind in {"", "file"} else None

    def models(self, run: Run) -> list[LoggedModel]:
        """See `Source.models`; without those that were deleted or are in a cloud."""
        found: list[LoggedModel] = []
        for each in logged_models.ids_of(run):
            with suppress(NotFound):
                found += self._model(run, each)
        return found

    def _model(self, run: Run, model_id: str) -> list[LoggedModel]:
        """Return a model if its files can be copied, or are among the artifacts of its run."""
        if isinstance(self._store, MlflowFileStore | MlflowSqlStore):
            model = self._store.logged_model(run.info.run_id, model_id)
            kinds = {"", "file"}
        else:
            model = _described(models_of(self._store).get(model_id))
            kinds = {"", "file", locate.PROXIED} if isinstance(self._store, RestStore) else {"", "file"}
        folder = f"{run.info.artifact_uri.rstrip('/')}/"
        if model.artifact_uri.startswith(folder):
            return [model._replace(path=model.artifact_uri.removeprefix(folder))]
        return [model] if locate.scheme(model.artifact_uri) in kinds else []

    def left_out(self) -> Mapping[str, str]:
        """See `Source.left_out`."""
        return self._store.unreadable() if isinstance(self._store, MlflowFileStore) else {}


def _described(model: Json) -> LoggedModel:
    """Return the model that JSON describes."""
    info, data = model["info"], model.get("data", {})
    params, tags = (
        {str(each["key"]): str(each["value"]) for each in held.get(name, ())}
        for held, name in ((data, "params"), (info, "tags"))
    )
    name, created = str(info.get("name") or info["model_id"]), int(info.get("creation_timestamp_ms") or 0)
    uri, kind, entity = str(info.get("artifact_uri") or ""), info.get("model_type") or "", read_model(model)
    points, status = tuple(entity.metrics), LoggedModelStatus(entity.status)
    return LoggedModel(str(info["model_id"]), name, created, params, tags, uri, kind, points, status=status)
