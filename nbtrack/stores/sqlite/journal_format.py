"""The records of a journal, one for each call, so that a call is recorded completely or not at all; see `append_log`.

===========  ===============================================================================
record       payload
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

from nbtrack.stores import append_log, column_bytes
from nbtrack.stores.append_log import CHECKSUM, KIND_BITS

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Iterator, Sequence

    Point = tuple[int, int, int, float]
    """Series, step, timestamp, value."""

SERIES, POINT, POINTS, BATCH, COLUMNS = 1, 2, 3, 4, 5
WHOLE_POINT = struct.Struct("<IIqqd")
"""The record of one point after its checksum: length and kind, series, step, timestamp, value."""
_SERIES, _POINT, _SAME_STEP, _VALUE, _SIZE = map(struct.Struct, ("<I32s", "<Iqqd", "<qq", "<Id", "<II"))
_CHECKED_POINT = struct.Struct("<IIIqqd")
POINT_SIZE = _CHECKED_POINT.size
POINT_MARK = _POINT.size << KIND_BITS | POINT


def series_name(number: int, run_id: str, key: str) -> bytes:
    """Return the record that assigns a number to a metric of a run."""
    return append_log.encode(SERIES, _SERIES.pack(number, run_id.encode()) + key.encode())


def same_step(step: int, timestamp: int, numbers: Iterable[int], values: Iterable[float], count: int) -> bytes:
    """Return the record of `count` points of different series at one step and timestamp."""
    layout, mark = _same_step(count)
    rest = layout.pack(mark, step, timestamp, *chain.from_iterable(zip(numbers, values, strict=True)))
    return CHECKSUM.pack(crc32(rest)) + rest


@lru_cache(maxsize=64)
def _same_step(count: int) -> tuple[struct.Struct, int]:
    layout = struct.Struct("<Iqq" + "Id" * count)
    return layout, layout.size - CHECKSUM.size << KIND_BITS | POINTS


def batch(points: Iterable[Point]) -> bytes:
    """Return the record of some points."""
    return append_log.encode(BATCH, b"".join(_POINT.pack(*each) for each in points))


def columns(series: Iterable[tuple[int, bytes, bytes, bytes]]) -> bytes:
    """Return the record of many points: for each series its number and its columns as bytes."""
    parts = ((_SIZE.pack(number, len(steps) // 8), steps, times, values) for number, steps, times, values in series)
    return append_log.encode(COLUMNS, b"".join(chain.from_iterable(parts)))


class JournalRecord(NamedTuple):
    """The content of a record: the name of a series, or points, one by one or as columns; and the offset after it."""

    end: int
    series: tuple[int, str, str] | None = None
    points: Sequence[Point] = ()
    columns: Sequence[tuple[int, array[int], array[int], array[float]]] = ()


def read(data: memoryview, at: int) -> JournalRecord | None:
    """Return the record at an offset of a journal; None when there is none, or it is torn or damaged."""
    found = append_log.decode(data, at)
    try:
        return None if found is None else _read(*found)
    except (struct.error, ValueError):
        return None


def _read(kind: int, payload: memoryview, end: int) -> JournalRecord:
    if kind == POINT:
        return JournalRecord(end, points=(_POINT.unpack(payload),))
    if kind == SERIES:
        number, run_id = _SERIES.unpack_from(payload)
        return JournalRecord(end, series=(number, run_id.decode(), bytes(payload[_SERIES.size :]).decode()))
    if kind == POINTS:
        step, timestamp = _SAME_STEP.unpack_from(payload)
        several = _VALUE.iter_unpack(payload[_SAME_STEP.size :])
        return JournalRecord(end, points=[(number, step, timestamp, value) for number, value in several])
    if kind == COLUMNS:
        return JournalRecord(end, columns=list(_columns(payload)))
    return JournalRecord(end, points=list(_POINT.iter_unpack(payload)) if kind == BATCH else ())


def _columns(payload: memoryview) -> Iterator[tuple[int, array[int], array[int], array[float]]]:
    while payload:
        number, count = _SIZE.unpack_from(payload)
        size, at = 8 * count, _SIZE.size
        if at + 3 * size > len(payload):
            raise ValueError(count)
        steps, times, values = (payload[at + size * each : at + size * (each + 1)] for each in range(3))
        yield (
            number,
            column_bytes.from_bytes("q", steps),
            column_bytes.from_bytes("q", times),
            column_bytes.from_bytes("d", values),
        )
        payload = payload[at + 3 * size :]


def single_points(data: memoryview, at: int, *, trusted: bool) -> Iterator[Point]:
    """Yield points from an offset on, as long as each is a complete ``POINT`` record of `POINT_SIZE` bytes.

    `trusted` skips the checksums, for data that this process has written itself and reads from the page cache.
    """
    stretch = data[at : at + (len(data) - at) // POINT_SIZE * POINT_SIZE]
    for checksum, mark, number, step, timestamp, value in _CHECKED_POINT.iter_unpack(stretch):
        if mark != POINT_MARK or not (trusted or crc32(data[at + CHECKSUM.size : at + POINT_SIZE]) == checksum):
            return
        yield number, step, timestamp, value
        at += POINT_SIZE
