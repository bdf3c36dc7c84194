"""From the JSON of a logged model to its entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.entities import LoggedModel, LoggedModelStatus, ModelMetric
from nbtrack.errors import InvalidValue, Unreachable

if TYPE_CHECKING:
    from nbtrack.wire.values import Json

_STATUSES = {
    "LOGGED_MODEL_STATUS_UNSPECIFIED": LoggedModelStatus.UNSPECIFIED,
    "LOGGED_MODEL_PENDING": LoggedModelStatus.PENDING,
    "LOGGED_MODEL_READY": LoggedModelStatus.READY,
    "LOGGED_MODEL_UPLOAD_FAILED": LoggedModelStatus.FAILED,
}


def read_model(model: Json) -> LoggedModel:
    """Return the entity of a model; raise `Unreachable` for invalid JSON, which only a broken server sends."""
    try:
        info, data = model["info"], model.get("data", {})
        return LoggedModel(
            str(info["experiment_id"]),
            str(info["model_id"]),
            str(info["name"]),
            str(info.get("artifact_uri", "")),
            int(info.get("creation_timestamp_ms", 0)),
            int(info.get("last_updated_timestamp_ms", 0)),
            info.get("model_type") or None,
            info.get("source_run_id") or None,
            _STATUSES.get(info.get("status"), LoggedModelStatus.UNSPECIFIED),
            _mapping(info.get("tags", [])),
            _mapping(data.get("params", [])),
            [_point(each) for each in data.get("metrics", [])],
        )
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise Unreachable(f"The description of a logged model can't be read: {error!r}") from error


def status_word(status: str) -> str:
    """Return the name that MLflow's endpoints use for a status; raise `InvalidValue` for another one."""
    for word, each in _STATUSES.items():
        if each == status:
            return word
    raise InvalidValue(f"The status of a logged model must be one of {', '.join(LoggedModelStatus)}, not {status!r}")


def _mapping(pairs: list[Json]) -> dict[str, str]:
    return {str(each["key"]): str(each.get("value", "")) for each in pairs}


def _point(point: Json) -> ModelMetric:
    links = (point.get(each) for each in ("model_id", "run_id", "dataset_name", "dataset_digest"))
    return ModelMetric(
        str(point["key"]), float(point["value"]), int(point["timestamp"]), int(point.get("step", 0)), *links
    )
