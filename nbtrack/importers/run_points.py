"""The points of a run while it is read: a limited number in memory, all others in a temporary file."""

from __future__ import annotations

import os
import tempfile
from array import array
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack.entities import Metric
from nbtrack.errors import StorageFailed
from nbtrack.stores import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

    from nbtrack.stores.blocks import Points

AT_ONCE = 1 << 18
"""The most points that are in memory, 24 bytes each."""
_POINT_SIZE = 24
_DEFAULT, _ON_DISK = "/tmp", "/var/tmp"  # noqa: S108 - names of folders, the file itself has no name


class RunPoints:
    """Points by their metrics, each in the order in which they were added; `StorageFailed` if the disk is full."""

    def __init__(self) -> None:
        self._pending: dict[str, Points] = {}
        self._pending_count = 0
        self._file: Any = None
        self._end = 0
        self._written: dict[str, array[int]] = {}
        """Of each metric the offset and the number of points of each of its parts in the file, one after the other."""
        self._latest: dict[str, Metric] = {}
        self._numbered: set[str] = set()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the file."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def add(self, key: str, step: int, moment: int, value: Any) -> None:
        """Add a point to a metric."""
        known = self._pending.get(key)
        if known is None:
            known = self._pending[key] = blocks.empty()
        known.steps.append(step)
        known.timestamps.append(moment)
        known.values.append(value)
        self._pending_count += 1
        if self._pending_count >= AT_ONCE:
            self._write()

    def extend(self, key: str, points: Points) -> None:
        """Add points to a metric."""
        if not len(points.values):
            return
        known = self._pending.get(key)
        self._pending[key] = points if known is None else blocks.concatenate([known, points])
        self._pending_count += len(points.values)
        if self._pending_count >= AT_ONCE:
            self._write()

    def number_steps(self, key: str) -> None:
        """Give the points of a metric the steps 0, 1, 2 and so on."""
        self._numbered.add(key)

    def latest(self) -> list[Metric]:
        """Return the point of each metric that was added last."""
        found = {**self._latest}
        for key, points in self._pending.items():
            found[key] = _last(key, points)
        return list(found.values())

    def __contains__(self, key: str) -> bool:
        """Return whether a metric has points."""
        return key in self._pending or key in self._latest

    def parts(self, key: str) -> Iterator[Points]:
        """Yield the points of a metric, at most `AT_ONCE` at once."""
        first = 0
        for part in self._parts(key):
            count = len(part.values)
            yield part._replace(steps=array("q", range(first, first + count))) if key in self._numbered else part
            first += count

    def _parts(self, key: str) -> Iterator[Points]:
        places = self._written.get(key, array("q"))
        for offset, count in zip(places[::2], places[1::2], strict=True):
            self._file.seek(offset)
            points = blocks.empty()
            for each in points:
                each.fromfile(self._file, count)
            yield points
        if key in self._pending:
            yield self._pending[key]

    def _write(self) -> None:
        """Move all points from memory to the file."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=_folder())  # noqa: SIM115 - closed at the end of the run
            self._file.seek(self._end)
            for key, points in self._pending.items():
                for each in points:
                    each.tofile(self._file)
                self._written.setdefault(key, array("q")).extend((self._end, len(points.values)))
                self._end += len(points.values) * _POINT_SIZE
                self._latest[key] = _last(key, points)
            self._file.flush()
        except OSError as error:
            folder = _folder() or tempfile.gettempdir()
            msg = f"Points cannot be kept in a temporary file in {folder} ({error.strerror}): set TMPDIR"
            raise StorageFailed(msg) from error
        self._pending, self._pending_count = {}, 0


def _last(key: str, points: Points) -> Metric:
    return Metric(key, points.values[-1], points.timestamps[-1], points.steps[-1])


def _folder() -> str | None:
    """Return where files are on disk if the default may be in memory, else None."""
    return _ON_DISK if tempfile.gettempdir() == _DEFAULT and os.access(_ON_DISK, os.W_OK) else None
