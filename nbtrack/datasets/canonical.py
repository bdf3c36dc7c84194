"""Plain arrays as bytes that depend on their values alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def canonical(array: NDArray[Any]) -> bytes:
    """Return the bytes of an array of fixed-width items: little-endian, in C order, one zero, one NaN."""
    kind = array.dtype.kind
    if kind == "c":
        return canonical(array.real) + canonical(array.imag)
    if kind == "f":
        return _floats(array)
    if kind in "mM":
        array = array.astype("i8")
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def _floats(array: NDArray[Any]) -> bytes:
    import numpy as np

    with np.errstate(all="ignore"):
        values = np.array(array)
        values += 0.0
        values[np.isnan(values)] = np.nan
        if values.dtype.itemsize > 8:
            # The bytes of a long double are partly undefined; two doubles hold all of it.
            high = values.astype("f8")
            return _floats(high) + _floats((values - high).astype("f8"))
    return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
