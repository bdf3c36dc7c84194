"""The models that a run has logged, as sections of its page."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.errors import NbtrackError
from nbtrack.presentation import model_sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.entities import Run
    from nbtrack.presentation.sections import Section

    Files = Callable[[str], ArtifactFolder]

MOST = 8
"""Most models that are shown."""
MOST_OF_EXAMPLE = 64 << 10
"""Most bytes of an input example that are read."""


def sections_of(run: Run, files: Files) -> Iterator[Section]:
    """Yield the sections of the models that a run has logged, the last one first."""
    for described in list(_described(run))[::-1][:MOST]:
        path = str(described["artifact_path"])
        uri = f"runs:/{run.info.run_id}/{path}"
        yield from model_sections.sections_of(path, uri, described, _example(run, path, described, files))


def _described(run: Run) -> Iterator[dict[str, Any]]:
    """Yield the descriptions in the tag of a run, which any client may have written."""
    try:
        history = json.loads(run.data.tags.get(reserved.LOGGED_MODELS, "[]"))
    except ValueError:
        return
    for each in history if isinstance(history, list) else []:
        if isinstance(each, dict) and each.get("artifact_path"):
            yield each


def _example(run: Run, path: str, described: dict[str, Any], files: Files) -> str | None:
    """Return the JSON text of a model's input example, or None when it has none or it can't be reached."""
    about = described.get("saved_input_example_info")
    name = about.get("artifact_path") if isinstance(about, dict) else None
    if not isinstance(name, str):
        return None
    with suppress(NbtrackError):
        return files(run.info.run_id).head(f"{path}/{name}", MOST_OF_EXAMPLE).decode("utf-8", "replace")
    return None
