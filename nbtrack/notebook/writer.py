"""The thread that writes what loops gather, every tenth of a second, while the cell runs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from nbtrack.lineage import Probe
    from nbtrack.notebook.cellrun import CellRun

SECONDS_BETWEEN_WRITES = 0.1


class Writer:
    """Passes points on from time to time.

    Parameters
    ----------
    probe : Probe
        Gathers points, and knows which parameters are sure by now.
    record : CellRun
        Takes them.
    """

    def __init__(self, probe: Probe, record: CellRun) -> None:
        self._probe, self._record = probe, record
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, name="nbtrack-cell", daemon=True)
        self._thread.start()

    def _write(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN_WRITES):
            points = self._probe.take()
            if points:
                try:
                    self._record.record(points)
                    self._record.settle(self._probe.settled())
                except NbtrackError:
                    return

    def close(self) -> None:
        """Stop, and wait until what was being written is."""
        self._stop.set()
        self._thread.join()
