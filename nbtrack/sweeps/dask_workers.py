"""Trials on the workers of a dask cluster."""

from __future__ import annotations

import queue
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from nbtrack import locate
from nbtrack.errors import Unreachable, Unsupported
from nbtrack.sweeps import store_relay, worker
from nbtrack.sweeps.packed_notebook import pickled
from nbtrack.sweeps.trials import Outcome
from nbtrack.tracking.tracking_uri import resolved_tracking_uri

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.entities import Experiment
    from nbtrack.sweeps.store_relay import StoreRelay
    from nbtrack.sweeps.trial_execution import TrialTask
    from nbtrack.sweeps.trials import Trial

SECONDS_BETWEEN_CHECKS = 0.2
SECONDS_TO_CONNECT = 20


class DaskWorkers:
    """Runs trials on a cluster; see `nbtrack.sweeps.runner.Runner`. The scheduler repeats those of lost workers.

    They log to the store of the notebook, in the experiment `home`. Where that is files that a worker does not have,
    the store is served to the workers as long as the sweep runs, which is said.

    Raises
    ------
    Unsupported
        When dask.distributed is not installed.
    Unreachable
        When no scheduler answers at the address, or it has no worker.
    """

    def __init__(self, address: str, notebook: bytes, home: Experiment, say: Callable[[str], None]) -> None:
        if find_spec("distributed") is None:
            raise Unsupported("--on needs dask.distributed: pip install 'nbtrack[dask]'")
        from distributed import Client

        try:
            self._client: Any = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
            self._client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
        except (OSError, TimeoutError, ValueError) as error:
            raise Unreachable(f"No dask scheduler with a worker answers at {address}: {error}") from None
        self.slots = len(self._client.scheduler_info(n_workers=-1)["workers"])
        # A task rather than scattered data, which would be lost with its worker.
        self._notebook = self._client.submit(worker.kept, notebook)
        self._relay: StoreRelay | None = None
        self._place = self._reached(address, home, say)
        self._running: dict[str, tuple[Any, Trial]] = {}
        self._done: queue.SimpleQueue[str] = queue.SimpleQueue()

    def _reached(self, address: str, home: Experiment, say: Callable[[str], None]) -> str:
        """Return the tracking URI by which all workers reach the store."""
        place = resolved_tracking_uri()
        found = self._client.run(worker.reaches, place, home.experiment_id, home.creation_time)
        if all(found.values()):
            return place
        if not locate.is_local(place):
            self._client.close()
            away = ", ".join(name for name, reached in found.items() if not reached)
            raise Unreachable(f"{away} can't reach the store at {locate.without_password(place)}")
        self._relay = store_relay.serve(place, store_relay.address_towards(address))
        served = locate.without_password(self._relay.uri)
        say(f"Some workers do not have the files of this store: it is served to them at {served} while the sweep runs.")
        return self._relay.uri

    def start(self, trial: Trial, task: TrialTask) -> None:
        """Submit a trial to the scheduler."""
        future = self._client.submit(worker.run, self._notebook, pickled(task), self._place, pure=False)
        self._running[future.key] = future, trial
        future.add_done_callback(lambda done: self._done.put(done.key))

    def ended(self) -> list[tuple[Trial, Outcome]]:
        """Wait for a trial to end."""
        while self._running:
            # With a timeout, so that an interrupt of the kernel is noticed.
            with suppress(queue.Empty):
                future, trial = self._running.pop(self._done.get(timeout=SECONDS_BETWEEN_CHECKS))
                return [(trial, _outcome(future))]
        return []

    def close(self) -> None:
        """Cancel trials that have not started, and disconnect from the cluster."""
        self._client.cancel([future for future, _ in self._running.values()])
        self._client.close()
        if self._relay is not None:
            self._relay.close()


def _outcome(future: Any) -> Outcome:
    error = future.exception()
    return future.result() if error is None else Outcome("", "FAILED", {}, error=f"{type(error).__name__}: {error}")
