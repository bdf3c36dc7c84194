"""Columnar blocks: the points of one metric, packed without loss.

A block consists of a version byte, the number of points as u32, and three columns: steps, timestamps and values. Each
column has its packing as one byte (see `column_format`), its length as u32, a checksum as u32, and its bytes. The
checksum is the lower half of XXH3 (64 bits) of the bytes, seeded with the number of points and the packing, so a column
can be verified without the others; blocks of version 1 have none. If numpy is loaded already, it does the work; packing
never loads it, to keep short programs fast.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from xxhash import xxh3_64_intdigest

from nbtrack.entities import History
from nbtrack.errors import DamagedStore
from nbtrack.stores import codec_python

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

VERSION = 2
UNCHECKED = 1
"""The version of blocks without checksums."""
MAX_POINTS = 65_536
"""The number of points in a full block."""
MIN_POINTS_FOR_NUMPY = 64
_HEAD, _COLUMN, _UNCHECKED_COLUMN = struct.Struct("<BI"), struct.Struct("<BII"), struct.Struct("<BI")
_CODES = "qqd"


class Points(NamedTuple):
    """Points of one metric in logged order, as columns of equal length; timestamps in ms.

    Columns that grow are plain arrays; those that come from blocks may be numpy arrays.
    """

    steps: Any
    timestamps: Any
    values: Any


def empty() -> Points:
    """Return empty columns that can grow."""
    return Points(array("q"), array("q"), array("d"))


def concatenate(parts: Sequence[Points]) -> Points:
    """Return several parts as one."""
    return Points(*(_concatenate([part[number] for part in parts], code) for number, code in enumerate(_CODES)))


def _concatenate(columns: Sequence[Any], code: str) -> Any:
    if len(columns) == 1:
        return columns[0]
    if all(isinstance(each, array) for each in columns):
        whole = array(code)
        for each in columns:
            whole.extend(each)
        return whole
    import numpy as np

    return np.concatenate([np.asarray(each) for each in columns])


def pack(steps: Sequence[int], timestamps: Sequence[int], values: Sequence[float]) -> bytes:
    """Return a block of points in the order given; the columns have equal lengths of at least one."""
    count = len(values)
    codec = _codec(count)
    columns = codec.pack_integers(steps), codec.pack_integers(timestamps), codec.pack_floats(values)
    return _HEAD.pack(VERSION, count) + b"".join(
        _COLUMN.pack(packing, len(data), _checksum(data, count, packing)) + data for packing, data in columns
    )


def _checksum(data: bytes | memoryview, count: int, packing: int) -> int:
    return xxh3_64_intdigest(data, count << 8 | packing) & 0xFFFF_FFFF


def _codec(count: int) -> ModuleType:
    """Return the codec for columns of this length; short ones are faster without numpy."""
    if count < MIN_POINTS_FOR_NUMPY or "numpy" not in sys.modules:
        return codec_python
    from nbtrack.stores import codec_numpy

    return codec_numpy


def unpack(block: bytes) -> Points:
    """Return the points of a block.

    Raises
    ------
    DamagedStore
        When the block is invalid.
    """
    return Points(*(_column(block, number) for number in range(len(_CODES))))


def _column(block: bytes, number: int) -> Any:
    """Unpack one column of a block."""
    try:
        version, count = _HEAD.unpack_from(block)
        if version not in {VERSION, UNCHECKED}:
            raise _damaged(f"its version is {version}")
        if count > MAX_POINTS:
            raise _damaged(f"it claims {count:,} points")
        head = _COLUMN if version == VERSION else _UNCHECKED_COLUMN
        view = memoryview(block)[_HEAD.size :]
        for _ in range(number):
            view = view[head.size + head.unpack_from(view)[1] :]
        packing, length, *checksum = head.unpack_from(view)
        data = view[head.size : head.size + length]
        if len(data) != length or (checksum and checksum[0] != _checksum(data, count, packing)):
            raise _damaged(f"column {number} is truncated or altered")
        return _codec(count).unpack(packing, data, count, _CODES[number])
    except (struct.error, ValueError, KeyError, zlib.error) as error:
        raise _damaged(str(error)) from None


def _damaged(reason: str) -> DamagedStore:
    return DamagedStore(f"A block of metric points is damaged ({reason}); run `nbtrack doctor` for details")


class BlockHistory(History):
    """A history whose columns are unpacked from blocks when they are first accessed."""

    def __init__(self, key: str, parts: Sequence[bytes]) -> None:
        super().__init__(key, *empty())
        self._parts, self._unpacked = parts, dict[int, Any]()

    def _column(self, number: int) -> Any:
        if not self._parts:
            return super()._column(number)
        if number not in self._unpacked:
            self._unpacked[number] = _concatenate([_column(part, number) for part in self._parts], _CODES[number])
        return self._unpacked[number]
