"""Trials in worker processes of this machine, several at a time, by joblib's loky; no process is forked."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Unsupported
from nbtrack.sweeps import worker
from nbtrack.sweeps.packed_notebook import pickled
from nbtrack.sweeps.trials import Outcome
from nbtrack.tracking.tracking_uri import resolved_tracking_uri

if TYPE_CHECKING:
    from nbtrack.sweeps.trial_execution import TrialTask
    from nbtrack.sweeps.trials import Trial

MOST_ATTEMPTS = 4
"""Attempts at a trial; a trial whose worker dies each time has failed."""
SECONDS_BETWEEN_CHECKS = 0.2
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class LocalWorkers:
    """Runs trials in a number of processes; see `nbtrack.sweeps.runner.Runner`.

    Raises
    ------
    Unsupported
        When joblib is not installed.
    """

    def __init__(self, slots: int, notebook: bytes) -> None:
        if find_spec("joblib") is None:
            raise Unsupported("--jobs needs joblib: pip install 'nbtrack[sweeps]'")
        self.slots = slots
        self._folder = tempfile.TemporaryDirectory(prefix="nbtrack-sweep-")
        self._notebook = Path(self._folder.name) / "notebook.pickle"
        self._notebook.write_bytes(notebook)
        self._pool: Any = self._new_pool()
        self._running: dict[Future[Outcome], tuple[Trial, TrialTask, int]] = {}

    def _new_pool(self) -> Any:
        from joblib.externals.loky import ProcessPoolExecutor

        own = max(1, (os.cpu_count() or 1) // self.slots)
        threads = {name: str(own) for name in _THREADS if name not in os.environ}
        pool = ProcessPoolExecutor(max_workers=self.slots, env=threads)
        for _ in range(self.slots):
            # They start, and import what they need, while the notebook renders its panels.
            pool.submit(worker.ready)
        return pool

    def start(self, trial: Trial, task: TrialTask) -> None:
        """Give a trial to the workers."""
        self._submit(trial, task, 1)

    def _submit(self, trial: Trial, task: TrialTask, attempt: int) -> None:
        future = self._pool.submit(worker.run, str(self._notebook), pickled(task), resolved_tracking_uri())
        self._running[future] = trial, task, attempt

    def ended(self) -> list[tuple[Trial, Outcome]]:
        """Wait for trials to end; those whose worker was lost are started again."""
        found: list[tuple[Trial, Outcome]] = []
        while self._running and not found:
            done = wait(self._running, SECONDS_BETWEEN_CHECKS, FIRST_COMPLETED).done
            lost = [each for each in done if isinstance(each.exception(), BrokenProcessPool)]
            for future in done - set(lost):
                trial, *_ = self._running.pop(future)
                found.append((trial, _outcome(future)))
            if lost:
                found.extend(self._repeat())
        return found

    def _repeat(self) -> list[tuple[Trial, Outcome]]:
        """Restart the trials that were running when a worker was lost; return those that exceeded the attempts."""
        self._pool.shutdown(wait=True, kill_workers=True)
        self._pool = self._new_pool()
        running, self._running = self._running, {}
        failed = []
        for trial, task, attempt in running.values():
            if attempt < MOST_ATTEMPTS:
                self._submit(trial, task, attempt + 1)
            else:
                error = f"its worker died {MOST_ATTEMPTS} times, perhaps because memory ran out"
                failed.append((trial, Outcome("", "FAILED", {}, error=error)))
        return failed

    def close(self) -> None:
        """End the workers and the trials that run in them."""
        runs_still = bool(self._running)
        self._pool.shutdown(wait=runs_still, kill_workers=runs_still)
        self._folder.cleanup()


def _outcome(future: Future[Outcome]) -> Outcome:
    error = future.exception()
    if isinstance(error, KeyboardInterrupt):
        raise error
    return future.result() if error is None else Outcome("", "FAILED", {}, error=f"{type(error).__name__}: {error}")
