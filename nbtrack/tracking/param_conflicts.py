"""Parameters that are given again: the first value stays, and the others are remembered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbtrack import process, settings, tags, validation
from nbtrack.errors import Unchangeable, warn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import RunData
    from nbtrack.tracking.client import MlflowClient


class RunsWarnedOf:
    """The runs whose user was warned that a parameter was given again."""

    def __init__(self) -> None:
        self.ids: set[str] = set()


def log_params(client: MlflowClient, run_id: str, params: Mapping[str, object]) -> None:
    """Record parameters; one that the run has already keeps its first value.

    What is really another value (``7`` and ``7.0`` are not) goes to the tag ``nbtrack.param_history``, with one
    warning for each run. Under ``NBTRACK_STRICT_MLFLOW=1`` it raises `Unchangeable`, as MLflow does.
    """
    try:
        client.log_batch(run_id, params=list(params.items()))
    except Unchangeable:
        if settings.current().strict_mlflow:
            raise
        _log_again(client, run_id, dict(validation.texts("parameter", params)))


def _log_again(client: MlflowClient, run_id: str, params: dict[str, str]) -> None:
    known = client.get_run(run_id).data
    fresh = [(key, value) for key, value in params.items() if key not in known.params]
    client.log_batch(run_id, params=fresh, tags=history_tag(params, known))
    others = _others(params, known)
    warned = process.state(RunsWarnedOf).ids
    if others and run_id not in warned:
        warned.add(run_id)
        key, value = next(iter(others.items()))
        text = f"parameter {key!r} stays {known.params[key]!r}; {value!r} was kept in the tag {tags.PARAM_HISTORY}"
        warn(text)


def history_tag(params: Mapping[str, str], known: RunData) -> list[tuple[str, str]]:
    """Return the tag that keeps parameters of a run that are given again with another value, if there are any."""
    others = _others(params, known)
    history = json.loads(known.tags.get(tags.PARAM_HISTORY, "[]"))
    return [(tags.PARAM_HISTORY, json.dumps([*history, *others.items()]))] if others else []


def _others(params: Mapping[str, str], known: RunData) -> dict[str, str]:
    held = known.params
    return {key: value for key, value in params.items() if key in held and not same_value(held[key], value)}


def same_value(one: str, other: str) -> bool:
    """Tell whether two texts are equal, or the same number."""
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False
