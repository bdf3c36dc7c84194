"""Profiles of columns: what is missing, mean, spread, range and number of different values, of a sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nbtrack.datasets.canonical_bytes import is_missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbtrack.datasets.data_columns import DataColumn

DIGITS = 9
"""Significant digits of the numbers in a profile."""


def profile_column(column: DataColumn) -> dict[str, Any]:
    """Return the profile of a column: ``missing`` (a share), ``mean``, ``std``, ``min``, ``max``, ``distinct``."""
    parts = column.arrays()
    codes = getattr(column.values, "codes", None)
    if codes is not None:
        return _of_codes(codes)
    if parts[-1].dtype.kind in "OT":
        return _of_objects(parts[-1].ravel().tolist())
    mask = parts[0].ravel() if len(parts) == 2 and parts[0].dtype.kind == "b" else None
    return _of_numbers(parts[-1].ravel(), mask)


def _of_codes(codes: Any) -> dict[str, Any]:
    import numpy as np

    if not len(codes):
        return {}
    return {"missing": _share(int((codes == -1).sum()), len(codes)), "distinct": len(np.unique(codes[codes != -1]))}


def _of_objects(values: list[Any]) -> dict[str, Any]:
    if not values:
        return {}
    there = [each for each in values if not is_missing(each)]
    found: dict[str, Any] = {"missing": _share(len(values) - len(there), len(values))}
    if {*map(type, there)} <= {str, int, bool}:
        found["distinct"] = len(set(there))
    return found


def _of_numbers(values: NDArray[Any], mask: NDArray[Any] | None) -> dict[str, Any]:
    import numpy as np

    if not values.size:
        return {}
    gaps = np.isnat(values) if values.dtype.kind in "mM" else np.isnan(values) if values.dtype.kind in "fc" else None
    gone = gaps if mask is None else mask if gaps is None else mask | gaps
    there = values if gone is None else values[~gone]
    found: dict[str, Any] = {"missing": _share(values.size - there.size, values.size)}
    if there.dtype.kind in "iufb" and there.size:
        found |= _moments(there.astype("f8"))
    if there.dtype.kind in "iufbmMUS":
        found["distinct"] = len(np.unique(there))
    return found


def _moments(values: NDArray[Any]) -> dict[str, float]:
    import numpy as np

    with np.errstate(all="ignore"):
        found = {"mean": values.mean(), "std": values.std(), "min": values.min(), "max": values.max()}
    return {name: float(f"{each:.{DIGITS}g}") for name, each in found.items() if math.isfinite(each)}


def _share(count: int, of: int) -> float:
    return float(f"{count / of:.{DIGITS}g}")
