"""The endpoints of logged models, as far as MLflow's clients need them to log a model in the course of a run.

The description of a model is a file next to its artifacts; its id contains its experiment, and so leads to the file.
"""

from __future__ import annotations

import io
import json
import re
import secrets
import time
from typing import TYPE_CHECKING

from nbtrack.artifact_storage.artifact_repository import join
from nbtrack.endpoints import artifact_locations
from nbtrack.endpoints.service import Service, answers
from nbtrack.errors import NotFound
from nbtrack.wire import endpoint_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Param, Tag
    from nbtrack.wire.values import Json

DESCRIPTION = "logged-model.json"
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
    return {"model": _described(service, model_id)}


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


@answers(
    endpoint_table.SEARCH_LOGGED_MODELS, endpoint_table.SEARCH_MODEL_VERSIONS, endpoint_table.SEARCH_REGISTERED_MODELS
)
def search(service: Service) -> Json:
    """Return no models: the outputs of a run list its models, and there is no model registry."""
    return {}


def _described(service: Service, model_id: str) -> Json:
    with artifact_locations.repository(service).open(_place(service, model_id)) as file:
        model: Json = json.load(file)
    return model


def _keep(service: Service, model: Json) -> Json:
    model["info"]["last_updated_timestamp_ms"] = _now()
    place = _place(service, model["info"]["model_id"])
    artifact_locations.repository(service).put(io.BytesIO(json.dumps(model).encode()), place)
    return {"model": model}


def _place(service: Service, model_id: str) -> str:
    """Return where a model is described, below the server's destination."""
    found = _ID.fullmatch(model_id)
    if found is None:
        msg = f"Logged model with ID {model_id[:100]!r} not found"
        raise NotFound(msg)
    experiment = service.store.get_experiment(str(int(found[1], 16)))
    return join(artifact_locations.path_below(service, experiment.artifact_location), "models", model_id, DESCRIPTION)


def _now() -> int:
    return time.time_ns() // 1_000_000
