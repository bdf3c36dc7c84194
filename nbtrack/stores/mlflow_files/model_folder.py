"""The folder of a logged model: its metadata, parameters, tags and files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.entities import ModelMetric
from nbtrack.stores.logged_models import LoggedModel, status_of
from nbtrack.stores.mlflow_files import metadata
from nbtrack.stores.mlflow_files.checked_files import UnreadableError, text, walk
from nbtrack.stores.mlflow_files.run_folder import LARGEST_TEXT, META
from nbtrack.stores.moved_artifacts import artifact_uri

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_POINTS = 1 << 24
"""Bytes of the points of one metric of a model."""


def read_model(experiment: str, model_id: str) -> LoggedModel:
    """Return a model of the experiment in a folder; raise `UnreadableError` when it cannot be read."""
    path = f"{experiment}/models/{model_id}"
    for each in ("", "/artifacts"):
        if Path(path + each).is_symlink():
            msg = f"models/{model_id}{each} is a link"
            raise UnreadableError(msg)
    meta, _ = metadata.read(f"{path}/{META}")
    if metadata.words(meta, "model_id") != model_id:
        msg = f"the metadata of model {model_id} is that of another one"
        raise UnreadableError(msg)
    return LoggedModel(
        model_id,
        metadata.words(meta, "name") or model_id,
        metadata.integer(meta, "creation_timestamp") or 0,
        _texts(path, "params"),
        _texts(path, "tags"),
        artifact_uri(metadata.words(meta, "artifact_location"), model_id, f"{path}/artifacts"),
        metadata.words(meta, "model_type"),
        tuple(_points(path, model_id)),
        status=status_of(metadata.integer(meta, "status")),
    )


def _texts(path: str, name: str) -> dict[str, str]:
    return {key: text(entry.path, LARGEST_TEXT)[0] for key, entry in walk(f"{path}/{name}")}


def _points(path: str, model_id: str) -> Iterator[ModelMetric]:
    """Yield the points of a model, which are lines of time, value, step, run, and perhaps a dataset."""
    for key, entry in walk(f"{path}/metrics"):
        for line in text(entry.path, _MOST_POINTS)[0].splitlines():
            try:
                time, value, step, run_id, *dataset = line.split(" ")
                name, digest = dataset or (None, None)
                yield ModelMetric(key, float(value), int(time), int(step), model_id, run_id, name, digest)
            except ValueError:
                msg = f"the metric {key!r} of model {model_id} has a line that is not a point"
                raise UnreadableError(msg) from None
