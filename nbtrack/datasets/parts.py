"""Columns of any type as plain arrays that stand for their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.datasets.objects import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL_CATEGORIES = 10_000
"""Of a categorical with more than these only their number counts, and those that are in use."""


def plain_parts(column: Any) -> list[NDArray[Any]]:
    """Return the plain arrays that stand for the values of a pandas array of any type."""
    import numpy as np
    import pandas as pd

    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        return [column.to_numpy()]
    if isinstance(dtype, pd.CategoricalDtype):
        return [np.frombuffer(_categories(dtype), "u1"), *_chosen(column)]
    if isinstance(dtype, pd.IntervalDtype):
        return [*plain_parts(pd.Series(column.left).array), *plain_parts(pd.Series(column.right).array)]
    if isinstance(dtype, pd.DatetimeTZDtype):
        return [pd.DatetimeIndex(column).tz_convert(None).to_numpy()]
    if isinstance(dtype, pd.PeriodDtype):
        return [column.astype("int64")]
    if isinstance(dtype, pd.SparseDtype):
        return [np.asarray(column)]
    if dtype.kind in "iufb" and isinstance(getattr(dtype, "numpy_dtype", None), np.dtype):
        return [column.isna(), column.to_numpy(dtype=dtype.numpy_dtype, na_value=0)]
    return [np.asarray(column, dtype=object)]


def _chosen(column: Any) -> list[NDArray[Any]]:
    """Return which values of a categorical are missing, and the others."""
    missing = column.codes == -1
    return [missing, *plain_parts(column.categories.take(column.codes[~missing]).array)]


def _categories(dtype: Any) -> bytes:
    """Return what there is to choose from; the order counts where it has a meaning."""
    name = str(dtype.categories.dtype.name).encode()
    if len(dtype.categories) > ALL_CATEGORIES:
        return b"%s %d" % (name, len(dtype.categories))
    values = dtype.categories.tolist()
    return name + (b" ordered" + written(values) if dtype.ordered else written(_in_some_order(values)))


def _in_some_order(values: list[Any]) -> list[Any]:
    kinds = {*map(type, values)}
    alike = len(kinds) == 1 and kinds <= {str, int, float}
    return sorted(values) if alike else sorted(values, key=lambda each: written([each]))
