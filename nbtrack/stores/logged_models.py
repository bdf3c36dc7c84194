"""The models that runs of MLflow 3 have logged, which its stores keep beside the runs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags
from nbtrack.entities import LoggedModelStatus

if TYPE_CHECKING:
    from nbtrack.entities import ModelMetric, Run

_ID = re.compile(r"m-[0-9a-zA-Z]{1,64}", re.ASCII)


class LoggedModel(NamedTuple):
    """A model: its id and name, its parameters, tags and metrics, and where its files are."""

    model_id: str
    name: str
    created: int
    """In ms since the epoch (UTC)."""
    params: dict[str, str]
    tags: dict[str, str]
    artifact_uri: str
    model_type: str = ""
    points: tuple[ModelMetric, ...] = ()
    path: str | None = None
    """Where its files are below the artifacts of its run; None if they are elsewhere."""
    status: LoggedModelStatus = LoggedModelStatus.READY


def status_of(number: int | None) -> LoggedModelStatus:
    """Return the status of a model by its number in MLflow's stores."""
    known = tuple(LoggedModelStatus)
    return known[number] if number is not None and 0 <= number < len(known) else LoggedModelStatus.UNSPECIFIED


def number_of(status: LoggedModelStatus) -> int:
    """Return the number that MLflow's stores have for the status of a model."""
    return tuple(LoggedModelStatus).index(status)


def is_model_id(text: str) -> bool:
    """Return whether a text may be the id of a model, and is harmless as the name of a folder."""
    return _ID.fullmatch(text) is not None


def ids_of(run: Run) -> list[str]:
    """Return the ids of the models that a run has logged, in order."""
    try:
        outputs = json.loads(run.data.tags.get(tags.MODEL_OUTPUTS, "[]"))
        found = [str(each["model_id"]) for each in outputs]
    except (ValueError, TypeError, KeyError):
        return []
    return [each for each in found if is_model_id(each)]
