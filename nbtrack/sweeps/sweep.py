"""A sweep: trials are chosen, run and ranked until there are no more, the time is up, or it is stopped."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import redaction
from nbtrack import tags as reserved
from nbtrack.sweeps import earlier_trials
from nbtrack.sweeps.sweep_control import SweepControl
from nbtrack.sweeps.trial_execution import TrialTask
from nbtrack.sweeps.trial_run import SEED, Recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.entities import DatasetInput, Run
    from nbtrack.sweeps.ranking import Best, Ranking
    from nbtrack.sweeps.runner import Runner
    from nbtrack.sweeps.search import Search
    from nbtrack.sweeps.sweep_options import SweepOptions
    from nbtrack.sweeps.swept_code import SweptCode
    from nbtrack.sweeps.trials import Outcome, Trial
    from nbtrack.tracking.capture_options import CaptureOptions
    from nbtrack.tracking.client import MlflowClient


class SweptCell(NamedTuple):
    """The cell that a sweep runs."""

    code: SweptCode
    source: str
    """As it was typed."""
    modules: frozenset[str]
    options: CaptureOptions
    """What its runs record."""
    tags: dict[str, str]
    """Those of each trial's run."""
    inputs: tuple[DatasetInput, ...] = ()
    """The data that all trials read."""


class Ended(NamedTuple):
    """The outcome of a sweep."""

    outcomes: list[Outcome]
    total: int
    best: Best | None
    reused: int
    """How many of the outcomes an earlier execution had."""
    repeated: int
    """How many interrupted trials ran again."""
    reason: str
    """Why not all trials ran, in words; empty if they did."""


class Sweep:
    """Runs the trials of one sweep as children of a run.

    `progressed` is called after each trial; the ranking may have a metric from then on.
    """

    def __init__(
        self,
        cell: SweptCell,
        asked: SweepOptions,
        parts: tuple[Search, Runner, Ranking],
        place: tuple[MlflowClient, Run],
        progressed: Callable[[list[Outcome], Ranking], None],
    ) -> None:
        self._cell, self._asked = cell, asked
        self._search, self._runner, self.ranking = parts
        self._client, self._parent = place
        self._progressed = progressed
        self._running: dict[str, Trial] = {}
        self._done: dict[str, Outcome] = {}
        """The outcomes of the trials, by their identities."""
        self._earlier = earlier_trials.EarlierTrials({}, {})
        self._reused = self._repeated = 0
        self._reason = ""

    def run(self) -> Ended:
        """Run the trials; `KeyboardInterrupt` stops those that are running, and is raised again."""
        control = SweepControl(self._client, self._parent, self._search, self.ranking, self._running)
        try:
            if self._asked.resume:
                self._earlier = earlier_trials.of(self._client, self._parent)
            self._describe()
            self._run_trials(control)
        except BaseException:
            control.stop_running()
            raise
        finally:
            control.close()
            self._runner.close()
            self._describe()
        best = self.ranking.best(self._outcomes)
        return Ended(self._outcomes, self._search.total, best, self._reused, self._repeated, self._reason)

    def _run_trials(self, control: SweepControl) -> None:
        began = time.monotonic()
        while True:
            trial = self._next(control, time.monotonic() - began)
            if trial is not None and not self._is_known(trial):
                self._start(trial)
            if trial is None and not self._running:
                return
            if trial is None or len(self._running) >= self._runner.slots:
                self._take()

    def _is_known(self, trial: Trial) -> bool:
        """Return whether a trial was run before; a search may suggest the same one again."""
        identity = self._identity(trial)
        while identity in self._running:
            self._take()
        known = self._done.get(identity) or self._earlier.outcomes.get(identity)
        if known is not None:
            self._reused += identity not in self._done
            self._note(trial, known)
        return known is not None

    def _start(self, trial: Trial) -> None:
        identity = self._identity(trial)
        self._repeated += self._earlier.discard(self._client, identity)
        self._running[identity] = trial
        self._runner.start(trial, self._task(trial, identity))

    def _identity(self, trial: Trial) -> str:
        return self._cell.code.identity(trial.values, trial.seed)

    def _next(self, control: SweepControl, spent: float) -> Trial | None:
        if control.stopped:
            self._reason = "the sweep was stopped"
        elif self._asked.budget is not None and spent >= self._asked.budget:
            self._reason = "the time was up"
        else:
            return self._search.next()
        return None

    def _take(self) -> None:
        """Wait for trials to end."""
        for trial, outcome in self._runner.ended():
            self._running.pop(self._identity(trial), None)
            self._note(trial, outcome)

    def _note(self, trial: Trial, outcome: Outcome) -> None:
        identity = self._identity(trial)
        if identity not in self._done:
            self._done[identity] = outcome._replace(combination=repr(trial.values))
        if self.ranking.learn(outcome.metrics):
            self._describe()
        self._tell(trial, outcome)
        self._progressed(self._outcomes, self.ranking)

    def _tell(self, trial: Trial, outcome: Outcome) -> None:
        """Report the outcome of a trial to the search."""
        if self._search.stops_early and self.ranking.metric in outcome.metrics:
            # Later trials are compared with it, even if it ended before its curve was read.
            points = self._client.get_metric_history(outcome.run_id, self.ranking.metric)
            self._search.stops(trial, [self.ranking.turned(each.value) for each in points])
        finished = outcome.status == "FINISHED"
        self._search.ended(trial, self.ranking.value(outcome.metrics) if finished else None)

    @property
    def _outcomes(self) -> list[Outcome]:
        return list(self._done.values())

    def _task(self, trial: Trial, identity: str) -> TrialTask:
        cell, parameters = self._cell, self._cell.code.parameters
        shown = {name: redaction.redact_value(parameters[name].key, value) for name, value in trial.values.items()}
        params: dict[str, Any] = {parameters[name].key: value for name, value in shown.items()}
        params.setdefault(SEED, trial.seed)
        skip = frozenset().union(*(parameters[name].skip for name in trial.values))
        written = json.dumps({parameters[name].key: repr(value) for name, value in shown.items()})
        own = {reserved.PARENT_RUN: self._parent.info.run_id, reserved.TRIAL: identity, reserved.TRIAL_VALUES: written}
        run_tags = {**cell.tags, **own}
        name = trial._replace(values=shown).name(with_seed=len(self._asked.seeds) > 1)
        recorded = Recorded(name, self._parent.info.experiment_id, run_tags, params, skip, cell.options, cell.inputs)
        return TrialTask(
            cell.code.with_values(trial.values, trial.seed), cell.source, trial.seed, cell.modules, recorded
        )

    def _describe(self) -> None:
        """Record on the sweep's run what it tries, how it is ranked, and the best trial so far."""
        best = self.ranking.best(self._outcomes)
        about = {
            "parameters": [one.key for one in self._cell.code.parameters.values()],
            "metric": self.ranking.metric,
            "goal": self.ranking.goal,
            "best": best.outcome.run_id if best is not None else None,
            "again": len(self._cell.code.again),
        }
        self._client.log_batch(
            self._parent.info.run_id,
            tags=[(reserved.SWEEP, json.dumps(about)), (reserved.SWEEP_CODE, self._cell.code.digest)],
        )
