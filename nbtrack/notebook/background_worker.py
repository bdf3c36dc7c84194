"""Work that no cell has to wait for, done by a thread between cells.

A thread takes the interpreter from a running cell for milliseconds at a time, and one that imports a library may change
the filters of warnings, after which a warning that the cell has shown appears again.
"""

from __future__ import annotations

import atexit
import contextlib
import math
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from nbtrack.errors import NbtrackError
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS_AFTER_CELL = 0.1
"""Seconds that the kernel is idle before work starts, so that the reply to the front end comes first."""
SECONDS_BESIDE_CELLS = 2.0
"""The most seconds that work waits while cells run, so that little is lost if the kernel is killed."""


class BackgroundWorker:
    """Does work in a separate thread, which the first work starts."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[tuple[float, Callable[[], None]]] = deque()
        """The work, and the time since when it is pending."""
        self._due = 0.0
        self._closing = False
        self._thread: threading.Thread | None = None

    def later(self, work: Callable[[], None]) -> None:
        """Do work soon, without the cell waiting for it; work that it adds is done at once."""
        if threading.current_thread() is self._thread:
            work()
            return
        with self._changed:
            self._waiting.append((time.monotonic(), work))
            # The thread wakes up for pending work by itself; waking it would take the interpreter from the cell.
            if len(self._waiting) == 1:
                self._changed.notify()
        if self._thread is None:
            self._closing = False
            self._thread = threading.Thread(target=self._work, name="nbtrack-background", daemon=True)
            self._thread.start()
            atexit.register(self.close)

    def cell_began(self) -> None:
        """Wait until the cell has ended, unless work has been pending for long."""
        with self._changed:
            self._due = math.inf

    def cell_ended(self) -> None:
        """Continue once the kernel has been idle for a moment."""
        with self._changed:
            self._due = time.monotonic() + SECONDS_AFTER_CELL
            if self._waiting:
                self._changed.notify()

    def close(self) -> None:
        """Finish pending work, and end the thread."""
        if self._thread is not None:
            with self._changed:
                self._closing = True
                self._changed.notify()
            self._thread.join()
            self._thread = None
            atexit.unregister(self.close)

    def _work(self) -> None:
        while (work := self._next()) is not None:
            with error_boundary("not everything about a run was stored"), contextlib.suppress(NbtrackError, OSError):
                work()

    def _next(self) -> Callable[[], None] | None:
        """Return the next work when it is due; None when the thread has to end."""
        with self._changed:
            while not self._closing and (left := self._seconds_left()) > 0:
                self._changed.wait(None if left == math.inf else left)
            return self._waiting.popleft()[1] if self._waiting else None

    def _seconds_left(self) -> float:
        """Return in how many seconds work is due; infinity when there is none."""
        if not self._waiting:
            return math.inf
        since, _ = self._waiting[0]
        return min(self._due, since + SECONDS_BESIDE_CELLS) - time.monotonic()
