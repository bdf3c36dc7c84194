"""Parameters that are logged again with another value: the first value stays, later ones are kept in a tag."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbtrack import process, settings, tags, validation
from nbtrack.errors import Unchangeable, warn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.capture import Fact
    from nbtrack.entities import RunData
    from nbtrack.tracking.client import MlflowClient


class WarnedRuns:
    """The runs whose user has been warned of a conflict."""

    def __init__(self) -> None:
        self.ids: set[str] = set()


def log_params(client: MlflowClient, run_id: str, params: Mapping[str, object]) -> None:
    """Log parameters; one that the run already has keeps its first value.

    A different value (``7`` and ``7.0`` are the same) is added to the tag ``nbtrack.param_history``, with one warning
    per run.

    Raise `Unchangeable` for a different value when ``NBTRACK_STRICT_MLFLOW=1``, as in MLflow.
    """
    try:
        client.log_batch(run_id, params=list(params.items()))
    except Unchangeable:
        if settings.current().strict_mlflow:
            raise
        _log_conflicting(client, run_id, dict(validation.texts("parameter", params)))


def _log_conflicting(client: MlflowClient, run_id: str, params: dict[str, str]) -> None:
    known = client.get_run(run_id).data
    fresh = [(key, value) for key, value in params.items() if key not in known.params]
    client.log_batch(run_id, params=fresh, tags=history_tag(params, known))
    conflicts = _conflicts(params, known)
    warned = process.state(WarnedRuns).ids
    if conflicts and run_id not in warned:
        warned.add(run_id)
        key, value = next(iter(conflicts.items()))
        kept = known.params[key]
        warn(f"Parameter {key!r} keeps its value {kept!r}; {value!r} was added to the tag {tags.PARAM_HISTORY}")


def history_tag(params: Mapping[str, str], known: RunData) -> list[tuple[str, str]]:
    """Return the tag that keeps the conflicting values of parameters, if there are any."""
    conflicts = _conflicts(params, known)
    history = json.loads(known.tags.get(tags.PARAM_HISTORY, "[]"))
    return [(tags.PARAM_HISTORY, json.dumps([*history, *conflicts.items()]))] if conflicts else []


def _conflicts(params: Mapping[str, str], known: RunData) -> dict[str, str]:
    recorded = known.params
    return {key: value for key, value in params.items() if key in recorded and not same_value(recorded[key], value)}


def same_value(one: str, other: str) -> bool:
    """Return whether two texts are equal, or the same number."""
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False


def is_recorded(param: Fact, known: RunData) -> bool:
    """Return whether a run has a parameter; ``C`` of autologging is the same as ``SVC.C`` of the cell."""
    if param.key in known.params:
        return True
    _, is_of_call, name = param.key.rpartition(".")
    return bool(is_of_call) and tags.AUTOLOGGING in known.tags and known.params.get(name) == str(param.value)
