"""A project that is running: its run, and the process that executes its command."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

from nbtrack.entities import RunStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.tracking.client import MlflowClient

SECONDS_TO_END = 5.0
"""Seconds that a process may take to end after an interrupt, and after a request to terminate."""


class SubmittedRun:
    """A run of a project; its status is that of its command when that has ended: 0 is FINISHED, else it FAILED."""

    def __init__(
        self, run_id: str, client: MlflowClient, command: subprocess.Popen[bytes], done: Callable[[], None]
    ) -> None:
        self._run_id, self._client, self._process, self._done = run_id, client, command, done
        self._cancelled = False
        self._settled = threading.Lock()
        self._status: str | None = None

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self._run_id

    @property
    def command_proc(self) -> subprocess.Popen[bytes]:
        """The process of the command."""
        return self._process

    def wait(self) -> bool:
        """Wait for the end, and return whether the command succeeded; Ctrl-C cancels it."""
        try:
            self._process.wait()
        except KeyboardInterrupt:
            self.cancel()
            raise
        return self._settle() == RunStatus.FINISHED

    def get_status(self) -> str:
        """Return the status of the run: RUNNING, FINISHED, FAILED or KILLED."""
        return RunStatus.RUNNING if self._process.poll() is None else self._settle()

    def cancel(self) -> None:
        """Interrupt the command and its child processes, and end the run as KILLED."""
        if self._process.poll() is None:
            self._cancelled = True
            self._end_process()
        self._settle()

    def _end_process(self) -> None:
        """Interrupt the process group, then terminate it, then kill it."""
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, each)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(SECONDS_TO_END)
                return

    def _settle(self) -> str:
        """Write the status of a command that has ended, once."""
        with self._settled:
            if self._status is None:
                ended = RunStatus.FINISHED if self._process.returncode == 0 else RunStatus.FAILED
                self._status = RunStatus.KILLED if self._cancelled else ended
                self._client.set_terminated(self._run_id, self._status)
                self._done()
            return self._status
