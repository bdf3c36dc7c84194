"""The models of MLflow 3 as artifacts of their runs, where ``runs:/<run id>/<name>`` and ``models:/m-…`` find them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nbtrack import tags
from nbtrack.entities import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.stores.logged_models import LoggedModel


def paths(models: Sequence[LoggedModel]) -> dict[str, LoggedModel]:
    """Return the models that are stored apart from their run's artifacts, by their new artifact paths: their names.

    Of models with the same name, the last one has it, and the ids of the others are appended to theirs.
    """
    found: dict[str, LoggedModel] = {}
    for model in sorted((each for each in models if each.path is None), key=lambda each: each.created):
        earlier = found.pop(model.name, None)
        if earlier is not None:
            found[f"{model.name}-{earlier.model_id}"] = earlier
        found[model.name] = model
    return found


def with_models(run: Run, models: Sequence[LoggedModel]) -> Run:
    """Return a run whose tag names all its models, as that of earlier versions of MLflow does."""
    known = run.data.tags.get(tags.LOGGED_MODELS, "[]")
    if all(each.model_id in known for each in models):
        return run
    try:
        history = list(json.loads(known))
    except (ValueError, TypeError):
        return run
    places = {**paths(models), **{each.path: each for each in models if each.path is not None}}
    history += [
        _described(path, model, run.info.run_id) for path, model in places.items() if model.model_id not in known
    ]
    data = run.data._replace(tags={**run.data.tags, tags.LOGGED_MODELS: json.dumps(history)})
    return Run(run.info, data, run.inputs)


def _described(path: str, model: LoggedModel, run_id: str) -> dict[str, object]:
    created = datetime.fromtimestamp(model.created / 1000, UTC)
    return {
        "artifact_path": path,
        "name": model.name,
        "model_id": model.model_id,
        "run_id": run_id,
        "utc_time_created": f"{created:%Y-%m-%d %H:%M:%S.%f}",
        "flavors": {},
        "params": model.params,
        "tags": model.tags,
    }
