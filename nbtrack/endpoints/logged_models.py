"""The endpoints of logged models: create, describe, measure and delete them.

The description of a model is a file next to its artifacts; its id contains its experiment, and so leads to the file.
"""

from __future__ import annotations

import io
import json
import re
import secrets
import time
from typing import TYPE_CHECKING

from nbtrack.artifact_storage.artifact_repository import ArtifactFolder, join
from nbtrack.endpoints import artifact_locations
from nbtrack.endpoints.service import Service, answers
from nbtrack.errors import NotFound
from nbtrack.wire import endpoint_table, records, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbtrack.entities import Param, Tag
    from nbtrack.wire.values import Json, LinkedMetric

DESCRIPTION, METRICS = "logged-model.json", "logged-metrics"
"""The file beside the artifacts of a model that describes it, and the folder of its metrics."""
DELETED = "deleted_ms"
"""The entry of a description that says when the model was deleted."""
_ID = re.compile(r"m-([0-9a-f]{8})[0-9a-f]{24}")


@answers(endpoint_table.CREATE_LOGGED_MODEL)
def create(
    service: Service,
    experiment_id: str,
    name: str | None,
    model_type: str | None,
    source_run_id: str | None,
    params: Sequence[Param],
    tags: Sequence[Tag],
) -> Json:
    """Make room for a model."""
    experiment = service.store.get_experiment(experiment_id)
    model_id = f"m-{int(experiment_id):08x}{secrets.token_hex(12)}"
    now = _now()
    info = {
        "model_id": model_id,
        "experiment_id": experiment_id,
        "name": name or model_id,
        "creation_timestamp_ms": now,
        "last_updated_timestamp_ms": now,
        "artifact_uri": f"{experiment.artifact_location.rstrip('/')}/models/{model_id}/artifacts",
        "status": "LOGGED_MODEL_PENDING",
        "model_type": model_type,
        "source_run_id": source_run_id,
        "tags": [each._asdict() for each in tags],
    }
    written = {name: value for name, value in info.items() if value is not None}
    return _keep(service, {"info": written, "data": {"params": [each._asdict() for each in params]}})


@answers(endpoint_table.GET_LOGGED_MODEL)
def get(service: Service, model_id: str) -> Json:
    """Return a model."""
    return {"model": _with_metrics(service, _described(service, model_id))}


@answers(endpoint_table.FINALIZE_LOGGED_MODEL)
def finalize(service: Service, model_id: str, status: str) -> Json:
    """Record that the files of a model are uploaded, or that they failed."""
    model = _described(service, model_id)
    model["info"]["status"] = status
    return _keep(service, model)


@answers(endpoint_table.LOG_LOGGED_MODEL_PARAMS)
def log_params(service: Service, model_id: str, params: Sequence[Param]) -> Json:
    """Add parameters to a model."""
    model = _described(service, model_id)
    known = {each["key"] for each in model["data"]["params"]}
    model["data"]["params"] += [each._asdict() for each in params if each.key not in known]
    _keep(service, model)
    return {}


@answers(endpoint_table.TAG_LOGGED_MODEL)
def tag(service: Service, model_id: str, tags: Sequence[Tag]) -> Json:
    """Set tags of a model."""
    model = _described(service, model_id)
    kept = {each["key"]: each["value"] for each in model["info"]["tags"]} | dict(tags)
    model["info"]["tags"] = [{"key": key, "value": value} for key, value in kept.items()]
    return _keep(service, model)


@answers(endpoint_table.DELETE_LOGGED_MODEL_TAG)
def delete_tag(service: Service, model_id: str, tag_key: str) -> Json:
    """Remove a tag of a model."""
    model = _described(service, model_id)
    kept = [each for each in model["info"]["tags"] if each["key"] != tag_key]
    if len(kept) == len(model["info"]["tags"]):
        msg = f"No tag with key {tag_key[:200]!r} found for the logged model with ID {model_id}"
        raise NotFound(msg)
    model["info"]["tags"] = kept
    _keep(service, model)
    return {}


@answers(endpoint_table.DELETE_LOGGED_MODEL)
def delete(service: Service, model_id: str) -> Json:
    """Mark a model as deleted; its files stay until its experiment is deleted permanently."""
    model = _described(service, model_id)
    model[DELETED] = _now()
    _keep(service, model)
    return {}


@answers(endpoint_table.LIST_LOGGED_MODEL_ARTIFACTS)
def list_artifacts(service: Service, model_id: str, artifact_directory_path: str, page_token: str | None) -> Json:
    """Return what is in a folder of a model, with paths from its root."""
    root = artifact_root(service, model_id)
    folder = ArtifactFolder(artifact_locations.repository(service), root)
    files = [records.write_file(each) for each in folder.list(artifact_directory_path)]
    uri = _described(service, model_id)["info"]["artifact_uri"]
    return {"root_uri": uri, **({"files": files} if files else {})}


def artifact_root(service: Service, model_id: str) -> str:
    """Return where the files of a model are, below the server's destination."""
    return join(_folder(service, model_id), "artifacts")


@answers(endpoint_table.SEARCH_MODEL_VERSIONS, endpoint_table.SEARCH_REGISTERED_MODELS)
def search_registry(service: Service) -> Json:
    """Return nothing: there is no model registry."""
    return {}


def writable(service: Service, metrics: Iterable[LinkedMetric]) -> dict[str, list[LinkedMetric]]:
    """Return the points that belong to models, by model; `NotFound` when one of the models does not exist."""
    models: dict[str, list[LinkedMetric]] = {}
    for each in metrics:
        if each.model_id is not None and service.destination is not None:
            models.setdefault(each.model_id, []).append(each)
    for model_id in models:
        _described(service, model_id)
    return models


def keep_metrics(service: Service, run_id: str, models: Mapping[str, Sequence[LinkedMetric]]) -> None:
    """Add points to models, in a file for each request: requests at the same time cannot lose any."""
    for model_id, points in models.items():
        written = [{**each, "run_id": run_id} for each in values.LINKED_METRICS.write(points)]
        name = f"{time.time_ns():020}-{secrets.token_hex(4)}.json"
        place = join(_folder(service, model_id), METRICS, name)
        artifact_locations.repository(service).put(io.BytesIO(encoded(written)), place)


def all_of(service: Service, experiment_id: str) -> Iterator[Json]:
    """Yield the models of an experiment that are not deleted, with their metrics."""
    location = service.store.get_experiment(experiment_id).artifact_location
    folder = join(artifact_locations.path_below(service, location), "models")
    for each in artifact_locations.repository(service).list(folder):
        model_id = each.path.rpartition("/")[2]
        if each.is_dir and _ID.fullmatch(model_id):
            try:
                yield _with_metrics(service, _described(service, model_id))
            except NotFound:
                continue


def _with_metrics(service: Service, model: Json) -> Json:
    repository = artifact_locations.repository(service)
    files = repository.list(join(_folder(service, model["info"]["model_id"]), METRICS))
    points: list[Json] = []
    for each in sorted(files):
        with repository.open(each.path) as file:
            points += json.load(file)
    return {**model, "data": {**model["data"], "metrics": points}} if points else model


def _described(service: Service, model_id: str) -> Json:
    try:
        with artifact_locations.repository(service).open(_place(service, model_id)) as file:
            model: Json = json.load(file)
    except NotFound:
        raise _not_found(model_id) from None
    if DELETED in model:
        raise _not_found(model_id)
    return model


def _not_found(model_id: str) -> NotFound:
    return NotFound(f"Logged model with ID {model_id[:100]!r} not found")


def _keep(service: Service, model: Json) -> Json:
    model["info"]["last_updated_timestamp_ms"] = _now()
    place = _place(service, model["info"]["model_id"])
    artifact_locations.repository(service).put(io.BytesIO(encoded(model)), place)
    return {"model": model}


def encoded(content: object) -> bytes:
    """Return the JSON of a file."""
    return json.dumps(content).encode()


def _place(service: Service, model_id: str) -> str:
    """Return where a model is described, below the server's destination."""
    return join(_folder(service, model_id), DESCRIPTION)


def _folder(service: Service, model_id: str) -> str:
    found = _ID.fullmatch(model_id)
    if found is None:
        raise _not_found(model_id)
    experiment = service.store.get_experiment(str(int(found[1], 16)))
    return join(artifact_locations.path_below(service, experiment.artifact_location), "models", model_id)


def _now() -> int:
    return time.time_ns() // 1_000_000
