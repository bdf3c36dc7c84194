"""The thread beside a cell that runs: it writes what loops gather, every tenth of a second, and hears what is asked."""

from __future__ import annotations

import _thread
import contextvars
import signal
import sys
import threading
from typing import TYPE_CHECKING

from nbtrack.notebook.error_boundary import reported
from nbtrack.tracking import run_control

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.capture import Points, Probe
    from nbtrack.notebook.cellrun import CellRun
    from nbtrack.notebook.live_card_controller import LiveCardController

SECONDS_BETWEEN_WRITES = 0.1


class Sampler:
    """Passes points on from time to time, and stops or pauses the cell where its run is asked to.

    Parameters
    ----------
    probe : Probe
        Gathers points, and knows which parameters are sure by now.
    record : CellRun
        Takes them.
    raises : bool
        Whether to stop by an exception.
    face : LiveCardController, optional
        What shows the run while the cell runs.
    """

    def __init__(
        self, probe: Probe, record: CellRun, *, raises: bool = False, face: LiveCardController | None = None
    ) -> None:
        self._probe, self._record, self._raises, self._face = probe, record, raises, face
        self._heard: str | None = None
        self._waiting: list[Sequence[Points]] = []
        self._stop = threading.Event()
        # What it displays belongs to the cell, which the context tells.
        inside = contextvars.copy_context()
        self._thread = threading.Thread(target=inside.run, args=[self._write], name="nbtrack-cell", daemon=True)
        self._thread.start()

    def _write(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN_WRITES):
            with reported("points are written when this cell ends, not before", self._stop.set):
                points = self._probe.take()
                self._pass_on(points)
                if self._face is not None:
                    self._face.look(points)
                self._listen()

    def _pass_on(self, points: Sequence[Points]) -> None:
        if points:
            self._waiting.append(points)
            self._record.settle(self._probe.settled())
            self._deliver()

    def _deliver(self) -> None:
        """Record what waits; what the store refuses goes on waiting."""
        while self._waiting:
            self._record.record(self._waiting[0])
            del self._waiting[0]

    def _listen(self) -> None:
        """Obey what the run is asked to do, once for each time."""
        asked = self._record.asked()
        if asked == self._heard:
            return
        self._heard = asked
        if self._face is not None:
            self._face.told(asked)
        loops = self._probe.control
        if asked == run_control.PAUSE:
            loops.pause()
        elif asked == run_control.STOP:
            loops.stop(raises=self._raises)
            self._record.stopped = True
            if not self._probe.can_stop:
                _interrupt()
        else:
            loops.unpause()

    def close(self) -> None:
        """Stop, and wait until what was being written is; what was refused before is offered once more."""
        self._stop.set()
        self._thread.join()
        with reported("not all points of this cell were recorded"):
            self._deliver()


def _interrupt() -> None:
    """Interrupt the code of the cell, also where it waits for the system."""
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
