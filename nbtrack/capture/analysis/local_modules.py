"""Modules whose source is a file of the working directory: their functions are followed like those of the notebook."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.capture.analysis.called_functions import Scope
from nbtrack.capture.analysis.notebook_history import NotebookHistory

if TYPE_CHECKING:
    from types import ModuleType

_INSTALLED = frozenset({"site-packages", "dist-packages"})
_LARGEST = 500_000
"""Bytes of source beyond which a module is not read."""


def scope_of(name: str, read: dict[tuple[str, int], NotebookHistory]) -> Scope | None:
    """Return what an imported module defines, or None if it is not local; `read` caches modules."""
    module = sys.modules.get(name)
    file = _file(module) if module is not None else None
    if file is None:
        return None
    try:
        facts = file.stat()
        key = str(file), facts.st_mtime_ns
        if key not in read and facts.st_size <= _LARGEST:
            read[key] = NotebookHistory()
            read[key].learn(ast.parse(file.read_bytes()))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None
    known = read.get(key)
    return None if known is None else Scope(name, known.functions, _absolute(known.origins, name))


def _file(module: ModuleType) -> Path | None:
    """Return the source file of a module, if it is in the working directory and not installed there."""
    name = vars(module).get("__file__")
    if type(name) is not str or not name.endswith(".py"):
        return None
    file, here = Path(name), Path.cwd()
    inside = file.is_relative_to(here) and not file.is_relative_to(sys.prefix)
    return file if inside and _INSTALLED.isdisjoint(file.parts) else None


def _absolute(origins: dict[str, str], name: str) -> dict[str, str]:
    """Return origins with those of relative imports, which begin with a dot or name a sibling, made absolute."""
    package = name.rpartition(".")[0]
    return {
        bound: f"{package}.{origin.lstrip('.')}" if origin.startswith(".") and package else origin
        for bound, origin in origins.items()
    }
