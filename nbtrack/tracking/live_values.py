"""Values that running code reads repeatedly, and that can be changed from outside.

Reading a value only reads a dictionary in memory. A thread checks a few times a second whether a value was changed in
the store, and records each value as a point.
"""

from __future__ import annotations

import contextlib
import json
import threading
from typing import TYPE_CHECKING, TypeVar

from nbtrack import process, validation
from nbtrack import tags as reserved
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.stores import live_values, shutdown
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking import active_runs
from nbtrack.tracking.active_runs import RunStack
from nbtrack.tracking.client import MlflowClient, now
from nbtrack.tracking.live_runs import LiveRuns

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.tracking.active_runs import ActiveRun

Number = TypeVar("Number", bool, int, float)

SECONDS_BETWEEN_CHECKS = 0.3
METRIC = "live/"
"""Prefix of the metric that records the values of a live value."""


def live(name: str, value: Number) -> Number:
    """Return a value that can be changed while the run is running: call it in each iteration of a loop.

    ``lr = nbtrack.live("lr", 0.1)`` is 0.1 until it is changed, in a field of the live card, by
    ``nbtrack.control(run, lr=0.01)`` or by ``nbtrack runs set RUN lr=0.01``; the code gets the new value some tenths of
    a second later. Each value is a point of the metric ``live/lr``, at the step of the latest point of the run. A call
    takes less than a microsecond. Without an active run it is always `value`.

    Parameters
    ----------
    name : str
        The name of the value.
    value : bool, int or float
        Its first value; new values have to be of the same type.

    Raises
    ------
    InvalidValue
        When `value` is not a finite number, or the name can't be that of a metric.
    """
    scope = process.state(RunStack).innermost.get()
    if scope is not None and not scope.ended:
        found = scope.run.live.get(name)
        if found is not None:
            return found  # type: ignore[return-value] # it has the type of the first value
    return _first(name, value)


def _first(name: str, value: Number) -> Number:
    if not live_values.is_number(value):
        msg = f"the live value {name!r} must be a finite int or float, or a bool, not {type(value).__name__}"
        raise InvalidValue(msg)
    validation.key("metric", METRIC + name)
    scope = active_runs.current_scope()
    run = scope.run if scope is not None else active_runs.implicit_run()
    if run is None:
        return value
    found = run.live.get(name)
    return process.state(LiveValueWatch).begin(run, name, value) if found is None else found  # type: ignore[return-value] # it has the type of the first value


@validation.typed
def control(run: Run | str, client: MlflowClient | None = None, /, **values: object) -> None:
    """Change live values of a running run: ``control("swift-otter-417", lr=0.01)``; see `live`.

    Parameters
    ----------
    run : Run or str
        The run, its id, or its name.
    client : MlflowClient, optional
        The client of the run's store; by default that of the current tracking URI.
    **values : bool, int or float
        The new values by their names.

    Raises
    ------
    WrongState
        When the run is not running.
    NotFound
        When there is no such run, or its code has not asked for a value of that name.
    InvalidValue
        When a value is not of the type that the code uses.
    """
    store = (client or MlflowClient()).store
    live_values.set_values(store, find_run(store, run).info.run_id, values)


class LiveValueWatch:
    """The thread that polls for changed values while a run has live values."""

    def __init__(self) -> None:
        self._runs: dict[str, ActiveRun] = {}
        self._lock = threading.RLock()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        shutdown.register(self)

    def begin(self, run: ActiveRun, name: str, value: Number) -> Number:
        """Register a live value and return it; a resumed run continues with its last value."""
        with self._lock:
            before = live_values.read(run.client.store.tag(run.info.run_id, reserved.LIVE + name))
            first = value if before is None or type(before) is not type(value) else before
            run.client.set_tag(run.info.run_id, reserved.LIVE + name, json.dumps(first))
            self._take(run, name, first)
            self._runs[run.info.run_id] = run
            if self._thread is None or not self._thread.is_alive():
                self._ending = threading.Event()
                self._thread = threading.Thread(
                    target=self._watch, args=[self._ending], name="nbtrack-live-values", daemon=True
                )
                self._thread.start()
        return first

    def close(self) -> None:
        """End the thread."""
        self._ending.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    at_exit = close

    def after_fork(self) -> None:
        """Stop following changes in a forked child."""
        self._runs, self._thread, self._lock = {}, None, threading.RLock()

    def _watch(self, ending: threading.Event) -> None:
        going_on = process.state(LiveRuns).by_run
        while not ending.wait(SECONDS_BETWEEN_CHECKS):
            with self._lock:
                self._runs = {key: run for key, run in self._runs.items() if going_on.get(key) is run.live}
                if not self._runs:
                    self._thread = None
                    return
                for run in self._runs.values():
                    with contextlib.suppress(NbtrackError):
                        self._look(run)

    def _look(self, run: ActiveRun) -> None:
        for name, before in list(run.live.items()):
            found = live_values.read(run.client.store.tag(run.info.run_id, reserved.LIVE + name))
            if found is not None and type(found) is type(before) and found != before:
                self._take(run, name, found)

    def _take(self, run: ActiveRun, name: str, value: float) -> None:
        """Use a value from now on, and record it."""
        run.live[name] = value
        latest = run.client.get_run(run.info.run_id).data.latest
        step = max((each.step for each in latest if not each.key.startswith(METRIC)), default=0)
        run.client.log_batch(run.info.run_id, [Metric(METRIC + name, float(value), now(), step)])
