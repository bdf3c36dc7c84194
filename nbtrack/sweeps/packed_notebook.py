"""The names of a notebook, packed for workers in other processes and on other machines."""

from __future__ import annotations

import types
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.sweeps.reached_names import reached_names
from nbtrack.sweeps.worker import Notebook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.capture import NotebookHistory

OF_IPYTHON = "get_ipython"


def packed(names: dict[str, Any], identifiers: Iterable[str], history: NotebookHistory) -> bytes:
    """Return what trials need of a notebook, pickled; its functions and classes by value.

    Raises
    ------
    InvalidValue
        When the code has magics, or reaches what can't be pickled; the message names it.
    Unsupported
        When cloudpickle is not installed.
    """
    needed = set(identifiers)
    if OF_IPYTHON in needed:
        raise InvalidValue("A cell with magics can't run in workers: remove them, or omit --jobs and --on")
    reached = {name: names[name] for name in reached_names(names, needed)}
    anchor = types.FunctionType((lambda: None).__code__, names, "anchor")
    anchor.__module__ = "__main__"
    cells = tuple((cell.tree, cell.source) for cell in history.cells.all)
    notebook = Notebook(reached, anchor, cells, str(Path.cwd()))
    try:
        return pickled(notebook)
    except Exception as error:  # noqa: BLE001 # pickling runs the code of objects, which may raise anything
        odd = [name for name, thing in reached.items() if not _can_travel(thing)]
        raise InvalidValue(
            f"{', '.join(odd) or 'what the cell uses'} can't be sent to workers ({type(error).__name__}: {error}): "
            "make it in the cell, or run the trials here, without --jobs and --on"
        ) from None


def pickled(thing: object) -> bytes:
    """Return an object as workers unpickle it."""
    if find_spec("cloudpickle") is None:
        raise Unsupported("Trials in workers need cloudpickle: pip install 'nbtrack[sweeps]'")
    import cloudpickle

    found: bytes = cloudpickle.dumps(thing)
    return found


def _can_travel(thing: object) -> bool:
    try:
        pickled(thing)
    except Exception:  # noqa: BLE001 # pickling runs the code of objects, which may raise anything
        return False
    return True
