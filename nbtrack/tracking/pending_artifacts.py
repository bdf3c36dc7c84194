"""Artifacts that are written shortly after the code that created them, so that the code does not wait.

Reading the artifacts of a run in this process first writes those that are pending.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from nbtrack import process
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from collections.abc import Callable


class _OfRun:
    """The functions that write the artifacts of one run, in order, and a lock for writing them."""

    def __init__(self) -> None:
        self.writes: deque[Callable[[], object]] = deque()
        self.lock = threading.RLock()


class PendingArtifacts:
    """The pending artifacts by run; a slow upload of one run does not delay those of another."""

    def __init__(self) -> None:
        self._by_run: dict[str, _OfRun] = {}
        self._lock = threading.Lock()

    def add(self, run_id: str, write: Callable[[], object]) -> None:
        """Add pending artifacts of a run."""
        with self._lock:
            self._by_run.setdefault(run_id, _OfRun()).writes.append(write)

    def write_all(self) -> None:
        """Write the artifacts of all runs."""
        with self._lock:
            runs = list(self._by_run)
        for each in runs:
            self.write(each)

    def write(self, run_id: str) -> None:
        """Write the pending artifacts of a run; errors are reported."""
        waiting = self._by_run.get(run_id)
        if waiting is None:
            return
        with waiting.lock:
            while waiting.writes:
                with error_boundary("code or output of this run was not stored"):
                    waiting.writes[0]()
                waiting.writes.popleft()
        with self._lock:
            if not waiting.writes and self._by_run.get(run_id) is waiting:
                del self._by_run[run_id]


def pending() -> PendingArtifacts:
    """Return the pending artifacts of this process."""
    return process.state(PendingArtifacts)
