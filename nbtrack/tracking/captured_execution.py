"""One execution of code whose values become a run.

``%%track``, ``%track auto``, `nbtrack.auto_run` and `nbtrack.track` differ in how they get the code; from there on
each of their executions takes the same steps:

plan
    Before: the code is read, and what to look for is known.
open
    The run is created, or an existing one continued. A lazy execution waits for its first metric.
observe
    The code runs, and is observed: its points are recorded, requests to stop are obeyed, what the user logs is noted.
settle
    After: the results of the code are recorded, unless the user logged them.
close
    The run ends, with the exception if there was one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from nbtrack import process
from nbtrack.tracking import active_runs
from nbtrack.tracking.error_boundary import error_boundary
from nbtrack.tracking.sampler import Sampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.capture import Facts, Probe
    from nbtrack.tracking.active_runs import ActiveRun
    from nbtrack.tracking.captured_run import CapturedRun, RunObserver
    from nbtrack.tracking.client import MlflowClient


class Observation(Protocol):
    """How the values of one execution are read."""

    def begin(self) -> None:
        """Read existing values before the code runs, and observe the code while it runs."""

    def stop(self) -> None:
        """Stop observing the code, which has ended; called again if it was interrupted."""

    def end(self, result: Any, *, failed: bool) -> Facts:
        """Return the results of the code; `result` is ``...`` if the code has no value."""


class ProbeObservation:
    """Observes code by the probe of its plan; `refresh` updates the names that the probe reads."""

    def __init__(
        self,
        probe: Probe,
        run: CapturedRun,
        *,
        raises: bool = False,
        observer: RunObserver | None = None,
        refresh: Callable[[], None] | None = None,
    ) -> None:
        self._probe, self._run, self._raises, self._observer, self._refresh = probe, run, raises, observer, refresh
        self._sampler: Sampler | None = None

    def begin(self) -> None:
        """Read the inputs of the code, and start the sampler."""
        self._probe.enter()
        self._sampler = Sampler(self._probe, self._run, raises=self._raises, observer=self._observer)

    def stop(self) -> None:
        """Restore the code of the functions that were followed."""
        self._probe.restore()

    def end(self, result: Any, *, failed: bool) -> Facts:
        """Stop the sampler and read the final values."""
        if self._sampler is not None:
            self._sampler.close()
        if self._refresh is not None:
            self._refresh()
        return self._probe.leave(result, failed=failed)


class EndedRuns:
    """Displays for the runs of ended executions, in front ends where nothing else shows them."""

    def __init__(self) -> None:
        self.displays: list[Callable[[MlflowClient, str], None]] = []


class CapturedExecution:
    """The steps from `open` to `close`; each reports its own errors and never affects the user's code.

    With `lazy`, the run is only created by a result of training or evaluation, or by what the code logs.
    """

    def __init__(self, run: CapturedRun, *, lazy: bool = False) -> None:
        self.run = run
        self._lazy = lazy
        self._observation: Observation | None = None

    def open(self) -> ActiveRun | None:
        """Create the run and make it the active one; None if it is lazy, or can't be created."""
        if self._lazy:
            active_runs.add_implicit_run_factory(self.run.enter)
            return None
        return self.run.enter()

    def observe(self, observation: Observation) -> None:
        """Begin to observe the code, which runs next."""
        self._observation = observation
        observation.begin()

    def settle(self, result: Any = ..., *, failed: bool = False) -> bool:
        """Record the results of the code; return whether it has a run."""
        self._stop()
        facts = None
        with error_boundary("not all of this cell was recorded"):
            facts = self._observation.end(result, failed=failed) if self._observation is not None else None
        results = facts is not None and facts.trained and bool(facts.metrics or facts.columns)
        wanted = results and not self.run.logged_elsewhere
        if self.run.run is None and not (self._lazy and wanted and self.run.open(_metric_keys(facts))):
            return False
        if facts is not None:
            with error_boundary("not all of this cell was recorded"):
                self.run.log(facts)
        return True

    def leave(self) -> None:
        """Note that the code has ended; the run is no longer active."""
        self._stop()
        active_runs.remove_implicit_run_factory(self.run.enter)
        self.run.leave()

    def _stop(self) -> None:
        """Stop observing before each step that takes time: a Ctrl-C in one of them must not prevent it."""
        if self._observation is not None:
            self._observation.stop()

    def close(self, error: BaseException | None, redact: Callable[[str], str]) -> None:
        """End the run, and pass it to the displays that show ended runs."""
        self._stop()
        self.run.close(error, redact)
        if self.run.run is not None:
            for show in process.state(EndedRuns).displays:
                with error_boundary("the card of this run can't be shown"):
                    show(self.run.client, self.run.run_id)


def _metric_keys(facts: Facts | None) -> list[str]:
    return [one.key for one in facts.metrics] if facts is not None else []
