"""What a run has recorded of its code, its packages and the uncommitted changes around it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.entities import Run

CODE, EARLIER = "cell.py", "earlier"
ENVIRONMENT, UNCOMMITTED = "environment.json", "changes.diff"
MOST_BYTES = 200_000
"""The most of one file that is compared."""
MOST_CELLS = 200


class Context(NamedTuple):
    """The code of a cell, that of the earlier cells which it depends on, and what it ran with; None: not recorded."""

    code: str | None
    earlier: tuple[str, ...] | None
    packages: Mapping[str, str] | None = None
    """Versions by name, with that of Python."""
    uncommitted: str | None = None


def of_run(run: Run, files: Callable[[str], ArtifactFolder]) -> Context:
    """Return what a run has recorded; nothing where its artifacts can't be reached."""
    try:
        folder = files(run.info.run_id)
        there = {each.path for each in folder.list()}
        texts = {name: _text(folder, name) if name in there else None for name in (CODE, ENVIRONMENT, UNCOMMITTED)}
        earlier = _earlier(folder) if EARLIER in there else ()
    except NbtrackError:
        return Context(None, None)
    code = texts[CODE]
    return Context(code, None if code is None else earlier, _packages(texts[ENVIRONMENT]), texts[UNCOMMITTED])


def _text(folder: ArtifactFolder, path: str) -> str:
    return folder.head(path, MOST_BYTES).decode("utf-8", "replace")


def _earlier(folder: ArtifactFolder) -> tuple[str, ...]:
    """Return the code of the earlier cells, in their order."""
    paths = sorted(each.path for each in folder.list(EARLIER) if not each.is_dir)
    return tuple(_text(folder, path) for path in paths[:MOST_CELLS])


def _packages(text: str | None) -> dict[str, str] | None:
    """Return the versions in an environment file, or None if it is not one."""
    with suppress(ValueError, RecursionError):
        found = json.loads(text or "null")
        packages = found.get("packages") if isinstance(found, dict) else None
        if isinstance(packages, dict):
            versions = {"python": found.get("python"), **packages}
            return {str(name): str(version) for name, version in versions.items() if version is not None}
    return None
