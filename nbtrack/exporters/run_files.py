"""The files of a run in MLflow's file layout; existing files are unchanged."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from nbtrack.entities import Run, RunStatus
from nbtrack.exporters import folder_files, run_models
from nbtrack.exporters.folder_files import add_texts, write_yaml
from nbtrack.stores.logged_models import number_of
from nbtrack.stores.mlflow_files import metadata
from nbtrack.stores.mlflow_files.run_folder import META

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nbtrack.entities import Dataset, RunInfo
    from nbtrack.exporters.run_models import RunModel
    from nbtrack.stores.blocks import Points
    from nbtrack.stores.logged_models import LoggedModel
    from nbtrack.stores.sql.whole_runs import Histories

_STATUSES = {"RUNNING": 1, "SCHEDULED": 2, "FINISHED": 3, "FAILED": 4, "KILLED": 5}
_LOCAL = 4
"""The kind of source that all runs have in this layout."""


def with_info(run: Run, info: RunInfo) -> Run:
    """Return a run with other metadata."""
    return Run(info, run.data, run.inputs)


def check(run: Run) -> None:
    """Raise `InvalidValue` when keys of a run cannot be file names."""
    for what, keys in (("parameters", run.data.params), ("tags", run.data.tags), ("metrics", run.data.metrics)):
        folder_files.check_names(what, keys)


def write(path: Path, home: Path, run: Run, histories: Histories) -> int:
    """Write a run to a new folder; return the number of its points.

    Parameters
    ----------
    path : Path
        The folder.
    home : Path
        The folder of its experiment, where datasets and models are.
    run : Run
        The run, with the id of that experiment and the URI of its artifacts.
    histories : iterable
        Its metrics.
    """
    write_yaml(path / META, _meta(run.info))
    (path / "artifacts").mkdir()
    return _add(path, home, run, histories)


def complete(path: Path, home: Path, run: Run, histories: Histories) -> int:
    """Add missing data to the folder of a run, and end it if it was running; return the number of new points."""
    meta, _ = metadata.read(str(path / META))
    if str(meta.get("status")) in {"1", "2"} and RunStatus.is_terminated(run.info.status):
        kept = run.info._replace(artifact_uri=metadata.words(meta, "artifact_uri"))
        write_yaml(path / META, _meta(kept))
    return _add(path, home, run, histories)


def _meta(info: RunInfo) -> dict[str, Any]:
    deleted = {} if info.deleted_time is None else {"deleted_time": info.deleted_time}
    return {
        "artifact_uri": info.artifact_uri,
        "end_time": info.end_time,
        "entry_point_name": "",
        "experiment_id": info.experiment_id,
        "lifecycle_stage": str(info.lifecycle_stage),
        "run_id": info.run_id,
        "run_name": info.run_name,
        "run_uuid": info.run_id,
        "source_name": "",
        "source_type": _LOCAL,
        "source_version": "",
        "start_time": info.start_time,
        "status": _STATUSES[info.status],
        "tags": [],
        "user_id": info.user_id,
        **deleted,
    }


def _add(path: Path, home: Path, run: Run, histories: Histories) -> int:
    add_texts(path / "params", run.data.params)
    add_texts(path / "tags", run_models.without_outputs(run.data.tags))
    _add_datasets(path, home, run)
    _add_models(path, home, run)
    (path / "metrics").mkdir(exist_ok=True)
    return sum(_add_points(path / "metrics" / key, parts) for key, parts in histories)


def _add_points(file: Path, parts: Iterable[Points]) -> int:
    """Append the missing points to a file, which are those logged last; return how many."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as opened:
        opened.seek(0)
        skipped, added = sum(block.count(b"\n") for block in iter(lambda: opened.read(1 << 20), b"")), 0
        for part in parts:
            count = len(part.values)
            columns = (part.timestamps[skipped:], part.values[skipped:], part.steps[skipped:])
            skipped = max(0, skipped - count)
            opened.write(b"".join(_line(*each) for each in zip(*columns, strict=True)))
            added += len(columns[0])
    return added


def _line(timestamp: int, value: float, step: int) -> bytes:
    return f"{int(timestamp)} {float(value)!r} {int(step)}\n".encode()


def _digest(*texts: str) -> str:
    """Return MLflow's name for the folder of something that texts identify."""
    return hashlib.md5("".join(texts).encode(), usedforsecurity=False).hexdigest()


def _add_datasets(path: Path, home: Path, run: Run) -> None:
    for dataset, tags in run.inputs.dataset_inputs:
        identity = _digest(dataset.name, dataset.digest)
        _write_new(home / "datasets" / identity / META, _dataset_meta(dataset))
        held = {each.key: each.value for each in tags}
        _add_input(path, "DATASET", identity, run.info.run_id, held)
    for each in run_models.inputs_of(run):
        _add_input(path, "MODEL", each.model_id, run.info.run_id, {})


def _dataset_meta(dataset: Dataset) -> dict[str, Any]:
    return dict(dataset._asdict())


def _add_input(path: Path, kind: str, source: str, run_id: str, tags: dict[str, str]) -> None:
    meta = {"source_type": kind, "source_id": source, "destination_type": "RUN", "destination_id": source, "tags": tags}
    _write_new(path / "inputs" / _digest(source, run_id) / META, meta)


def _add_models(path: Path, home: Path, run: Run) -> None:
    """Add the models that a run has logged, whose files are among its artifacts, and those that it has written."""
    for model in run_models.models_of(run):
        folder = home / "models" / model.model_id
        _write_new(folder / META, _model_meta(model, run.info))
        add_texts(folder / "params", model.params)
        add_texts(folder / "tags", model.tags)
    for output in run_models.outputs_of(run):
        meta = {
            "source_type": "RUN_OUTPUT",
            "source_id": output.model_id,
            "destination_type": "MODEL_OUTPUT",
            "destination_id": output.model_id,
            "tags": {},
            "step": output.step,
        }
        _write_new(path / "outputs" / output.model_id / META, meta)


def add_model_values(home: Path, model: LoggedModel) -> None:
    """Add parameters, tags and metrics to an existing model; points have lines with their run and dataset."""
    folder = home / "models" / model.model_id
    folder_files.replace_yaml(folder / META, "model_type", "", model.model_type)
    folder_files.replace_yaml(folder / META, "status", run_models.READY, number_of(model.status))
    add_texts(folder / "params", model.params)
    add_texts(folder / "tags", model.tags)
    lines: dict[str, list[str]] = {}
    for each in model.points:
        fields = (each.timestamp, repr(each.value), each.step, each.run_id, each.dataset_name, each.dataset_digest)
        lines.setdefault(each.key, []).append(" ".join(str(field) for field in fields if field is not None))
    folder_files.check_names("metrics", lines)
    for key, written in lines.items():
        file = folder / "metrics" / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")


def _model_meta(model: RunModel, info: RunInfo) -> dict[str, Any]:
    return {
        "artifact_location": f"{info.artifact_uri}/{model.path}",
        "creation_timestamp": model.created,
        "experiment_id": info.experiment_id,
        "last_updated_timestamp": model.created,
        "model_id": model.model_id,
        "model_type": "",
        "name": model.name,
        "source_run_id": info.run_id,
        "status": run_models.READY,
        "status_message": None,
    }


def _write_new(file: Path, content: dict[str, Any]) -> None:
    if not file.exists():
        write_yaml(file, content)
