"""The descriptions of logged models, each a file below the artifacts of its experiment, which its id identifies."""

from __future__ import annotations

import io
import json
import re
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.artifact_storage.artifact_repository import ArtifactFolder, clean, join
from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue, NotFound, Refused
from nbtrack.logged_models.entity import status_word
from nbtrack.query import EXPERIMENTS, parse
from nbtrack.stores.logged_models import is_model_id
from nbtrack.validation import MlflowLimits
from nbtrack.wire import values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbtrack.entities import Experiment
    from nbtrack.stores.interface import Store
    from nbtrack.stores.logged_models import LoggedModel
    from nbtrack.wire.values import Json, LinkedMetric, MetricDataset, ModelOrder, ModelOutput

FOLDER, ARTIFACTS = "models", "artifacts"
DESCRIPTION, METRICS = "logged-model.json", "logged-metrics"
"""The file beside the artifacts of a model that describes it, and the folder of its metrics."""
PLACES, EXPERIMENT = "model-places", "experiment.json"
"""The folder of ids that MLflow made, which do not contain the experiment of their model, and the file with it."""
ADOPTED = "0.json"
"""The file of the metrics that a model had in another store."""
DELETED, IN_RUN = "deleted_ms", "path_in_run"
"""The entries of a description for the time of deletion, and the path of the files in the source run."""
_NOT_IN_NAMES = frozenset("/:.%\"'")
"""Characters that names of models must not have, since the names are part of URIs."""
_ID = re.compile(r"m-([0-9a-f]{8})[0-9a-f]{24}")


class Descriptions:
    """The logged models of a store.

    Models are JSON as MLflow's endpoints give them: ``{"info": …, "data": …}``.

    Parameters
    ----------
    store : Store
        The store of their experiments and runs.
    folder_at : callable
        Returns the artifacts at the location of an experiment.
    """

    def __init__(self, store: Store, folder_at: Callable[[str], ArtifactFolder]) -> None:
        self._store, self._folder_at = store, folder_at

    def create(
        self,
        experiment_id: str,
        name: str | None = None,
        model_type: str | None = None,
        source_run_id: str | None = None,
        params: Sequence[tuple[str, str]] = (),
        tags: Sequence[tuple[str, str]] = (),
        path_in_run: str | None = None,
    ) -> Json:
        """Create a model, and return it.

        Its files are beside its description, or at `path_in_run` in the artifacts of its source run.
        Raise `InvalidValue` for such a path without a run and for a name that MLflow does not accept, and `NotFound`
        when there is no such experiment or run.
        """
        if path_in_run is None and name is not None and (not name or _NOT_IN_NAMES & set(name)):
            msg = (
                f"Invalid model name {name!r}: it must not be empty or contain any of {' '.join(sorted(_NOT_IN_NAMES))}"
            )
            raise InvalidValue(msg)
        experiment = self._store.get_experiment(experiment_id)
        model_id = f"m-{int(experiment_id):08x}{secrets.token_hex(12)}"
        info = {
            "model_id": model_id,
            "experiment_id": experiment_id,
            "name": name or model_id,
            "creation_timestamp_ms": _now(),
            "artifact_uri": f"{experiment.artifact_location.rstrip('/')}/{FOLDER}/{model_id}/{ARTIFACTS}",
            "status": "LOGGED_MODEL_PENDING",
            "model_type": model_type,
            "source_run_id": source_run_id,
            "tags": _pairs(tags),
        }
        model: Json = {
            "info": {name: value for name, value in info.items() if value is not None},
            "data": {"params": _pairs(params)},
        }
        if path_in_run:
            if source_run_id is None:
                raise InvalidValue("The files of a model can only be in a run that is its source_run_id")
            model[IN_RUN] = clean(path_in_run)
        self._keep(model)
        return self.get(model_id)

    def adopt(self, model: LoggedModel, experiment_id: str, run_id: str, path_in_run: str) -> bool:
        """Keep a model of another store with its id, and return whether that is possible.

        It is not where the id says that the model belongs to another experiment of this store. A model that is known,
        or was deleted here, only gets new metrics.
        """
        if self._experiment_in(model.model_id) is None:
            place = self._place(model.model_id)
            if place is not None:
                place.put(io.BytesIO(_encoded({"experiment_id": experiment_id})), EXPERIMENT)
        elif self._experiment_of(model.model_id).experiment_id != experiment_id:
            return False
        info = {
            "model_id": model.model_id,
            "experiment_id": experiment_id,
            "name": model.name,
            "creation_timestamp_ms": model.created,
            "status": status_word(model.status),
            "model_type": model.model_type or None,
            "source_run_id": run_id,
            "tags": _pairs(model.tags.items()),
        }
        kept = {name: value for name, value in info.items() if value is not None}
        if not any(each.path == DESCRIPTION for each in self._folder(model.model_id).list()):
            self._keep({"info": kept, "data": {"params": _pairs(model.params.items())}, IN_RUN: clean(path_in_run)})
        if model.points:
            written = [
                {name: value for name, value in each._asdict().items() if value is not None} for each in model.points
            ]
            self._folder(model.model_id).put(io.BytesIO(_encoded(written)), join(METRICS, ADOPTED))
        return True

    def get(self, model_id: str) -> Json:
        """Return a model with its metrics; raise `NotFound` when it does not exist or is deleted."""
        model = self._located(self._described(model_id))
        points = list(self._metrics(model_id))
        return {**model, "data": {**model["data"], "metrics": points}} if points else model

    def finalize(self, model_id: str, status: str) -> Json:
        """Record that the files of a model are uploaded, or that they failed."""
        model = self._described(model_id)
        model["info"]["status"] = status
        return self._keep(model)

    def log_params(self, model_id: str, params: Iterable[tuple[str, str]]) -> None:
        """Add parameters to a model; existing ones keep their values."""
        model = self._described(model_id)
        known = {each["key"] for each in model["data"]["params"]}
        model["data"]["params"] += [each for each in _pairs(params) if each["key"] not in known]
        self._keep(model)

    def set_tags(self, model_id: str, tags: Iterable[tuple[str, str]]) -> Json:
        """Set tags of a model."""
        model = self._described(model_id)
        kept = {each["key"]: each["value"] for each in model["info"]["tags"]} | dict(tags)
        model["info"]["tags"] = _pairs(kept.items())
        return self._keep(model)

    def delete_tag(self, model_id: str, key: str) -> None:
        """Remove a tag of a model; raise `NotFound` when it does not have it."""
        model = self._described(model_id)
        kept = [each for each in model["info"]["tags"] if each["key"] != key]
        if len(kept) == len(model["info"]["tags"]):
            raise NotFound(f"No tag with key {key[:200]!r} found for the logged model with ID {model_id}")
        model["info"]["tags"] = kept
        self._keep(model)

    def delete(self, model_id: str) -> None:
        """Mark a model as deleted; its files stay until its experiment is deleted permanently."""
        model = self._described(model_id)
        model[DELETED] = _now()
        self._keep(model)

    def all_of(self, experiment_id: str) -> Iterator[Json]:
        """Yield the models of an experiment that are not deleted, with their metrics."""
        folder = self._folder_at(self._store.get_experiment(experiment_id).artifact_location)
        for each in folder.list(FOLDER):
            model_id = each.path.rpartition("/")[2]
            if each.is_dir and is_model_id(model_id):
                try:
                    yield self.get(model_id)
                except NotFound:
                    continue

    def search(
        self,
        experiment_ids: Sequence[str],
        filter: str,
        datasets: Sequence[MetricDataset],
        max_results: int,
        order_by: Sequence[ModelOrder],
        page_token: str | None,
    ) -> Json:
        """Return a page of the models of some experiments, by default the newest first."""
        from nbtrack.logged_models import search

        models = (model for each in experiment_ids for model in self.all_of(each))
        found = search.chosen(models, filter, datasets, order_by)
        start = int(page_token or 0)
        more = {"next_page_token": str(start + max_results)} if start + max_results < len(found) else {}
        return {"models": found[start : start + max_results], **more}

    def writable(self, metrics: Iterable[LinkedMetric]) -> dict[str, list[LinkedMetric]]:
        """Return the points that belong to models, by model; `NotFound` when one of the models does not exist."""
        models: dict[str, list[LinkedMetric]] = {}
        for each in metrics:
            if each.model_id is not None:
                models.setdefault(each.model_id, []).append(each)
        for model_id in models:
            self._described(model_id)
        return models

    def keep_metrics(self, run_id: str, models: Mapping[str, Sequence[LinkedMetric]]) -> None:
        """Add points to models, in one file for each request, so that concurrent requests can't lose any."""
        for model_id, points in models.items():
            written = [{**each, "run_id": run_id} for each in values.LINKED_METRICS.write(points)]
            name = f"{time.time_ns():020}-{secrets.token_hex(4)}.json"
            self._folder(model_id).put(io.BytesIO(_encoded(written)), join(METRICS, name))

    def link(self, run_id: str, metrics: Sequence[LinkedMetric]) -> None:
        """Add points that a run has to the models that they name."""
        self.keep_metrics(run_id, self.writable(metrics))

    def log_outputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """Record in the tags of a run which models it made."""
        self._list(run_id, reserved.MODEL_OUTPUTS, models)

    def log_inputs(self, run_id: str, models: Sequence[ModelOutput]) -> None:
        """Record in the tags of a run which models it read."""
        self._list(run_id, reserved.MODEL_INPUTS, models)

    def _list(self, run_id: str, tag: str, models: Sequence[ModelOutput]) -> None:
        known = json.loads(self._store.tag(run_id, tag) or "[]")
        fresh = [each for each in (one._asdict() for one in models) if each not in known]
        if fresh:
            self._store.log_batch(run_id, tags=[(tag, json.dumps([*known, *fresh]))])

    def files(self, model_id: str) -> ArtifactFolder:
        """Return the files of a model."""
        model = self._described(model_id)
        if IN_RUN not in model:
            repository, folder = self._folder(model_id)
            return ArtifactFolder(repository, join(folder, ARTIFACTS))
        run = self._store.get_run(model["info"]["source_run_id"])
        repository, folder = self._folder_at(run.info.artifact_uri)
        return ArtifactFolder(repository, join(folder, model[IN_RUN]))

    def _metrics(self, model_id: str) -> Iterator[Json]:
        folder, seen = self._folder(model_id), set[str]()
        for file in sorted(folder.list(METRICS)):
            for each in json.loads(folder.head(file.path)):
                # A retried request contains the same points again.
                known = json.dumps(each, sort_keys=True)
                if known not in seen:
                    seen.add(known)
                    yield each

    def _described(self, model_id: str) -> Json:
        try:
            model: Json = json.loads(self._folder(model_id).head(DESCRIPTION))
        except NotFound:
            raise _not_found(model_id) from None
        if DELETED in model:
            raise _not_found(model_id)
        return model

    def _located(self, model: Json) -> Json:
        """Return a model with the current location of its files: the store may have been moved."""
        if IN_RUN not in model:
            return model
        run = self._store.get_run(model["info"]["source_run_id"])
        uri = f"{run.info.artifact_uri.rstrip('/')}/{model[IN_RUN]}"
        return {"info": {**model["info"], "artifact_uri": uri}, "data": model["data"]}

    def _keep(self, model: Json) -> Json:
        model["info"]["last_updated_timestamp_ms"] = _now()
        self._folder(model["info"]["model_id"]).put(io.BytesIO(_encoded(model)), DESCRIPTION)
        return self._located(model)

    def _folder(self, model_id: str) -> ArtifactFolder:
        repository, folder = self._folder_at(self._experiment_of(model_id).artifact_location)
        return ArtifactFolder(repository, join(folder, FOLDER, model_id))

    def _experiment_of(self, model_id: str) -> Experiment:
        """Return the experiment that the id of a model contains, or else that of the place kept for the id."""
        if not is_model_id(model_id):
            raise _not_found(model_id)
        found = self._experiment_in(model_id)
        if found is not None:
            return found
        place = self._place(model_id)
        if place is None:
            return self._searched(model_id)
        try:
            return self._store.get_experiment(json.loads(place.head(EXPERIMENT))["experiment_id"])
        except NotFound:
            raise _not_found(model_id) from None

    def _searched(self, model_id: str) -> Experiment:
        """Return the experiment of a model whose place is unknown, from its description in one of all experiments."""
        all_of_them = parse("", (), EXPERIMENTS)
        for each in self._store.search_experiments(all_of_them, ViewType.ALL, MlflowLimits.RESULTS_PER_PAGE):
            with suppress(NotFound, Refused):
                described = self._folder_at(each.artifact_location).head(join(FOLDER, model_id, DESCRIPTION))
                return self._store.get_experiment(json.loads(described)["info"]["experiment_id"])
        raise _not_found(model_id)

    def _experiment_in(self, model_id: str) -> Experiment | None:
        found = _ID.fullmatch(model_id)
        try:
            return self._store.get_experiment(str(int(found[1], 16))) if found else None
        except NotFound:
            return None

    def _place(self, model_id: str) -> ArtifactFolder | None:
        """Return the folder, below the artifacts of the first experiment, that says where an imported model is.

        None if that experiment was deleted permanently.
        """
        try:
            first = self._store.get_experiment("0")
        except NotFound:
            return None
        repository, folder = self._folder_at(first.artifact_location)
        return ArtifactFolder(repository, join(folder, PLACES, model_id))


def _not_found(model_id: str) -> NotFound:
    return NotFound(f"Logged model with ID {model_id[:100]!r} not found")


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in pairs]


def _encoded(content: object) -> bytes:
    return json.dumps(content).encode()


def _now() -> int:
    return time.time_ns() // 1_000_000
