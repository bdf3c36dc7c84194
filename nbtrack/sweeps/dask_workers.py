"""Trials on the workers of a dask cluster, which its scheduler gives them to."""

from __future__ import annotations

import queue
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from nbtrack.errors import Unreachable, Unsupported
from nbtrack.sweeps import worker
from nbtrack.sweeps.packed_notebook import pickled
from nbtrack.sweeps.trials import Outcome

if TYPE_CHECKING:
    from nbtrack.sweeps.trial_execution import TrialTask
    from nbtrack.sweeps.trials import Trial

SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_TO_CONNECT = 20


class DaskWorkers:
    """Runs trials on a cluster; see `nbtrack.sweeps.runner.Runner`. The scheduler repeats those of lost workers.

    Raises
    ------
    Unsupported
        When dask.distributed is not installed.
    Unreachable
        When no scheduler answers at the address, or it has no worker.
    """

    def __init__(self, address: str, notebook: bytes) -> None:
        if find_spec("distributed") is None:
            raise Unsupported("--on needs dask.distributed: pip install 'nbtrack[dask]'")
        from distributed import Client

        try:
            self._client: Any = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
            self._client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
        except (OSError, TimeoutError, ValueError) as error:
            raise Unreachable(f"No dask scheduler with a worker answers at {address}: {error}") from None
        self.slots = len(self._client.scheduler_info(n_workers=-1)["workers"])
        # A task and not scattered data, which would be gone with the worker that has it.
        self._notebook = self._client.submit(worker.kept, notebook)
        self._running: dict[str, tuple[Any, Trial]] = {}
        self._done: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self, trial: Trial, task: TrialTask) -> None:
        """Give a trial to the scheduler."""
        future = self._client.submit(worker.run, self._notebook, pickled(task), pure=False)
        self._running[future.key] = future, trial
        future.add_done_callback(lambda done: self._done.put(done.key))

    def ended(self) -> list[tuple[Trial, Outcome]]:
        """Wait for a trial to end."""
        while self._running:
            # With a timeout, so that an interrupt of the kernel is noticed.
            with suppress(queue.Empty):
                future, trial = self._running.pop(self._done.get(timeout=SECONDS_BETWEEN_LOOKS))
                return [(trial, _outcome(future))]
        return []

    def close(self) -> None:
        """Take back what has not begun, and leave the cluster."""
        self._client.cancel([future for future, _ in self._running.values()])
        self._client.close()


def _outcome(future: Any) -> Outcome:
    error = future.exception()
    return future.result() if error is None else Outcome("", "FAILED", {}, error=f"{type(error).__name__}: {error}")
