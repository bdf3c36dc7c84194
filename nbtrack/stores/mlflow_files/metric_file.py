"""The file of a metric: a line for each point, with time, value and step."""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING

from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue
from nbtrack.stores.blocks import Points
from nbtrack.stores.mlflow_files.checked_files import UnreadableError, name_of, opened
from nbtrack.validation import int64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.stores.mlflow_files.checked_files import Version

CHUNK = 1 << 20
"""Bytes that are read at once; a line that is longer is refused."""
SMALL = 1 << 14
"""The most bytes of a file of which the latest point is found quickly."""
_FIELDS = 3
_LINE = b"  \n"
"""The remainder of a line with three fields, without them."""
_IN_FIELDS = bytes(set(range(256)) - set(_LINE))


def points(path: str) -> Iterator[Points]:
    """Yield the points of a file in logged order, in parts; raise `UnreadableError` at a line that is not a point."""
    descriptor, _ = opened(path)
    try:
        for lines in _whole_lines(descriptor):
            yield _parsed(path, lines)
    finally:
        os.close(descriptor)


def _whole_lines(descriptor: int) -> Iterator[bytes]:
    rest = b""
    while data := os.read(descriptor, CHUNK):
        whole, newline, tail = (rest + data).rpartition(b"\n")
        if newline:
            yield whole
            rest = tail
        elif len(tail) > CHUNK:
            msg = "a line of a metric is too long"
            raise UnreadableError(msg)
        else:
            rest = tail
    if rest.strip():
        yield rest


def _parsed(path: str, written: bytes) -> Points:
    """Return the points of some lines, which MLflow wrote with 2 (very old), 3 or 5 fields."""
    lines = written.split(b"\n")
    try:
        if all(line.count(b" ") == _FIELDS - 1 for line in lines):
            fields = written.split()
            if len(fields) == _FIELDS * len(lines):
                times, values, steps = fields[0::3], fields[1::3], fields[2::3]
                return Points(array("q", map(int, steps)), array("q", map(int, times)), array("d", map(float, values)))
        return _uneven(lines)
    except (ValueError, OverflowError):
        msg = f"the metric {name_of(path)!r} has a line that is not a point"
        raise UnreadableError(msg) from None


def _uneven(lines: list[bytes]) -> Points:
    found = Points(array("q"), array("q"), array("d"))
    for line in lines:
        fields = line.split()
        if not fields:
            continue
        time, value, *rest = fields
        if len(rest) not in {0, 1, 3}:
            raise ValueError
        found.steps.append(int(rest[0]) if rest else 0)
        found.timestamps.append(int(time))
        found.values.append(float(value))
    return found


def latest(key: str, path: str) -> tuple[Metric | None, Version]:
    """Return the point with the greatest step, time and value, as MLflow orders them, and the version of the file."""
    descriptor, version = opened(path)
    try:
        if 0 < version[1] <= SMALL:
            found = _last_if_latest(key, os.read(descriptor, SMALL))
            if found is not None:
                return found, version
            os.lseek(descriptor, 0, os.SEEK_SET)
        best: tuple[int, int, float, float] | None = None
        for lines in _whole_lines(descriptor):
            greatest = _greatest(_parsed(path, lines))
            if greatest is not None and (best is None or greatest[:3] > best[:3]):
                best = greatest
    finally:
        os.close(descriptor)
    return (None if best is None else Metric(key, best[3], best[1], best[0])), version


def _last_if_latest(key: str, written: bytes) -> Metric | None:
    """Return the last point if the file is regular and no other point has its step, by far the most frequent case."""
    fields = written.split()
    count, rest = divmod(len(fields), _FIELDS)
    if rest or not count or written.translate(None, _IN_FIELDS) != _LINE * count:
        return None
    try:
        steps = list(map(int, fields[2::3]))
        step = steps[-1]
        if step == max(steps) and steps.count(step) == 1:
            return Metric(key, float(fields[-2]), int64("time", int(fields[-3])), int64("step", step))
    except (ValueError, InvalidValue):
        return None
    return None


def _greatest(some: Points) -> tuple[int, int, float, float] | None:
    """Return step, time, the value as it is ordered (NaN first), and the value of the latest point."""
    steps, times, values = some
    if not steps:
        return None
    step = max(steps)
    places = [steps.index(step)] if steps.count(step) == 1 else [at for at, each in enumerate(steps) if each == step]
    return max((step, times[at], _ordered(values[at]), values[at]) for at in places)


def _ordered(value: float) -> float:
    return float("-inf") if value != value else value  # noqa: PLR0124 - tests for NaN
