"""Metrics of a server: the responses of each endpoint by status, and their durations.

Each worker process counts in its own memory-mapped file, so that each of them can sum up all files, including those
of workers that have ended.
"""

from __future__ import annotations

import mmap
import os
import struct
from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.wire.endpoint_table import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper bounds of the histogram."""
OTHERS, ARTIFACTS = "other", "artifacts"
_CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
_NUMBER = struct.Struct("=d")
_WIDTH = len(_CLASSES) + len(SECONDS) + 2
"""Counters of an endpoint: responses of each class, durations up to each bound and beyond, and their sum."""
TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Measurements:
    """The counters of this process, and those of other processes with the same folder.

    Parameters
    ----------
    folder : str
        Where the processes of a server keep their counters; empty for a server of one process.
    """

    def __init__(self, folder: str) -> None:
        names = [OTHERS, ARTIFACTS, *sorted({each.path for each in TABLE})]
        self._rows = {name: _WIDTH * number for number, name in enumerate(names)}
        self._paths = {prefix + each.path: each.path for each in TABLE for prefix in each.prefixes}
        self._folder, size = Path(folder) if folder else None, _NUMBER.size * _WIDTH * len(names)
        self._numbers = _mapped(self._folder / str(os.getpid()), size) if self._folder else mmap.mmap(-1, size)
        self._cells = memoryview(self._numbers).cast("d")

    def add(self, path: str, status: int, seconds: float) -> None:
        """Count a response."""
        row = self._rows[self._endpoint(path)]
        self._cells[row + min(max(status // 100, 1), 5) - 1] += 1
        self._cells[row + len(_CLASSES) + bisect_left(SECONDS, seconds)] += 1
        self._cells[row + _WIDTH - 1] += seconds

    def _endpoint(self, path: str) -> str:
        """Return the endpoint of a path; unknown paths share one, so that clients can't add counters."""
        known = self._paths.get(path)
        return known or (ARTIFACTS if "/mlflow-artifacts/" in path else OTHERS)

    def text(self) -> str:
        """Return the counters of all processes in the text format of Prometheus."""
        cells = self._sum()
        lines = ["# HELP nbtrack_requests_total Requests answered.", "# TYPE nbtrack_requests_total counter"]
        lines += self._counters(cells)
        lines += [
            "# HELP nbtrack_request_seconds How long requests took.",
            "# TYPE nbtrack_request_seconds histogram",
            *self._histograms(cells),
        ]
        return "\n".join(lines) + "\n"

    def _sum(self) -> list[float]:
        found = [memoryview(each).cast("d") for each in self._files()] or [self._cells]
        return [sum(column) for column in zip(*found, strict=True)]

    def _files(self) -> Iterator[bytes]:
        """Yield the counters of each process; files of another length belong to another version."""
        for each in sorted(self._folder.iterdir()) if self._folder else ():
            data = each.read_bytes()
            if len(data) == len(self._numbers):
                yield data

    def _counters(self, cells: list[float]) -> Iterator[str]:
        for name, row in self._rows.items():
            for number, status in enumerate(_CLASSES):
                if cells[row + number]:
                    count = int(cells[row + number])
                    yield f'nbtrack_requests_total{{endpoint="{name}",status="{status}"}} {count}'

    def _histograms(self, cells: list[float]) -> Iterator[str]:
        for name, row in self._rows.items():
            counts = cells[row + len(_CLASSES) : row + _WIDTH - 1]
            if sum(counts):
                for bound, count in zip([*map(str, SECONDS), "+Inf"], _accumulated(counts), strict=True):
                    yield f'nbtrack_request_seconds_bucket{{endpoint="{name}",le="{bound}"}} {count}'
                yield f'nbtrack_request_seconds_sum{{endpoint="{name}"}} {cells[row + _WIDTH - 1]:.6f}'
                yield f'nbtrack_request_seconds_count{{endpoint="{name}"}} {int(sum(counts))}'


def _mapped(path: Path, size: int) -> mmap.mmap:
    with path.open("w+b") as file:
        file.truncate(size)
        return mmap.mmap(file.fileno(), size)


def _accumulated(counts: Iterable[float]) -> Iterator[int]:
    total = 0
    for each in counts:
        total += int(each)
        yield total
