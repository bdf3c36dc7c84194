"""The run that a restart of the kernel has interrupted.

A front end that restarts or shuts down a kernel first interrupts the running cell: the run ends like one that the user
has stopped, and the process exits right after that.
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
"""A process that exits within these seconds of the interruption of a cell counts as shut down by the front end."""


class InterruptedRun:
    """Marks the run of the last interrupted cell if the process exits right after that."""

    def __init__(self) -> None:
        self._noted: tuple[MlflowClient, str, float] | None = None

    def note(self, client: MlflowClient, run_id: str) -> None:
        """Note that a run ended because its cell was interrupted."""
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
