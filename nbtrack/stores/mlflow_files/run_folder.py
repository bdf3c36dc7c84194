"""The folder of a run: its metadata, parameters, tags, metrics, inputs and outputs as a `Run`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.entities import DatasetInput, LifecycleStage, Run, RunData, RunInfo, RunInputs, RunStatus, Tag
from nbtrack.stores.mlflow_files import metadata, metric_file
from nbtrack.stores.mlflow_files.checked_files import UnreadableError, entries, text, version, walk
from nbtrack.stores.moved_artifacts import artifact_uri
from nbtrack.validation import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.entities import Dataset, Metric
    from nbtrack.stores.mlflow_files.checked_files import Version
    from nbtrack.stores.mlflow_files.metadata import Metadata

    FindDataset = Callable[[str], Dataset | None]
    """Returns the dataset of an experiment with an id."""

META = "meta.yaml"
VALUES = ("params", "metrics", "tags", "inputs", "outputs")
"""The folders with what a run recorded, except its artifacts."""
LARGEST_TEXT = 4 * MAX_TEXT
"""Bytes of a parameter or tag."""
_STATUSES = {"1": "RUNNING", "2": "SCHEDULED", "3": "FINISHED", "4": "FAILED", "5": "KILLED"}
_STAGES = frozenset(LifecycleStage)


class Signature(NamedTuple):
    """The versions of the files of a run, which change when the run does."""

    folders: int
    """See `folders_version`."""
    files: int
    """See `files_version`."""
    newest: int
    """When the last file was modified, in ns since the epoch."""


UNKNOWN = Signature(0, 0, 0)


class ReadRun(NamedTuple):
    """A run, and the signature of the files that it was read from."""

    run: Run
    signature: Signature


def folders_version(path: str) -> int:
    """Return a number that changes when a run's metadata is written, or files are added or removed; quick."""
    return _folders_version(
        version(path), version(f"{path}/{META}"), {each: version(f"{path}/{each}") for each in VALUES}
    )


def _folders_version(folder: Version | None, meta: Version | None, below: Mapping[str, Version | None]) -> int:
    return hash((folder, meta, *map(below.get, VALUES)))


def files_version(path: str) -> int:
    """Return a number that changes when any file of a run does, without reading them."""
    seen = {META: version(f"{path}/{META}")}
    try:
        for name in VALUES:
            for key, entry in walk(f"{path}/{name}"):
                found = entry.stat(follow_symlinks=False)
                seen[f"{name}/{key}"] = found.st_mtime_ns, found.st_size
    except (UnreadableError, OSError):
        return 0
    return _version_of(seen)


def _version_of(seen: Mapping[str, Version | None]) -> int:
    return hash(frozenset(seen.items()))


def read_run(path: str, run_id: str, dataset: FindDataset) -> ReadRun:
    """Return the run in a folder; raise `UnreadableError` when the folder does not have one that can be read."""
    seen: dict[str, Version | None] = {}
    folder, present = version(path), _folders(path)
    meta, seen[META] = metadata.read(f"{path}/{META}")
    folders = _folders_version(folder, seen[META], present)
    params = _texts(path, "params", seen) if "params" in present else {}
    tags = _texts(path, "tags", seen) if "tags" in present else {}
    latest = _latest(path, seen) if "metrics" in present else ()
    inputs = _inputs(path, seen, dataset) if "inputs" in present else ()
    models = _outputs(path, seen) if "outputs" in present else ()
    if models:
        tags[reserved.MODEL_OUTPUTS] = json.dumps(models)
    info = _info(meta, tags, run_id, path.split("/")[-2], _artifacts(path, meta, run_id, local="artifacts" in present))
    tags.setdefault(reserved.RUN_NAME, info.run_name)
    data = RunData({each.key: each.value for each in latest}, params, tags, tuple(latest))
    newest = max(each[0] for each in seen.values() if each is not None)
    return ReadRun(Run(info, data, RunInputs(tuple(inputs))), Signature(folders, _version_of(seen), newest))


def _folders(path: str) -> dict[str, Version | None]:
    """Return the folders in a folder, with versions of those of values; raise `UnreadableError` if there are links."""
    found = entries(path)
    link = next((each.name for each in found if each.is_symlink()), None)
    if link is not None:
        msg = f"{link} is a link"
        raise UnreadableError(msg)
    folders = (each.name for each in found if each.is_dir(follow_symlinks=False))
    return {name: version(f"{path}/{name}") if name in VALUES else None for name in folders}


def _info(meta: Metadata, tags: dict[str, str], run_id: str, experiment_id: str, uri: str) -> RunInfo:
    if metadata.words(meta, "run_id", "run_uuid") != run_id:
        msg = "meta.yaml is that of another run"
        raise UnreadableError(msg)
    status, stage, start = str(meta.get("status")), str(meta.get("lifecycle_stage") or "active"), meta.get("start_time")
    status = _STATUSES.get(status, status)
    if status not in RunStatus.__members__ or stage not in _STAGES or start is None:
        msg = "meta.yaml has no start time, or an unknown status or lifecycle stage"
        raise UnreadableError(msg)
    return RunInfo(
        run_id,
        experiment_id,
        metadata.words(meta, "run_name") or tags.get(reserved.RUN_NAME) or metadata.words(meta, "name") or run_id,
        metadata.words(meta, "user_id") or tags.get(reserved.USER, ""),
        status,
        metadata.integer(meta, "start_time") or 0,
        metadata.integer(meta, "end_time"),
        uri,
        stage,
        metadata.integer(meta, "deleted_time"),
    )


def _artifacts(path: str, meta: Metadata, run_id: str, *, local: bool) -> str:
    """Return where the artifacts are: in the folder itself, which may have been moved, else where they were written."""
    here = f"{path}/artifacts"
    return here if local else artifact_uri(metadata.words(meta, "artifact_uri"), run_id, here)


def _texts(path: str, name: str, seen: dict[str, Version | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, entry in walk(f"{path}/{name}"):
        value, seen[f"{name}/{key}"] = text(entry.path, LARGEST_TEXT)
        if "\0" in value or len(value) > MAX_TEXT:
            msg = f"{name}/{key} has NUL characters, or more than {MAX_TEXT:,} characters"
            raise UnreadableError(msg)
        found[key] = value
    return found


def _latest(path: str, seen: dict[str, Version | None]) -> list[Metric]:
    found = []
    for key, entry in walk(f"{path}/metrics"):
        point, seen[f"metrics/{key}"] = metric_file.latest(key, entry.path)
        if point is not None:
            found.append(point)
    return found


def _inputs(path: str, seen: dict[str, Version | None], dataset: FindDataset) -> list[DatasetInput]:
    found = []
    for meta in _descriptions(path, "inputs", seen):
        known = dataset(metadata.words(meta, "source_id")) if meta.get("source_type") == "DATASET" else None
        tags = meta.get("tags")
        if known is not None:
            pairs = tags.items() if isinstance(tags, dict) else ()
            found.append(DatasetInput(known, tuple(Tag(key, str(value or "")) for key, value in pairs)))
    return found


def _outputs(path: str, seen: dict[str, Version | None]) -> list[dict[str, object]]:
    return [
        {"model_id": metadata.words(each, "destination_id"), "step": metadata.integer(each, "step") or 0}
        for each in _descriptions(path, "outputs", seen)
        if each.get("destination_type") == "MODEL_OUTPUT"
    ]


def _descriptions(path: str, name: str, seen: dict[str, Version | None]) -> list[Metadata]:
    """Return the metadata of each input or output, in a stable order."""
    found = []
    for each in sorted(entries(f"{path}/{name}"), key=lambda entry: entry.name):
        meta, seen[f"{name}/{each.name}/{META}"] = metadata.read(f"{each.path}/{META}")
        found.append(meta)
    return found


def history_path(path: str, key: str) -> str | None:
    """Return the path of the file of a metric in the folder of a run; None if there is none."""
    parts = key.split("/")
    if not key or {"", ".", ".."} & set(parts) or "\0" in key:
        return None
    file = Path(path, "metrics", *parts)
    below = (each.is_symlink() for each in file.parents[: len(parts)])
    return str(file) if file.is_file() and not any(below) else None
