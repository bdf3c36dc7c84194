"""Columns of numbers as bytes, little-endian on every machine; fast without numpy."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Any

from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.stores.interface import Columns


_SAME = {"q": frozenset("ql"), "d": frozenset("d")}


def columns_to_bytes(
    key: str, steps: Sequence[int], timestamps: Sequence[int], values: Sequence[float]
) -> tuple[bytes, bytes, bytes]:
    """Return the points of a metric as the bytes of three columns.

    Raises
    ------
    InvalidValue
        When the columns differ in length or contain anything but numbers.
    """
    if not len(steps) == len(timestamps) == len(values):
        msg = f"metric {key!r} has {len(steps)} steps, {len(timestamps)} timestamps and {len(values)} values"
        raise InvalidValue(msg)
    try:
        return to_bytes("q", steps), to_bytes("q", timestamps), to_bytes("d", values)
    except (TypeError, ValueError, OverflowError) as error:
        msg = f"the points of metric {key!r} must be real numbers at int64 steps and times: {error}"
        raise InvalidValue(msg) from None


def to_bytes(code: str, numbers: Iterable[float]) -> bytes:
    """Return numbers as the bytes of int64 (``q``) or float64 (``d``); arrays of that type are copied as a whole.

    Raises
    ------
    TypeError, OverflowError
        When one of them is not such a number.
    """
    return little_endian(_array_of_buffer(code, numbers) or array(code, numbers))


def little_endian(column: array[Any]) -> bytes:
    """Return the bytes of an array, which must not be used afterwards."""
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _array_of_buffer(code: str, numbers: Any) -> array[Any] | None:
    """Return a copy of a buffer of this type, such as a numpy array; None for anything else."""
    try:
        view = memoryview(numbers)
    except TypeError:
        return None
    if view.format not in _SAME[code] or view.itemsize != 8 or view.ndim != 1:
        return None
    column = array(code)
    column.frombytes(view.cast("B") if view.contiguous else view.tobytes())
    return column


def from_bytes(code: str, data: bytes | memoryview) -> array[Any]:
    """Return little-endian bytes as an array."""
    column = array(code)
    column.frombytes(data)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def to_metrics(columns: Mapping[str, Columns]) -> list[Metric]:
    """Return columns as points; `InvalidValue` names the metric whose columns are invalid."""
    return [each for key, given in columns.items() for each in _points(key, given)]


def _points(key: str, columns: Columns) -> list[Metric]:
    lengths = [len(each) for each in columns]
    if len(set(lengths)) > 1:
        msg = f"the columns of metric {key!r} differ in length: steps, times and values are {lengths}"
        raise InvalidValue(msg)
    try:
        steps, timestamps, values = (
            from_bytes(code, to_bytes(code, column)) for code, column in zip("qqd", columns, strict=True)
        )
    except (TypeError, ValueError, OverflowError):
        msg = f"the columns of metric {key!r} contain values that are not numbers, or steps or timestamps outside int64"
        raise InvalidValue(msg) from None
    return list(map(Metric, [key] * len(values), values, timestamps, steps))
