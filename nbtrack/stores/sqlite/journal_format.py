"""The frames of a journal: what one call recorded, so that it counts whole or not at all.

A frame is a CRC-32 of what follows it, the length of the payload and the kind of frame in one u32, and the payload.
All numbers are little-endian.

===========  ===============================================================================
frame        payload
===========  ===============================================================================
``SERIES``   a number as u32, the run id as 32 characters, the key as UTF-8: what the number stands for
``POINT``    series u32, step int64, timestamp int64, value float64
``POINTS``   step int64, timestamp int64, then for each point: series u32, value float64
``BATCH``    for each point as ``POINT``
``COLUMNS``  for each series: its number as u32, how many points as u32, their steps, timestamps and values
===========  ===============================================================================
"""

from __future__ import annotations

import struct
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from nbtrack.errors import InvalidValue
from nbtrack.stores import column_bytes

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Iterator, Sequence

    Point = tuple[int, int, int, float]
    """Series, step, timestamp, value."""

SERIES, POINT, POINTS, BATCH, COLUMNS = 1, 2, 3, 4, 5
CRC = struct.Struct("<I")
WHOLE_POINT = struct.Struct("<IIqqd")
"""A point frame after its checksum: mark, series, step, timestamp, value."""
_HEAD, _SERIES, _POINT, _MOMENT, _VALUE, _SIZE = map(struct.Struct, ("<II", "<I32s", "<Iqqd", "<qq", "<Id", "<II"))
_CHECKED_POINT = struct.Struct("<IIIqqd")
POINT_SIZE = _CHECKED_POINT.size
_KIND_BITS = 4
POINT_MARK = _POINT.size << _KIND_BITS | POINT
_LARGEST = (1 << 32 - _KIND_BITS) - 1
"""Bytes that a payload may have, as its length must fit beside the kind."""


def named(number: int, run_id: str, key: str) -> bytes:
    """Return the frame that says what a number stands for."""
    return _framed(SERIES, _SERIES.pack(number, run_id.encode()) + key.encode())


def moment(step: int, timestamp: int, numbers: Iterable[int], values: Iterable[float], count: int) -> bytes:
    """Return the frame of `count` points of different series at one step and timestamp."""
    layout, mark = _moment(count)
    rest = layout.pack(mark, step, timestamp, *chain.from_iterable(zip(numbers, values, strict=True)))
    return CRC.pack(crc32(rest)) + rest


@lru_cache(maxsize=64)
def _moment(count: int) -> tuple[struct.Struct, int]:
    layout = struct.Struct("<Iqq" + "Id" * count)
    return layout, layout.size - CRC.size << _KIND_BITS | POINTS


def batch(points: Iterable[Point]) -> bytes:
    """Return the frame of some points."""
    return _framed(BATCH, b"".join(_POINT.pack(*each) for each in points))


def columns(series: Iterable[tuple[int, bytes, bytes, bytes]]) -> bytes:
    """Return the frame of many points: for each series its number and its columns, as `arrays.packed` makes them."""
    parts = ((_SIZE.pack(number, len(steps) // 8), steps, times, values) for number, steps, times, values in series)
    return _framed(COLUMNS, b"".join(chain.from_iterable(parts)))


def _framed(kind: int, payload: bytes) -> bytes:
    if len(payload) > _LARGEST:
        msg = f"one call may record {_LARGEST:,} bytes of points, and these are {len(payload):,}: divide them"
        raise InvalidValue(msg)
    mark = CRC.pack(len(payload) << _KIND_BITS | kind)
    return CRC.pack(crc32(payload, crc32(mark))) + mark + payload


class Frame(NamedTuple):
    """What a frame says: a series that is named, or points, one by one or as columns; and where the next one begins."""

    end: int
    series: tuple[int, str, str] | None = None
    points: Sequence[Point] = ()
    columns: Sequence[tuple[int, array[int], array[int], array[float]]] = ()


def read(data: memoryview, at: int) -> Frame | None:
    """Return the frame at a place of a journal; None when it is torn or damaged, or there is none."""
    if at + _HEAD.size > len(data):
        return None
    checksum, mark = _HEAD.unpack_from(data, at)
    payload, end = at + _HEAD.size, at + _HEAD.size + (mark >> _KIND_BITS)
    if end > len(data) or crc32(data[at + CRC.size : end]) != checksum:
        return None
    try:
        return _read(mark & (1 << _KIND_BITS) - 1, data[payload:end], end)
    except (struct.error, ValueError):
        return None


def _read(kind: int, payload: memoryview, end: int) -> Frame:
    if kind == POINT:
        return Frame(end, points=(_POINT.unpack(payload),))
    if kind == SERIES:
        number, run_id = _SERIES.unpack_from(payload)
        return Frame(end, series=(number, run_id.decode(), bytes(payload[_SERIES.size :]).decode()))
    if kind == POINTS:
        step, timestamp = _MOMENT.unpack_from(payload)
        several = _VALUE.iter_unpack(payload[_MOMENT.size :])
        return Frame(end, points=[(number, step, timestamp, value) for number, value in several])
    if kind == COLUMNS:
        return Frame(end, columns=list(_columns(payload)))
    return Frame(end, points=list(_POINT.iter_unpack(payload)) if kind == BATCH else ())


def _columns(payload: memoryview) -> Iterator[tuple[int, array[int], array[int], array[float]]]:
    while payload:
        number, count = _SIZE.unpack_from(payload)
        size, at = 8 * count, _SIZE.size
        if at + 3 * size > len(payload):
            raise ValueError(count)
        steps, times, values = (payload[at + size * each : at + size * (each + 1)] for each in range(3))
        yield (
            number,
            column_bytes.unpacked("q", steps),
            column_bytes.unpacked("q", times),
            column_bytes.unpacked("d", values),
        )
        payload = payload[at + 3 * size :]


def single_points(data: memoryview, at: int, *, trusted: bool) -> Iterator[Point]:
    """Yield the points from a place on, as long as each is a whole frame of its own, which takes `POINT_SIZE` bytes.

    `trusted` skips the checksums: what this process has written itself, and reads from the page cache, is as it was.
    """
    stretch = data[at : at + (len(data) - at) // POINT_SIZE * POINT_SIZE]
    for checksum, mark, number, step, timestamp, value in _CHECKED_POINT.iter_unpack(stretch):
        if mark != POINT_MARK or not (trusted or crc32(data[at + CRC.size : at + POINT_SIZE]) == checksum):
            return
        yield number, step, timestamp, value
        at += POINT_SIZE
