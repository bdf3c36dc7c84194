"""The models that a run has logged, as stores of MLflow 3 keep them: beside the runs, with their files unmoved."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags
from nbtrack.artifact_storage.artifact_repository import clean
from nbtrack.entities import LoggedModelStatus
from nbtrack.errors import NbtrackError
from nbtrack.stores.logged_models import is_model_id, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import Run

_WRITTEN = "%Y-%m-%d %H:%M:%S.%f"
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("/:.%\"'", "_"))
READY = number_of(LoggedModelStatus.READY)
"""The status of a model whose files are complete."""


class RunModel(NamedTuple):
    """A model among the artifacts of a run."""

    model_id: str
    name: str
    path: str
    """Below the artifacts of the run."""
    created: int
    """In ms since the epoch (UTC)."""
    params: dict[str, str]
    tags: dict[str, str]


class ModelLink(NamedTuple):
    """A model that a run has read or written, and the step at which it did."""

    model_id: str
    step: int


def models_of(run: Run) -> list[RunModel]:
    """Return the models that the tags of a run describe; descriptions that are not valid are left out."""
    found: dict[str, RunModel] = {}
    for each in _list(run, tags.LOGGED_MODELS):
        model = _model(each, run.info.start_time)
        if model is not None:
            found[model.model_id] = model
    return list(found.values())


def _list(run: Run, tag: str) -> list[object]:
    try:
        found = json.loads(run.data.tags.get(tag, "[]"))
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _model(described: object, default_time: int) -> RunModel | None:
    if not isinstance(described, dict) or not is_model_id(str(described.get("model_id"))):
        return None
    try:
        path = clean(str(described.get("artifact_path") or ""))
    except NbtrackError:
        return None
    name = str(described.get("name") or path).translate(_NOT_IN_NAMES)
    times = _time(described.get("utc_time_created"), default_time)
    params, texts = _texts(described.get("params")), _texts(described.get("tags"))
    return RunModel(described["model_id"], name, path, times, params, texts) if path else None


def _texts(held: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in held.items()} if isinstance(held, dict) else {}


def _time(written: object, default: int) -> int:
    try:
        return round(datetime.strptime(str(written), _WRITTEN).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return default


def outputs_of(run: Run) -> list[ModelLink]:
    """Return the models that a run has written: those it recorded, and those it logged as artifacts."""
    found = {each.model_id: each for each in _links(run, tags.MODEL_OUTPUTS)}
    for each in models_of(run):
        found.setdefault(each.model_id, ModelLink(each.model_id, 0))
    return list(found.values())


def inputs_of(run: Run) -> list[ModelLink]:
    """Return the models that a run has read."""
    return _links(run, tags.MODEL_INPUTS)


def _links(run: Run, tag: str) -> list[ModelLink]:
    found = [each for each in _list(run, tag) if isinstance(each, dict) and is_model_id(str(each.get("model_id")))]
    return [ModelLink(each["model_id"], each["step"] if isinstance(each.get("step"), int) else 0) for each in found]


def without_outputs(held: Mapping[str, str]) -> dict[str, str]:
    """Return tags without the one that MLflow's stores keep elsewhere."""
    return {key: value for key, value in held.items() if key != tags.MODEL_OUTPUTS}
