"""Reads series of numbers by their form: lists, one-dimensional arrays, dicts and rows of them, frames.

Like `value_reading`, it touches nothing of an unknown type; no library is imported.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from nbtrack.capture.analysis import result_words
from nbtrack.capture.runtime import value_reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Series: TypeAlias = "list[float]"

MOST_CURVES = 100
MOST_POINTS = 100_000
_MOST_COLUMNS = 1_000
_DEEPEST = 3
_REALS = frozenset("fiu")
"""The kinds of numpy's types that are real numbers."""
_ARRAYS = frozenset({"numpy", "torch", "jax", "jaxlib", "tensorflow", "cupy"})
_MAPPINGS = frozenset({"dict", "OrderedDict", "defaultdict"})


def series(value: object) -> Series | None:
    """Return the numbers of a list, a tuple or a one-dimensional array, or None if it contains anything else."""
    if type(value) is list or type(value) is tuple:
        return _listed(value)
    return _array(value, 1)


def means(value: object) -> Series | None:
    """Return the mean of each row of a two-dimensional array: over the folds, for each setting."""
    rows = _array(value, 2)
    return None if rows is None else [math.fsum(row) / len(row) for row in rows if row]


def _listed(values: list[object] | tuple[object, ...]) -> Series | None:
    if not 0 < len(values) <= MOST_POINTS:
        return None
    found = []
    for one in values:
        number = one if type(one) is float else value_reading.number(one)
        if number is None:
            return None
        found.append(float(number))
    return found


def _array(value: Any, dimensions: int) -> list[Any] | None:
    """Return the elements of an array of real numbers, or of the values of a pandas Series."""
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    if library == "pandas" and kind.__name__ == "Series":
        value, kind, library = value.to_numpy(), type(value.to_numpy()), "numpy"
    if library not in _ARRAYS or not value_reading.has(kind, "shape") or not value_reading.has(kind, "tolist"):
        return None
    if len(value.shape) != dimensions or not 0 < math.prod(value.shape) <= MOST_POINTS:
        return None
    real = value.dtype.kind in _REALS if library == "numpy" else _is_real(str(value.dtype))
    return value.tolist() if real else None


def _is_real(dtype: str) -> bool:
    return "float" in dtype or "int" in dtype


def fields(value: object) -> dict[Any, Any] | None:
    """Return an exact dict, or one of the dicts of the standard library, unchanged; None for anything else."""
    kind = type(value)
    known = kind is dict or (kind.__module__ in {"builtins", "collections"} and kind.__name__ in _MAPPINGS)
    return value if known and isinstance(value, dict) else None


def nested(value: object) -> dict[str, Series]:
    """Return the series of a dict of lists, or of a dict of such dicts, by dotted key; empty if it holds other data."""
    found: dict[str, Series] = {}
    return found if _gather(fields(value) or {}, "", found, _DEEPEST) else {}


def _gather(content: Mapping[Any, Any], prefix: str, found: dict[str, Series], depth: int) -> bool:
    for key, one in content.items():
        if type(key) is not str or len(found) > MOST_CURVES or not depth:
            return False
        inner = fields(one)
        if inner is not None:
            if not _gather(inner, f"{prefix}{key}.", found, depth - 1):
                return False
        elif result_words.is_bookkeeping(key):
            continue
        else:
            known = series(one)
            if known is None:
                return False
            found[prefix + key] = known
    return True


def rows(value: object) -> dict[str, Series]:
    """Return the series of a list of dicts, one for each key that holds floats: ``[{"epoch": 1, "loss": 0.5}, …]``."""
    if not isinstance(value, list) or not 0 < list.__len__(value) <= MOST_POINTS:
        return {}
    found: dict[str, Series] = {}
    for row in list.__iter__(value):
        content = fields(row)
        if content is None:
            return {}
        for key, one in islice(content.items(), _MOST_COLUMNS):
            number = value_reading.number(one)
            if type(key) is str and type(number) is float and not result_words.is_bookkeeping(key):
                found.setdefault(key, []).append(number)
    return dict(islice(found.items(), MOST_CURVES))


def columns(value: Any) -> dict[str, Series]:
    """Return the columns of a frame of floats, by label; empty for anything else."""
    kind = type(value)
    if kind.__module__.partition(".")[0] != "pandas" or kind.__name__ != "DataFrame":
        return {}
    if not 0 < value.shape[0] <= MOST_POINTS or value.shape[1] > MOST_CURVES:
        return {}
    found = {}
    for place, label in enumerate(list(value.columns)):
        one = value.iloc[:, place].to_numpy()
        if type(label) is str and one.dtype.kind == "f" and not result_words.is_bookkeeping(label):
            found[label] = one.tolist()
    return found


def numbers(value: object) -> dict[str, int | float]:
    """Return the numbers of a dict, or of a list of dicts, by key: what ``trainer.test()`` returns."""
    parts: Iterable[object] = value if type(value) is list and len(value) <= value_reading.MOST_KEYS else [value]
    found: dict[str, int | float] = {}
    for part in parts:
        if fields(part) is None:
            return {}
        found.update(value_reading.entries(part))
    return {key: one for key, one in found.items() if not result_words.is_bookkeeping(key.rpartition(".")[2])}
