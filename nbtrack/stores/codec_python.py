"""The formats of `column_format` in the standard library, for programs that have not loaded numpy."""

from __future__ import annotations

from array import array
from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING, Any

from nbtrack.stores import column_bytes
from nbtrack.stores.column_format import DELTA, DELTA_HEAD, F32, LINE, LINE_HEAD, RAW, WIDTHS, ZIP, compress, decompress

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_UNSIGNED = dict(zip(WIDTHS, "BHIQ", strict=True))


def pack_integers(numbers: Sequence[int]) -> tuple[int, bytes]:
    """Pack a column of int64."""
    column = array("q", numbers)
    differences = [_wrap_int64(each) for each in map(sub, column[1:], column)]
    if not differences or differences.count(differences[0]) == len(differences):
        return LINE, LINE_HEAD.pack(column[0], differences[0] if differences else 0)
    folded = [each << 1 if each >= 0 else ~(each << 1) for each in differences]
    highest = max(folded)
    width = next(each for each in WIDTHS if highest < 1 << 8 * each)
    kind, data = compress(DELTA, column_bytes.little_endian(array(_UNSIGNED[width], folded)), width)
    return kind, DELTA_HEAD.pack(column[0], width) + data


def pack_floats(numbers: Sequence[float]) -> tuple[int, bytes]:
    """Pack a column of float64."""
    column = array("d", numbers)
    narrow = array("f", column)
    exact = array("d", narrow).tobytes() == column.tobytes()
    return (
        compress(F32, column_bytes.little_endian(narrow), 4)
        if exact
        else compress(RAW, column_bytes.little_endian(column), 8)
    )


def unpack(packing: int, data: memoryview, count: int, code: str) -> array[Any]:
    """Unpack a column of int64 (``q``) or float64 (``d``); raises `ValueError` and others when it is damaged."""
    kind = packing & ~ZIP
    if packing == LINE:
        first, stride = LINE_HEAD.unpack(data)
        return _int64_array(range(first, first + count * stride, stride) if stride else [first] * count)
    if kind == DELTA:
        first, width = DELTA_HEAD.unpack_from(data)
        folded = column_bytes.from_bytes(
            _UNSIGNED[width], decompress(packing, data[DELTA_HEAD.size :], count - 1, width)
        )
        return _int64_array(list(accumulate(((each >> 1) ^ -(each & 1) for each in folded), initial=first)))
    if kind == F32:
        return array("d", column_bytes.from_bytes("f", decompress(packing, data, count, 4)))
    if kind == RAW:
        return column_bytes.from_bytes(code, decompress(packing, data, count, 8))
    raise ValueError(packing)


def _int64_array(numbers: Iterable[int]) -> array[int]:
    """Return numbers as int64; larger ones wrap around."""
    try:
        return array("q", numbers)
    except OverflowError:
        return array("q", map(_wrap_int64, numbers))


def _wrap_int64(number: int) -> int:
    return (number + (1 << 63) & (1 << 64) - 1) - (1 << 63)
