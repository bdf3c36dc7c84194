"""The formats in which a column of numbers is packed without loss.

=========  ==========================================================================
packing    bytes
=========  ==========================================================================
``RAW``    int64 or float64 as they are
``LINE``   first value and stride, both int64: an arithmetic progression
``DELTA``  first value as int64, the width of a difference as u8, then the zigzag-coded differences
``F32``    float32, if that loses no bit
``+ZIP``   any of them except ``LINE``, its bytes transposed (all first bytes, all second ones, …) and deflated
=========  ==========================================================================

All numbers are little-endian; differences and strides wrap around at 64 bits. `codec_python` and `codec_numpy` produce
the same bytes.
"""

from __future__ import annotations

import struct
import zlib

RAW, LINE, DELTA, F32, ZIP = 0, 1, 2, 3, 16
LINE_HEAD, DELTA_HEAD = struct.Struct("<qq"), struct.Struct("<qB")
WIDTHS = (1, 2, 4, 8)
_SAMPLE = 4096
_WORTH = 0.9
_SHORT = 128
"""Size in bytes below which compression is not worth its time."""


def compress(kind: int, data: bytes, size: int) -> tuple[int, bytes]:
    """Return numbers of `size` bytes each, deflated if a sample shows that this is worthwhile."""
    if len(data) < _SHORT:
        return kind, data
    sample = _transposed(data[: _SAMPLE * size], size)
    if len(zlib.compress(sample, 1)) >= _WORTH * len(sample):
        return kind, data
    return kind | ZIP, zlib.compress(_transposed(data, size), 1)


def _transposed(data: bytes, size: int) -> bytes:
    return data if size == 1 else b"".join(data[place::size] for place in range(size))


def decompress(kind: int, data: memoryview, count: int, size: int) -> memoryview:
    """Return the data that `compress` was given.

    Raises
    ------
    ValueError
        When it is not `count` numbers of `size` bytes.
    """
    if kind & ZIP:
        packed = zlib.decompress(data, bufsize=size * count + 1)
        data = memoryview(packed if size == 1 else _untransposed(packed, count, size))
    if len(data) != size * count:
        msg = f"{len(data)} bytes are not {count} numbers of {size}"
        raise ValueError(msg)
    return data


def _untransposed(packed: bytes, count: int, size: int) -> bytearray:
    whole = bytearray(len(packed))
    for place in range(size):
        whole[place::size] = packed[place * count : (place + 1) * count]
    return whole
