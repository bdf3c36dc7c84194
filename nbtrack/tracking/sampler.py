"""The thread of a captured execution: records new points up to ten times a second, and obeys requests to stop.

Each sample takes the interpreter from the code for a moment: some 0.6 ms in a loop of 60 µs iterations that gives two
curves, which is 0.6 % of the time. Four samples a second instead of ten are not measurably cheaper, since most of the
time depends on the points. So the thread only pauses longer if a sample takes more than 10 ms, in loops of very many
iterations, and it reads requests from the store less often.
"""

from __future__ import annotations

import contextvars
import signal
import threading
import time
from typing import TYPE_CHECKING

from nbtrack.tracking import run_control
from nbtrack.tracking.captured_run import RunObserver
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.capture import Points, Probe
    from nbtrack.tracking.captured_run import CapturedRun

SECONDS_BETWEEN_SAMPLES = 0.1
MOST_SECONDS_BETWEEN_SAMPLES = 0.25
SECONDS_BETWEEN_REQUESTS = 0.3
REST_FACTOR = 10
"""The thread pauses this many times as long as its last sample took, within these limits."""


class Sampler:
    """Records points from time to time, and stops or pauses the code if its run is asked to.

    With `raises`, the code is stopped by an exception instead of leaving the loop. The observer receives the points and
    the requests.
    """

    def __init__(
        self, probe: Probe, run: CapturedRun, *, raises: bool = False, observer: RunObserver | None = None
    ) -> None:
        self._probe, self._run, self._raises = probe, run, raises
        self._observer = observer or RunObserver()
        self._request: str | None = None
        self._unrecorded: list[Sequence[Points]] = []
        self._stop = threading.Event()
        self._interruptible = threading.current_thread() is threading.main_thread()
        # The context identifies the cell to which its output belongs.
        inside = contextvars.copy_context()
        self._thread = threading.Thread(target=inside.run, args=[self._sample], name="nbtrack-cell", daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        rest, asked = SECONDS_BETWEEN_SAMPLES, 0.0
        while not self._stop.wait(rest):
            began = time.monotonic()
            with error_boundary("points are not written before this cell ends", self._stop.set):
                points = self._probe.take()
                if points:
                    self._unrecorded.append(points)
                    self._run.record_early(self._probe.early_params())
                    self._record()
                self._observer.sampled(points)
                if began >= asked + SECONDS_BETWEEN_REQUESTS:
                    asked = began
                    self._obey()
            spent = time.monotonic() - began
            rest = min(MOST_SECONDS_BETWEEN_SAMPLES, max(SECONDS_BETWEEN_SAMPLES, REST_FACTOR * spent))

    def _record(self) -> None:
        """Record pending points; those that the store refuses stay pending."""
        while self._unrecorded:
            self._run.record(self._unrecorded[0])
            del self._unrecorded[0]

    def _obey(self) -> None:
        """Carry out the request to the run, once for each request."""
        request = self._run.request()
        if request == self._request:
            return
        self._request = request
        self._observer.requested(request)
        loops = self._probe.control
        if request == run_control.PAUSE:
            loops.pause()
        elif request == run_control.STOP:
            loops.stop(raises=self._raises)
            if not self._probe.can_stop and self._interruptible:
                # This also interrupts system calls.
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            loops.unpause()

    def close(self) -> None:
        """Stop, wait for the last sample, and retry recording what was refused."""
        self._stop.set()
        self._thread.join()
        with error_boundary("not all points of this cell were recorded"):
            self._record()
