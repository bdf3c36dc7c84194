"""Checks what clients log against the alert rules of their experiments, in a thread of the server.

A run of nbtrack is checked by the process that logs it; those of all other clients, such as MLflow's, are checked
here. Rules are shown whole curves, as the store has them: it makes no difference which process of the server a point
was sent to, or whether the server was restarted in between.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import process, webhooks
from nbtrack import tags as reserved
from nbtrack.alerting import alert as alerts
from nbtrack.alerting import rule as rules
from nbtrack.alerting.rule_state import MetricRuleState, SilenceState
from nbtrack.errors import NbtrackError
from nbtrack.presentation import metric_goals
from nbtrack.stores import shutdown
from nbtrack.stores.interface import Delivery

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.alerting.rule import Rule
    from nbtrack.entities import Experiment, Metric, Run, RunInfo
    from nbtrack.stores.interface import Store

SECONDS_BETWEEN_LOOKS = 0.25
KNOWN_SECONDS = 1.0
"""Seconds that the rules of an experiment are cached."""
RENEWAL_SECONDS = 0.5
"""Seconds within which a look has read the rules of an experiment again."""
MOST_KNOWN = 10_000
"""Runs whose experiment is remembered."""
OLDEST = 24 * 3600
"""Seconds after which points are ignored, since they belong to imported runs."""


class _Known(NamedTuple):
    """The rules of an experiment, the goals of its metrics, and the `time.monotonic` until which they are valid."""

    rules: Sequence[Rule]
    experiment: Experiment
    until: float
    renewed_by: float = 0.0
    """Until when another thread is expected to have read the rules again."""


class _Fresh(NamedTuple):
    """The location of a run with new points, and whether a client other than nbtrack's logged some of them."""

    store: Store
    foreign: bool


class _Silent:
    """A run under rules about silence: the state of the rules, and its latest points."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.states: list[SilenceState] = []
        self.latest: Sequence[Metric] = ()

    def follow(self, wanted: Iterable[Rule], run: Run, moment: float) -> None:
        """Note that points have come, and follow these rules from now on."""
        known = {each.rule: each for each in self.states}
        self.states = [known.get(each) or SilenceState(each, moment) for each in wanted]
        self.points_came(run, moment)

    def points_came(self, run: Run, moment: float) -> None:
        """Note that points have come."""
        self.latest = run.data.latest
        for each in self.states:
            each.record_point(moment)


class RuleWatch:
    """The runs that clients have logged points to, and the thread that checks them."""

    def __init__(self) -> None:
        self._reset()
        shutdown.register(self)

    def _reset(self) -> None:
        self._fresh: dict[str, _Fresh] = {}
        self._silent: dict[str, _Silent] = {}
        self._experiments: dict[tuple[str, str], str] = {}
        self._known: dict[tuple[str, str], _Known] = {}
        self._lock = threading.RLock()
        self._wake, self._ending = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, store: Store, run_id: str, *, foreign: bool) -> None:
        """Check a run soon, since it has new points; `foreign` if a client other than nbtrack's logged them."""
        if self._has_no_rules(store, run_id):
            return
        before = self._fresh.get(run_id)
        self._fresh[run_id] = _Fresh(store, foreign or (before is not None and before.foreign))
        if self._thread is None or not self._thread.is_alive():
            self._start()
        self._wake.set()

    def remember(self, store: Store, run_id: str, experiment_id: str) -> None:
        """Remember the experiment of a run, which then need not be looked up."""
        if len(self._experiments) >= MOST_KNOWN:
            self._experiments.clear()
        self._experiments[store.uri, run_id] = experiment_id

    def _has_no_rules(self, store: Store, run_id: str) -> bool:
        """Return whether it is known that the experiment of a run has no rules; if not, one run has it looked up."""
        experiment_id = self._experiments.get((store.uri, run_id))
        known = self._known.get((store.uri, experiment_id)) if experiment_id is not None else None
        if known is None or known.rules:
            return False
        moment = time.monotonic()
        if max(known.until, known.renewed_by) > moment:
            return True
        self._known[store.uri, known.experiment.experiment_id] = known._replace(renewed_by=moment + RENEWAL_SECONDS)
        return False

    def is_fresh(self, run_id: str) -> bool:
        """Return whether points have come to a run that was not looked at since."""
        return run_id in self._fresh

    def look_now(self, run_id: str) -> None:
        """Check a run that is about to end, if it has new points."""
        fresh = self._fresh.pop(run_id, None)
        if fresh is not None:
            self._look(*fresh, run_id)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._ending = threading.Event()
                self._thread = threading.Thread(target=self._run, name="nbtrack-server-rules", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._ending.set()
        self._wake.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    at_exit = close

    def after_fork(self) -> None:
        """Watch nothing in a forked child, which has no thread for it."""
        self._reset()

    # --- the thread

    def _run(self) -> None:
        while not self._ending.is_set():
            self._wake.wait(SECONDS_BETWEEN_LOOKS if self._silent else None)
            self._wake.clear()
            self._ending.wait(SECONDS_BETWEEN_LOOKS)
            for run_id in list(self._fresh):
                self.look_now(run_id)
            for run_id, silent in list(self._silent.items()):
                self._look_at_silence(run_id, silent)

    def _look(self, store: Store, foreign: bool, run_id: str) -> None:
        with self._lock, contextlib.suppress(NbtrackError):
            known = self._rules_of(store, run_id)
            run = store.get_run(run_id) if known.rules else None
            if run is not None and (foreign or reserved.OWNER not in run.data.tags):
                self._look_at_curves(store, run, known)
                self._follow_silence(store, run, [each for each in known.rules if not each.condition.key])

    def _rules_of(self, store: Store, run_id: str) -> _Known:
        experiment_id = self._experiments.get((store.uri, run_id))
        if experiment_id is None:
            experiment_id = store.experiment_of(run_id)
            self.remember(store, run_id, experiment_id)
        known = self._known.get((store.uri, experiment_id))
        moment = time.monotonic()
        if known is None or known.until < moment:
            experiment = store.get_experiment(experiment_id)
            known = _Known(rules.from_tags(experiment.tags), experiment, moment + KNOWN_SECONDS)
            self._known[store.uri, experiment_id] = known
        return known

    def _look_at_curves(self, store: Store, run: Run, known: _Known) -> None:
        told = {each.title for each in alerts.from_tags(run.data.tags)}
        goals = metric_goals.from_experiments([known.experiment])
        for rule in known.rules:
            key = rule.condition.key
            if key in run.data.metrics and rule.text not in told:
                goal = metric_goals.goal_of(key, goals)
                curve = store.metric_history(run.info.run_id, key)
                state = MetricRuleState(rule, None if goal is None else goal == "min")
                _tell(store, run, rule, state.take([*map(float, curve.values)], [*map(int, curve.steps)]))

    # --- silence

    def _follow_silence(self, store: Store, run: Run, wanted: Sequence[Rule]) -> None:
        if wanted and run.info.status == "RUNNING":
            silent = self._silent.setdefault(run.info.run_id, _Silent(store))
            silent.follow(wanted, run, time.monotonic())
        else:
            self._silent.pop(run.info.run_id, None)

    def _look_at_silence(self, run_id: str, silent: _Silent) -> None:
        moment = time.monotonic()
        held = [(each.rule, text) for each in silent.states if (text := each.check(moment)) is not None]
        if not held:
            return
        with self._lock, contextlib.suppress(NbtrackError):
            run = silent.store.get_run(run_id)
            if run.info.status != "RUNNING":
                self._silent.pop(run_id, None)
            elif run.data.latest != silent.latest:
                # Another process of the server received them.
                silent.points_came(run, moment)
            else:
                for rule, text in held:
                    if not _was_told(run, rule):
                        _tell(silent.store, run, rule, text, repr(run.data.latest))


def _was_told(run: Run, rule: Rule) -> bool:
    """Return whether another server process has already raised an alert for this silence."""
    since = time.time_ns() - int(rule.condition.limit * 1e9)
    return any(each.title == rule.text and each.time > since for each in alerts.from_tags(run.data.tags))


def _tell(store: Store, run: Run, rule: Rule, found: str | None, occasion: str = "") -> None:
    """Raise the alert of a rule that holds; of several server processes that find it at once, the first one does."""
    if found is None:
        return
    run_id = run.info.run_id
    raised = alerts.new_alert(rule.text, found, rule.level)
    stops = rule.stop and run.info.status == "RUNNING"
    asked = [(reserved.CONTROL, reserved.CONTROL_ACTIONS[0])] if stops else []
    key, value = alerts.to_tag(raised)
    digest = hashlib.blake2b(f"{run_id}\x00{rule.text}\x00{occasion}".encode(), digest_size=16).hexdigest()
    store.deliver(run_id, Delivery(f"alert-{digest}", 0, 1), (), (), [(key, value), *asked])
    if store.tag(run_id, key) == value:
        webhooks.send_alert(store, run_id, raised)


def note(store: Store, run_id: str, points: Sequence[Metric], *, foreign: bool = True) -> None:
    """Check points that a client has logged soon; nbtrack's clients, not `foreign`, check their own runs."""
    if points and max(each.timestamp for each in points) > (time.time() - OLDEST) * 1000:
        process.state(RuleWatch).note(store, run_id, foreign=foreign)


def created(store: Store, run: RunInfo) -> None:
    """Remember the experiment of a run that a client has created."""
    process.state(RuleWatch).remember(store, run.run_id, run.experiment_id)


def is_fresh(run_id: str) -> bool:
    """Return whether a run has points that were not looked at; see `ending`."""
    return process.state(RuleWatch).is_fresh(run_id)


def ending(run_id: str) -> None:
    """Check the last points of a run that a client ends."""
    process.state(RuleWatch).look_now(run_id)
