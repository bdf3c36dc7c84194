"""Columns of numbers as bytes, little-endian on every machine, at the speed of C and without numpy."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SAME = {"q": frozenset("ql"), "d": frozenset("d")}


def columns(
    key: str, steps: Sequence[int], timestamps: Sequence[int], values: Sequence[float]
) -> tuple[bytes, bytes, bytes]:
    """Return the points of a metric as the bytes of three columns.

    Raises
    ------
    InvalidValue
        When the columns differ in length or hold what is no number.
    """
    if not len(steps) == len(timestamps) == len(values):
        msg = f"metric {key!r} has {len(steps)} steps, {len(timestamps)} timestamps and {len(values)} values"
        raise InvalidValue(msg)
    try:
        return packed("q", steps), packed("q", timestamps), packed("d", values)
    except (TypeError, ValueError, OverflowError) as error:
        msg = f"the points of metric {key!r} must be real numbers at int64 steps and times: {error}"
        raise InvalidValue(msg) from None


def packed(code: str, numbers: Iterable[float]) -> bytes:
    """Return numbers as int64 (``q``) or float64 (``d``); arrays of that very type are copied as they are.

    Raises
    ------
    TypeError, OverflowError
        When one of them is no such number.
    """
    return little(_copied(code, numbers) or array(code, numbers))


def little(column: array[Any]) -> bytes:
    """Return the bytes of an array that is not used any further."""
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _copied(code: str, numbers: Any) -> array[Any] | None:
    """Return the array of a buffer that holds numbers of this type, such as a numpy array; None for anything else."""
    try:
        view = memoryview(numbers)
    except TypeError:
        return None
    if view.format not in _SAME[code] or view.itemsize != 8 or view.ndim != 1:
        return None
    column = array(code)
    column.frombytes(view.cast("B") if view.contiguous else view.tobytes())
    return column


def unpacked(code: str, data: bytes | memoryview) -> array[Any]:
    """Return the array of a type whose bytes these are."""
    column = array(code)
    column.frombytes(data)
    if sys.byteorder == "big":
        column.byteswap()
    return column
