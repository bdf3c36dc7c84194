"""The heartbeat that a process sends for its runs, even if they log nothing."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS_BETWEEN_HEARTBEATS = 30.0


class Heartbeat:
    """A thread that calls `send` periodically with the runs that were added; the first one starts it."""

    def __init__(self, send: Callable[[list[str]], None]) -> None:
        self._send, self._process = send, os.getpid()
        self._runs: set[str] = set()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, run_id: str) -> None:
        """Begin to send heartbeats for a run; after a fork, runs of the parent are dropped."""
        if self._process != os.getpid():
            self._process, self._runs, self._thread = os.getpid(), set(), None
        self._runs.add(run_id)
        if self._thread is None:
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(self._stop,), name="nbtrack-heartbeat", daemon=True)
            self._thread.start()

    def remove(self, run_id: str) -> None:
        """Stop sending heartbeats for a run."""
        self._runs.discard(run_id)

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(SECONDS_BETWEEN_HEARTBEATS):
            if runs := sorted(self._runs):
                with contextlib.suppress(NbtrackError):
                    self._send(runs)

    def close(self) -> None:
        """Stop the thread until another run is added."""
        thread, self._thread = self._thread, None
        self._runs.clear()
        self._stop.set()
        if thread is not None and self._process == os.getpid():
            thread.join()
