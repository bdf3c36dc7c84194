"""Columnar blocks: the points of one metric, packed without loss.

A block is a byte of version, the number of points as u32, and three columns: steps, timestamps and
values, each a byte that names its packing, its length as u32, and its bytes. All numbers are
little-endian.

=========  ==========================================================================
packing    bytes
=========  ==========================================================================
``RAW``    int64 or float64 as they are
``LINE``   first value and stride, both int64: every point one stride further
``DELTA``  first value as int64, the width of a difference as u8, then the zigzag-coded differences
``F32``    float32, where that loses no bit
``+ZIP``   any of them but ``LINE``, its bytes transposed (all first bytes, all second ones, …) and deflated
=========  ==========================================================================
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import DamagedStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64] | NDArray[np.float64]

RAW, LINE, DELTA, F32, ZIP = 0, 1, 2, 3, 16
VERSION = 1
_HEAD, _COLUMN, _LINE, _DELTA = struct.Struct("<BI"), struct.Struct("<BI"), struct.Struct("<qq"), struct.Struct("<qB")
FEW = 256
"""Up to this many points are packed without numpy, unless it is there already: a short program need not load it."""
_SAMPLE = 4096
_WORTH = 0.9


class Column(NamedTuple):
    """Points of one metric in logged order, as arrays of equal length; timestamps in ms.

    They are plain arrays while they grow, and numpy's where a block was packed with it.
    """

    steps: Any
    timestamps: Any
    values: Any


def column() -> Column:
    """Return an empty column."""
    return Column(array("q"), array("q"), array("d"))


def joined(parts: Sequence[Column]) -> Column:
    """Return the points of several parts as one part."""
    if len(parts) == 1:
        return parts[0]
    if all(isinstance(each.values, array) for each in parts):
        whole = column()
        for part in parts:
            whole.steps.extend(part.steps)
            whole.timestamps.extend(part.timestamps)
            whole.values.extend(part.values)
        return whole
    import numpy as np

    return Column(*(np.concatenate([np.asarray(part[number]) for part in parts]) for number in range(3)))


def pack(steps: Sequence[int], timestamps: Sequence[int], values: Sequence[float]) -> bytes:
    """Return the block of some points, in the order given; the columns are of equal length, one at least."""
    if len(values) <= FEW and "numpy" not in sys.modules:
        columns = [_plain("q", steps), _plain("q", timestamps), _plain("d", values)]
    else:
        import numpy as np

        columns = [
            _integers(np.asarray(steps, dtype=np.int64)),
            _integers(np.asarray(timestamps, dtype=np.int64)),
            _floats(np.asarray(values, dtype=np.float64)),
        ]
    return _HEAD.pack(VERSION, len(values)) + b"".join(_COLUMN.pack(kind, len(data)) + data for kind, data in columns)


def unpack(block: bytes) -> Column:
    """Return the points of a block, as numpy arrays, or as plain ones when it was packed without numpy.

    Raises
    ------
    DamagedStore
        When the block is not one.
    """
    if block[:1] != bytes([VERSION]):
        raise _damaged("it is of another kind")
    try:
        _, count = _HEAD.unpack_from(block)
        view, columns = memoryview(block)[_HEAD.size :], []
        for kind in ("<i8", "<i8", "<f8"):
            packing, length = _COLUMN.unpack_from(view)
            columns.append(_column(packing, view[_COLUMN.size : _COLUMN.size + length], count, kind))
            view = view[_COLUMN.size + length :]
        return Column(*columns)
    except (struct.error, ValueError, zlib.error) as error:
        raise _damaged(str(error)) from None


def _damaged(reason: str) -> DamagedStore:
    return DamagedStore(f"a block of metric points is damaged ({reason}); `nbtrack doctor` tells more")


def _plain(code: str, numbers: Sequence[float]) -> tuple[int, bytes]:
    column = array(code, numbers)
    if sys.byteorder == "big":
        column.byteswap()
    return RAW, column.tobytes()


def _read_plain(code: str, data: memoryview, count: int) -> array[Any]:
    column = array(code, bytes(data))
    if len(column) != count:
        raise ValueError(count)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _integers(column: NDArray[np.int64]) -> tuple[int, bytes]:
    import numpy as np

    first = int(column[0])
    differences = np.diff(column)
    stride = int(differences[0]) if len(differences) else 0
    if not len(differences) or bool((differences == stride).all()):
        return LINE, _LINE.pack(first, stride)
    folded = ((differences << 1) ^ (differences >> 63)).view(np.uint64)
    width = next(each for each in (1, 2, 4, 8) if each == 8 or int(folded.max()) < 1 << (8 * each))
    kind, data = _squeezed(DELTA, folded.astype(f"<u{width}"))
    return kind, _DELTA.pack(first, width) + data


def _floats(column: NDArray[np.float64]) -> tuple[int, bytes]:
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        narrow = column.astype("<f4")
        exact = bool((narrow.astype("<f8").view(np.uint64) == column.view(np.uint64)).all())
    return _squeezed(F32, narrow) if exact else _squeezed(RAW, column.astype("<f8", copy=False))


def _squeezed(kind: int, column: NDArray[Any]) -> tuple[int, bytes]:
    """Return a column deflated when that is worth it, judged by a sample."""
    import numpy as np

    rows = np.ascontiguousarray(column).view(np.uint8).reshape(len(column), -1)
    sample = rows[:_SAMPLE].T.tobytes()
    if len(zlib.compress(sample, 1)) >= _WORTH * len(sample):
        return kind, column.tobytes()
    return kind | ZIP, zlib.compress(rows.T.tobytes(), 1)


def _column(packing: int, data: memoryview, count: int, kind: str) -> Numbers | array[int] | array[float]:
    if packing == RAW and "numpy" not in sys.modules:
        return _read_plain("d" if kind == "<f8" else "q", data, count)
    import numpy as np

    if packing == LINE:
        first, stride = _LINE.unpack(data)
        return np.int64(first) + np.arange(count, dtype=np.int64) * np.int64(stride)
    plain = packing & ~ZIP
    if plain == DELTA:
        first, width = _DELTA.unpack_from(data)
        stored = _spread(packing, data[_DELTA.size :], count - 1, f"<u{width}").astype(np.uint64)
        column = np.empty(count, dtype=np.int64)
        column[0] = first
        differences = (stored >> np.uint64(1)).view(np.int64) ^ -(stored & np.uint64(1)).view(np.int64)
        np.cumsum(differences, out=column[1:])
        column[1:] += np.int64(first)
        return column
    if plain == F32:
        return _spread(packing, data, count, "<f4").astype("<f8")
    if plain == RAW:
        return _spread(packing, data, count, kind)
    raise ValueError(packing)


def _spread(packing: int, data: memoryview, count: int, kind: str) -> NDArray[Any]:
    import numpy as np

    if not packing & ZIP:
        return np.frombuffer(data, dtype=kind, count=count)
    size = np.dtype(kind).itemsize
    packed = np.frombuffer(zlib.decompress(data, bufsize=size * count + 1), dtype=np.uint8)
    return np.ascontiguousarray(packed.reshape(size, count).T).view(kind).reshape(count)
