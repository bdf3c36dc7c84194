"""The run that a restart of the kernel has interrupted.

A front end that restarts or shuts down a kernel interrupts the cell that runs first: the run ends like one that the
user has stopped, and the process exits right after that.
"""

from __future__ import annotations

import atexit
import contextlib
import time
from typing import TYPE_CHECKING

from nbtrack import tags
from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from nbtrack.tracking import MlflowClient

SECONDS_TO_EXIT = 5.0
"""A process that exits so soon after a cell was interrupted is taken to be shut down by the front end."""


class InterruptedRun:
    """Marks the run of the cell that was interrupted last, should the process exit right after that."""

    def __init__(self) -> None:
        self._noted: tuple[MlflowClient, str, float] | None = None

    def note(self, client: MlflowClient, run_id: str) -> None:
        """Note that a run has ended as its cell was interrupted."""
        if self._noted is None:
            atexit.register(self._mark)
        self._noted = client, run_id, time.monotonic()

    def _mark(self) -> None:
        if self._noted is None:
            return
        client, run_id, noted_at = self._noted
        if time.monotonic() - noted_at < SECONDS_TO_EXIT:
            with contextlib.suppress(NbtrackError):
                client.set_tag(run_id, tags.INTERRUPTED, tags.PENDING)
