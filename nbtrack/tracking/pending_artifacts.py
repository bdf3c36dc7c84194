"""Artifacts that are written a moment after the code that they come from, which need not wait for it.

Whoever reads the artifacts of a run in this process writes those that wait before.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from nbtrack import process
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from collections.abc import Callable


class PendingArtifacts:
    """What writes the artifacts that wait, by run."""

    def __init__(self) -> None:
        self._by_run: dict[str, list[Callable[[], object]]] = {}
        self._lock = threading.RLock()

    def add(self, run_id: str, write: Callable[[], object]) -> None:
        """Have artifacts of a run wait."""
        with self._lock:
            self._by_run.setdefault(run_id, []).append(write)

    def write(self, run_id: str) -> None:
        """Write the artifacts of a run that wait; what fails is reported."""
        if run_id not in self._by_run:
            return
        with self._lock:
            for write in self._by_run.get(run_id, ()):
                with error_boundary("code or output of this run was not stored"):
                    write()
            self._by_run.pop(run_id, None)


def pending() -> PendingArtifacts:
    """Return the artifacts of this process that wait."""
    return process.state(PendingArtifacts)
