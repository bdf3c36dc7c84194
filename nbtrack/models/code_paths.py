"""The code that is part of a model: files and folders that are importable when it is loaded."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.errors import NotFound
from nbtrack.models.requirements import modules_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FOLDER = "code"


def copy(folder: Path, paths: Sequence[str]) -> None:
    """Copy files and folders into the folder of a model, without that folder; raise `NotFound` for missing ones."""
    own = folder.resolve()

    def left_out(place: str, names: list[str]) -> set[str]:
        return {each for each in names if each == "__pycache__" or Path(place, each).resolve() == own}

    for each in map(Path, paths):
        target = folder / FOLDER / each.name
        if each.is_dir():
            shutil.copytree(each, target, ignore=left_out)
        elif each.is_file():
            _copy_file(each, target)
        else:
            raise NotFound(f"The code {each} of the model does not exist")


def copy_imported(folder: Path, files: Iterable[Path]) -> None:
    """Copy the modules of the working directory that pickles or Python files need, and the modules these import."""
    root = Path.cwd()
    for each in _imported(root, files):
        _copy_file(root / each, folder / FOLDER / each)


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _imported(root: Path, files: Iterable[Path]) -> set[Path]:
    """Return the modules below `root` that files need, as paths from there."""
    found: set[Path] = set()
    waiting = [(each, "") for each in files]
    while waiting:
        for name in modules_of(*waiting.pop()):
            for path in _files_of(root, name):
                if path not in found:
                    found.add(path)
                    waiting.append((root / path, ".".join(path.parent.parts)))
    return found


def _files_of(root: Path, module: str) -> Iterator[Path]:
    """Yield the files that an import of a module runs: those of its packages, and its own."""
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        path = Path(*parts[:length])
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if (root / file).is_file():
                yield file
