"""The entities of logged models, by the names of ``mlflow.entities``; `nbtrack.entities` has them, too."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import NamedTuple


class LoggedModelStatus(StrEnum):
    """The state of a logged model: whether its files are there."""

    UNSPECIFIED = "UNSPECIFIED"
    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"

    @staticmethod
    def is_finalized(status: LoggedModelStatus | str) -> bool:
        """Return whether a model with this status is complete, or never will be."""
        return LoggedModelStatus(status) in {LoggedModelStatus.READY, LoggedModelStatus.FAILED}


class ModelMetric(NamedTuple):
    """A point of a metric that measures a logged model, the run that it was logged to, and the dataset if known."""

    key: str
    value: float
    timestamp: int
    step: int
    model_id: str | None = None
    run_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LoggedModel(NamedTuple):
    """A logged model: where its files are, the run that logged it, and the metrics that measure it."""

    experiment_id: str
    model_id: str
    name: str
    artifact_location: str
    creation_timestamp: int
    last_updated_timestamp: int
    model_type: str | None
    source_run_id: str | None
    status: str
    tags: dict[str, str]
    params: dict[str, str]
    metrics: list[ModelMetric]

    @property
    def model_uri(self) -> str:
        """What loads the model: ``models:/<model id>``."""
        return f"models:/{self.model_id}"


class LoggedModelOutput(NamedTuple):
    """A logged model as the output of a run at a step."""

    model_id: str
    step: int = 0


class LoggedModelInput(NamedTuple):
    """A logged model as an input of a run: one that it evaluates, or trains further."""

    model_id: str


def models_in(tag: str | None) -> list[LoggedModelOutput]:
    """Return the models that the tag of a run lists; none if its content is anything else."""
    if tag is None:
        return []
    try:
        return [LoggedModelOutput(str(each["model_id"]), int(each.get("step", 0))) for each in json.loads(tag)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
