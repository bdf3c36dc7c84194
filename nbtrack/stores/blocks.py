"""Columnar blocks: the points of one metric, packed without loss.

A block is a byte of version, the number of points as u32, and three columns: steps, timestamps and values, each a byte
that names its packing, its length as u32, and its bytes; see `packing`. Where numpy is loaded it does the work, and
nothing here loads it: a short program need not.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.entities import History
from nbtrack.errors import DamagedStore
from nbtrack.stores import plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

VERSION = 1
MOST = 65_536
"""Points of a block that takes no more."""
FEW = 64
_HEAD, _COLUMN = struct.Struct("<BI"), struct.Struct("<BI")
_CODES = "qqd"


class Points(NamedTuple):
    """Points of one metric in logged order, as columns of equal length; timestamps in ms.

    They are plain arrays while they grow, and may be numpy's when they come from blocks.
    """

    steps: Any
    timestamps: Any
    values: Any


def empty() -> Points:
    """Return no points, to which some can be added."""
    return Points(array("q"), array("q"), array("d"))


def joined(parts: Sequence[Points]) -> Points:
    """Return the points of several parts as one part."""
    return Points(*(_joined([part[number] for part in parts], code) for number, code in enumerate(_CODES)))


def _joined(columns: Sequence[Any], code: str) -> Any:
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
    """Return the block of some points, in the order given; the columns are of equal length, one at least."""
    code = _code(len(values))
    columns = code.integers(steps), code.integers(timestamps), code.floats(values)
    return _HEAD.pack(VERSION, len(values)) + b"".join(_COLUMN.pack(kind, len(data)) + data for kind, data in columns)


def _code(count: int) -> ModuleType:
    """Return who packs and unpacks columns of so many numbers; few of them are done sooner without numpy."""
    if count < FEW or "numpy" not in sys.modules:
        return plain
    from nbtrack.stores import vectors

    return vectors


def unpack(block: bytes) -> Points:
    """Return the points of a block.

    Raises
    ------
    DamagedStore
        When the block is not one.
    """
    return Points(*(_column(block, number) for number in range(len(_CODES))))


def _column(block: bytes, number: int) -> Any:
    """Return a column of a block, leaving the others packed."""
    if block[:1] != bytes([VERSION]):
        raise _damaged("it is of another kind")
    try:
        _, count = _HEAD.unpack_from(block)
        if count > MOST:
            raise _damaged(f"it claims {count:,} points")
        view = memoryview(block)[_HEAD.size :]
        for _ in range(number):
            view = view[_COLUMN.size + _COLUMN.unpack_from(view)[1] :]
        packing, length = _COLUMN.unpack_from(view)
        return _code(count).column(packing, view[_COLUMN.size : _COLUMN.size + length], count, _CODES[number])
    except (struct.error, ValueError, KeyError, zlib.error) as error:
        raise _damaged(str(error)) from None


def _damaged(reason: str) -> DamagedStore:
    return DamagedStore(f"a block of metric points is damaged ({reason}); `nbtrack doctor` tells more")


class PackedHistory(History):
    """A history in blocks, of which a column is unpacked when it is first looked at.

    Parameters
    ----------
    key : str
        The metric.
    parts : sequence of bytes
        Its blocks, one after the other.
    """

    def __init__(self, key: str, parts: Sequence[bytes]) -> None:
        super().__init__(key, *empty())
        self._parts, self._unpacked = parts, dict[int, Any]()

    def _column(self, number: int) -> Any:
        if not self._parts:
            return super()._column(number)
        if number not in self._unpacked:
            self._unpacked[number] = _joined([_column(part, number) for part in self._parts], _CODES[number])
        return self._unpacked[number]
