"""The signs of life that a process gives for the runs that it records."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from nbtrack.errors import NbtrackError
from nbtrack.stores.recovery import SECONDS_BETWEEN_BEATS

if TYPE_CHECKING:
    from collections.abc import Callable


class Pulse:
    """A thread that tells now and then that some runs go on; it starts with the first of them.

    Parameters
    ----------
    beat : callable
        Notes that the owner of some runs lives.
    """

    def __init__(self, beat: Callable[[list[str]], None]) -> None:
        self._beat, self._process = beat, os.getpid()
        self._runs: set[str] = set()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, run_id: str) -> None:
        """Begin to give signs for a run; what a fork has inherited is the parent's."""
        if self._process != os.getpid():
            self._process, self._runs, self._thread = os.getpid(), set(), None
        self._runs.add(run_id)
        if self._thread is None:
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._go_on, args=(self._stop,), name="nbtrack-pulse", daemon=True)
            self._thread.start()

    def remove(self, run_id: str) -> None:
        """Give no more signs for a run."""
        self._runs.discard(run_id)

    def _go_on(self, stop: threading.Event) -> None:
        while not stop.wait(SECONDS_BETWEEN_BEATS):
            with contextlib.suppress(NbtrackError):
                self._beat(sorted(self._runs))

    def close(self) -> None:
        """Stop, until there is another run."""
        thread, self._thread = self._thread, None
        self._runs.clear()
        self._stop.set()
        if thread is not None and self._process == os.getpid():
            thread.join()
