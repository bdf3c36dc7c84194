"""The models that a run has logged, as sections of its page."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from nbtrack import tags as reserved
from nbtrack.errors import NbtrackError
from nbtrack.media import dict_from_bytes
from nbtrack.presentation import model_sections
from nbtrack.stores import logged_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.entities import Run
    from nbtrack.logged_models import Descriptions
    from nbtrack.logged_models.on_server import ModelsOnServer
    from nbtrack.presentation.sections import Section

    Files = Callable[[str], ArtifactFolder]
    Models: TypeAlias = Descriptions | ModelsOnServer

MOST = 8
"""Most models that are shown."""
MOST_OF_FILE = 256 << 10
"""Most bytes of a description or an input example that are read."""


def sections_of(run: Run, files: Files, models: Models | None) -> Iterator[Section]:
    """Yield the sections of the models that a run has logged, the last one first.

    `models` has those that are stored apart from their runs, as MLflow 3 does; without it they are left out.
    """
    run_id, described = run.info.run_id, list(_described(run))[::-1]
    for each in described[:MOST]:
        path = str(each["artifact_path"])
        example = _example(each, partial(_head_of_file, files, run_id, path))
        yield from model_sections.sections_of(path, f"runs:/{run_id}/{path}", each, example)
    if models is None:
        return
    known = {each.get("model_id") for each in described}
    apart = [each for each in logged_models.ids_of(run) if each not in known]
    for model_id in apart[::-1][:MOST]:
        yield from _of_logged(models, model_id)


def _head_of_file(files: Files, run_id: str, folder: str, name: str) -> bytes:
    """Return the first bytes of a file in a folder of a run's artifacts."""
    return files(run_id).head(f"{folder}/{name}", MOST_OF_FILE)


def _of_logged(models: Models, model_id: str) -> Iterator[Section]:
    """Yield the sections of a model that is stored apart from its run; none when it can't be reached or read."""
    with suppress(NbtrackError):
        folder, name = models.files(model_id), str(models.get(model_id)["info"]["name"])
        described = dict_from_bytes(folder.head("MLmodel", MOST_OF_FILE), ".yaml")
        if isinstance(described, dict):
            example = _example(described, lambda path: folder.head(path, MOST_OF_FILE))
            yield from model_sections.sections_of(name, f"models:/{model_id}", described, example)


def _described(run: Run) -> Iterator[dict[str, Any]]:
    """Yield the descriptions in the tag of a run, which any client may have written."""
    try:
        history = json.loads(run.data.tags.get(reserved.LOGGED_MODELS, "[]"))
    except ValueError:
        return
    for each in history if isinstance(history, list) else []:
        if isinstance(each, dict) and each.get("artifact_path"):
            yield each


def _example(described: dict[str, Any], read: Callable[[str], bytes]) -> str | None:
    """Return the JSON text of a model's input example, or None when it has none or it can't be reached."""
    about = described.get("saved_input_example_info")
    name = about.get("artifact_path") if isinstance(about, dict) else None
    if not isinstance(name, str):
        return None
    with suppress(NbtrackError):
        return read(name).decode("utf-8", "replace")
    return None
