"""The logged models of a tracking server: MLflow's or ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import locate
from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
from nbtrack.wire import endpoint_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.stores.rest import RestStore
    from nbtrack.wire.values import Json, LinkedMetric, ModelOutput


class ModelsOnServer:
    """The logged models of a server, with the methods of `Descriptions`."""

    def __init__(self, store: RestStore) -> None:
        self._store = store
        self._call = store.call

    def create(self, experiment_id: str, **fields: object) -> Json:
        """See `Descriptions.create`; `path_in_run` needs an nbtrack server."""
        answer = self._call(endpoint_table.CREATE_LOGGED_MODEL, experiment_id=experiment_id, **fields)
        return _model(answer)

    def get(self, model_id: str) -> Json:
        """See `Descriptions.get`."""
        return _model(self._call(endpoint_table.GET_LOGGED_MODEL, model_id=model_id))

    def finalize(self, model_id: str, status: str) -> Json:
        """See `Descriptions.finalize`."""
        return _model(self._call(endpoint_table.FINALIZE_LOGGED_MODEL, model_id=model_id, status=status))

    def log_params(self, model_id: str, params: Iterable[tuple[str, str]]) -> None:
        """See `Descriptions.log_params`."""
        self._call(endpoint_table.LOG_LOGGED_MODEL_PARAMS, model_id=model_id, params=list(params))

    def set_tags(self, model_id: str, tags: Iterable[tuple[str, str]]) -> Json:
        """See `Descriptions.set_tags`."""
        answer = self._call(endpoint_table.TAG_LOGGED_MODEL, model_id=model_id, tags=list(tags))
        # MLflow's server does not return the model.
        return _model(answer) if "model" in answer else self.get(model_id)

    def delete_tag(self, model_id: str, key: str) -> None:
        """See `Descriptions.delete_tag`."""
        self._call(endpoint_table.DELETE_LOGGED_MODEL_TAG, model_id=model_id, tag_key=key)

    def delete(self, model_id: str) -> None:
        """See `Descriptions.delete`."""
        self._call(endpoint_table.DELETE_LOGGED_MODEL, model_id=model_id)

    def search(self, experiment_ids: Sequence[str], **fields: object) -> Json:
        """See `Descriptions.search`."""
        return self._call(endpoint_table.SEARCH_LOGGED_MODELS, experiment_ids=list(experiment_ids), **fields)

    def files(self, model_id: str) -> ArtifactFolder:
        """See `Descriptions.files`."""
        uri = str(self.get(model_id)["info"]["artifact_uri"])
        return ArtifactFolder(locate.repository(uri, self._store.uri))

    def link(self, run_id: str, metrics: Sequence[LinkedMetric]) -> None:
        """See `Descriptions.link`: the points are sent again, and the server drops duplicates."""
        self._store.flush()
        self._call(endpoint_table.LOG_BATCH, run_id=run_id, metrics=list(metrics), params=(), tags=())

    def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """See `Descriptions.log_outputs`."""
        self._store.flush()
        self._call(endpoint_table.LOG_OUTPUTS, run_id=run_id, models=list(models))

    def log_inputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """See `Descriptions.log_inputs`."""
        self._store.flush()
        self._call(endpoint_table.LOG_INPUTS, run_id=run_id, models=list(models))


def _model(answer: Json) -> Json:
    found: Json = answer["model"]
    return found
