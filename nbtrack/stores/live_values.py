"""Live values: numbers that running code reads repeatedly and that others can change, as tags of its run."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.errors import InvalidValue, NotFound, WrongState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import Run
    from nbtrack.stores.interface import Store


def read(written: str | None) -> float | None:
    """Return the number in a tag, with its type; None if there is none."""
    try:
        found = json.loads(written or "")
    except ValueError:
        return None
    return found if is_number(found) else None


def from_text(text: str) -> object:
    """Return the value that a user has typed: a number, true or false, else the (invalid) text itself."""
    word = text.strip()
    try:
        return json.loads(word.lower()) if word.lower() in {"true", "false"} else int(word)
    except ValueError:
        pass
    try:
        return float(word)
    except ValueError:
        return word


def is_number(value: object) -> bool:
    """Return whether this can be a live value: a finite int or float, or a bool."""
    return type(value) in {bool, int} or (type(value) is float and math.isfinite(value))


def of_run(run: Run) -> dict[str, float]:
    """Return the live values of a run by their names."""
    found = {
        key.removeprefix(reserved.LIVE): read(value)
        for key, value in run.data.tags.items()
        if key.startswith(reserved.LIVE)
    }
    return {name: value for name, value in found.items() if value is not None}


def set_values(store: Store, run_id: str, values: Mapping[str, object]) -> None:
    """Ask a running run to continue with other live values, either with all of them or with none.

    Raises
    ------
    WrongState
        When the run is not running.
    NotFound
        When its code has not asked for a value of that name; the message lists those it has.
    InvalidValue
        When a value is not of the type that the code uses.
    """
    run = store.get_run(run_id)
    if run.info.status != "RUNNING":
        msg = f"Run {run.info.run_name} is {run.info.status}: only the values of a running run can be changed"
        raise WrongState(msg)
    known = of_run(run)
    changed = [(reserved.LIVE + name, json.dumps(_fitting(name, value, known))) for name, value in values.items()]
    store.log_batch(run_id, tags=changed)


def _fitting(name: str, value: object, known: Mapping[str, float]) -> float:
    """Return a new value in the type of the one that it replaces."""
    if name not in known:
        there = ", ".join(map(repr, known)) or "none"
        msg = f"The run has no live value {name!r}; it has {there}. Its code asks for one by nbtrack.live({name!r}, …)"
        raise NotFound(msg)
    kind = type(known[name])
    if not _fits(value, kind):
        wanted = {bool: "true or false", int: "a whole number"}.get(kind, "a finite number")
        msg = f"The live value {name!r} must be {wanted}, not {str(value)[:40]!r}"
        raise InvalidValue(msg)
    return kind(value)  # type: ignore[arg-type] # is_number above excludes text


def _fits(value: object, kind: type[float]) -> bool:
    if isinstance(value, bool) or issubclass(kind, bool):
        return type(value) is kind
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return is_number(value) and (is_whole or kind is float)
