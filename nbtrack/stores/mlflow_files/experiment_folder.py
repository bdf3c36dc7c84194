"""The folder of an experiment: its metadata, tags and datasets."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from nbtrack.entities import Dataset, Experiment, LifecycleStage
from nbtrack.stores.mlflow_files import metadata
from nbtrack.stores.mlflow_files.checked_files import UnreadableError, text, version, walk
from nbtrack.stores.mlflow_files.run_folder import LARGEST_TEXT, META
from nbtrack.validation import INT64_MAX

LARGEST_DATASET = 32 << 20
"""Bytes of the description of a dataset."""


class ReadExperiment(NamedTuple):
    """An experiment, with a number that changes when its files do."""

    experiment: Experiment
    signature: int


def signature(path: str) -> int:
    """Return a number that changes when an experiment's metadata or tags are written."""
    tags = [(key, entry.stat(follow_symlinks=False)) for key, entry in walk(f"{path}/tags")]
    seen = frozenset((key, found.st_mtime_ns, found.st_size) for key, found in tags)
    return hash((version(f"{path}/{META}"), seen))


def read_experiment(path: str, experiment_id: str) -> ReadExperiment:
    """Return the experiment in a folder; raise `UnreadableError` when it cannot be read."""
    seen = signature(path)
    if not experiment_id.isdecimal() or not experiment_id.isascii() or int(experiment_id) > INT64_MAX:
        msg = "an experiment id is a whole number of 64 bits"
        raise UnreadableError(msg)
    if Path(path).is_symlink():
        msg = "it is a link"
        raise UnreadableError(msg)
    meta, found = metadata.read(f"{path}/{META}")
    if metadata.words(meta, "experiment_id") != experiment_id or not metadata.words(meta, "name"):
        msg = "meta.yaml has no name, or is that of another experiment"
        raise UnreadableError(msg)
    written = found[0] // 1_000_000
    created = metadata.integer(meta, "creation_time")
    updated = metadata.integer(meta, "last_update_time")
    stage = LifecycleStage.DELETED if meta.get("lifecycle_stage") == "deleted" else LifecycleStage.ACTIVE
    return ReadExperiment(
        Experiment(
            experiment_id,
            metadata.words(meta, "name"),
            _location(path, meta),
            stage.value,
            written if created is None else created,
            written if updated is None else updated,
            {key: text(entry.path, LARGEST_TEXT)[0] for key, entry in walk(f"{path}/tags")},
        ),
        seen,
    )


def _location(path: str, meta: metadata.Metadata) -> str:
    """Return where artifacts go: a location in a cloud or on a server, else the folder itself, which may have moved."""
    recorded = metadata.words(meta, "artifact_location")
    return recorded if "://" in recorded and not recorded.startswith("file:") else path


class Datasets:
    """The datasets of an experiment, each read when a run has it as an input."""

    def __init__(self, path: str) -> None:
        self._path, self._known = path, dict[str, Dataset | None]()

    def find(self, identity: str) -> Dataset | None:
        """Return the dataset with an id, or None if the experiment has no such dataset."""
        if identity not in self._known:
            self._known[identity] = self._read(identity)
        return self._known[identity]

    def _read(self, identity: str) -> Dataset | None:
        file = f"{self._path}/datasets/{identity}/{META}"
        if not identity.isalnum() or version(file) is None:
            return None
        meta, _ = metadata.read(file, LARGEST_DATASET)
        fields = [metadata.words(meta, name) for name in ("name", "digest", "source_type", "source")]
        return Dataset(*fields, *(metadata.words(meta, name) or None for name in ("schema", "profile")))
