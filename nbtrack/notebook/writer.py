"""The thread that writes what loops gather, every tenth of a second, while the cell runs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.lineage import Points

SECONDS_BETWEEN_WRITES = 0.1


class Writer:
    """Passes points on from time to time.

    Parameters
    ----------
    take : callable
        Gives the points that have gathered since it was last called, curve by curve.
    record : callable
        Takes them.
    """

    def __init__(self, take: Callable[[], Sequence[Points]], record: Callable[[Sequence[Points]], None]) -> None:
        self._take, self._record = take, record
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, name="nbtrack-cell", daemon=True)
        self._thread.start()

    def _write(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN_WRITES):
            points = self._take()
            if points:
                try:
                    self._record(points)
                except NbtrackError:
                    return

    def close(self) -> None:
        """Stop, and wait until what was being written is."""
        self._stop.set()
        self._thread.join()
