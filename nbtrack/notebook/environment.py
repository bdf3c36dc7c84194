"""The environment of a run: uncommitted changes and versions, collected in the background."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from nbtrack import tags
from nbtrack.notebook import notebook_path
from nbtrack.tracking import context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from nbtrack.tracking import MlflowClient

CHANGES = "changes.diff"
ENVIRONMENT = "environment.json"
MOST_BYTES = 2_000_000
"""The most characters of a diff; longer ones are truncated, and say so."""
SECONDS = 20.0
"""Seconds that git may take."""


class Place(NamedTuple):
    """A run whose environment is collected: the folder of its code, and the modules that it uses."""

    client: MlflowClient
    run_id: str
    folder: Path
    modules: frozenset[str]
    connection_file: str | None = None
    """The kernel's id, if its notebook is unknown and a server can be asked."""


def collect(place: Place, redact: Callable[[str], str]) -> None:
    """Store the environment of a run; `redact` removes secrets from text."""
    if place.connection_file is not None:
        notebook = notebook_path.notebook_of(place.connection_file)
        if notebook is not None:
            place.client.set_tag(place.run_id, tags.SOURCE_NAME, str(notebook))
    place.client.log_text(place.run_id, json.dumps(environment(place.modules), indent=1), ENVIRONMENT)
    diff = changes(place.folder)
    if diff:
        place.client.log_text(place.run_id, redact(diff), CHANGES)
        place.client.set_tag(place.run_id, tags.GIT_DIRTY, "true")


def environment(modules: Iterable[str]) -> dict[str, object]:
    """Return the versions of Python, of the system, and of the packages that some modules belong to."""
    installed = _installed()
    foreign = frozenset(modules) - sys.stdlib_module_names
    packages = sorted({name for module in foreign for name in _packages_with(module, installed)})
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "packages": {name: _installed_version(name, installed) or metadata.version(name) for name in packages},
    }


_Installed: TypeAlias = "tuple[tuple[str, int], ...]"
"""The folders that packages are installed in, with the times of their last changes."""


def _installed() -> _Installed:
    folders = [each for each in sys.path if each.endswith("-packages")]
    return tuple((each, os.stat(each).st_mtime_ns) for each in folders if os.path.exists(each))  # noqa: PTH110, PTH116 - one system call each


@lru_cache(maxsize=500)
def _packages_with(module: str, installed: _Installed) -> tuple[str, ...]:
    """Return the packages that a top-level module belongs to: the one of its name, or all those that contain it.

    `importlib.metadata.packages_distributions` gives the same for all modules, and takes ten times as long.
    """
    try:
        namesake = metadata.distribution(module)
    except (metadata.PackageNotFoundError, ValueError):
        pass
    else:
        if _contains(namesake, module):
            return (namesake.metadata["Name"],)
    return tuple(one.metadata["Name"] for one in metadata.distributions() if _contains(one, module))


def _contains(package: metadata.Distribution, module: str) -> bool:
    """Return whether a package says that a top-level module is its own, or has files in it."""
    declared = (package.read_text("top_level.txt") or "").split()
    if declared:
        return module in declared
    record = package.read_text("RECORD")
    if record is not None:
        return any(f"\n{module}{end}" in f"\n{record}" for end in ("/", "."))
    return any(file.parts[0].partition(".")[0] == module for file in package.files or ())


@lru_cache(maxsize=500)
def _installed_version(name: str, installed: _Installed) -> str | None:
    """Return the version of an installed package; None for one in another folder, where files may be edited."""
    found = metadata.distribution(name)
    return found.version if str(found.locate_file("")).rstrip(os.sep) in dict(installed) else None


def changes(folder: Path) -> str:
    """Return what differs from the last commit in the work tree around a folder; nothing when it is clean.

    Notebooks are left out: their outputs differ in each run, and the code of the cell is stored anyway.
    """
    git = shutil.which("git") if context.git_folder(folder) is not None else None
    if git is None:
        return ""
    # By its path, since `subprocess` changes the filters of warnings while it searches for a program.
    command = [git, "diff", "--no-color", "--no-ext-diff", "--no-textconv"]
    command += ["HEAD", "--", ":/", ":(exclude,top)*.ipynb"]
    quiet = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    with tempfile.TemporaryFile() as file:
        try:
            subprocess.run(  # noqa: S603 - a fixed command, without a shell
                command,
                cwd=folder,
                env=quiet,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        file.seek(0)
        diff = file.read(MOST_BYTES + 1)
    text = diff[:MOST_BYTES].decode("utf-8", "replace")
    return text + "\n[... truncated ...]\n" if len(diff) > MOST_BYTES else text
