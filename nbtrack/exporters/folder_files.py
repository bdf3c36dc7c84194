"""Files of MLflow's file layout: metadata, and texts by the names of their files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from nbtrack.entities import Experiment

LONGEST_NAME = 255
"""The most bytes of a file name."""
_NAME = re.compile(r"[/\w.\- :]+")
"""The characters that MLflow allows; it can't read an experiment in which a run has others."""


def check_names(what: str, keys: Iterable[str]) -> None:
    """Raise `InvalidValue` when keys cannot all be paths of files below one folder, as MLflow reads them."""
    known = set(keys)
    for key in known:
        parts = key.split("/")
        too_long = any(len(part.encode()) > LONGEST_NAME for part in parts)
        if {"", ".", ".."} & set(parts) or not _NAME.fullmatch(key) or too_long:
            msg = f"{key[:80]!r} of its {what} cannot be the name of a file in MLflow's layout: export to a .db file"
            raise InvalidValue(msg)
        folders = {"/".join(parts[:count]) for count in range(1, len(parts))}
        if folders & known:
            msg = f"{min(folders & known)!r} and {key[:80]!r} of its {what} cannot both be files: export to a .db file"
            raise InvalidValue(msg)


def add_texts(folder: Path, held: Mapping[str, str]) -> None:
    """Write texts to the files of their keys; existing files are unchanged."""
    folder.mkdir(parents=True, exist_ok=True)
    for key, value in held.items():
        file = folder / key
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(value.encode())


def write_yaml(file: Path, content: Mapping[str, Any]) -> None:
    """Write metadata; a reader never sees a part of it."""
    import yaml

    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_text(yaml.safe_dump(dict(content), allow_unicode=True, width=10**9), encoding="utf-8")
    part.replace(file)


def replace_yaml(file: Path, key: str, before: object, after: object) -> None:
    """Replace an entry of metadata that `write_yaml` wrote, if it has the expected value."""
    import yaml

    old, new = (yaml.safe_dump({key: value}, allow_unicode=True, width=10**9) for value in (before, after))
    written = file.read_text(encoding="utf-8")
    if old != new and old in written:
        part = file.with_name(f".{file.name}.part")
        part.write_text(written.replace(old, new, 1), encoding="utf-8")
        part.replace(file)


def experiment_meta(experiment: Experiment) -> dict[str, Any]:
    """Return the metadata of an experiment."""
    return {
        "artifact_location": experiment.artifact_location,
        "creation_time": experiment.creation_time,
        "experiment_id": experiment.experiment_id,
        "last_update_time": experiment.last_update_time,
        "lifecycle_stage": str(experiment.lifecycle_stage),
        "name": experiment.name,
    }
