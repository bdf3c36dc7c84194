"""Checks the points of running runs against the alert rules of their experiments, in a separate thread.

Logging only appends points to a list, and only where a rule needs them; the thread takes them from there several
times a second. A run without rules costs nothing.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

from nbtrack import process, webhooks
from nbtrack import tags as reserved
from nbtrack.errors import NbtrackError
from nbtrack.stores import shutdown
from nbtrack.tracking import watched_points
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from nbtrack.alerting.alert import Alert
    from nbtrack.alerting.rule import Rule
    from nbtrack.alerting.rule_state import MetricRuleState, SilenceState
    from nbtrack.entities import Experiment, Run
    from nbtrack.tracking.client import MlflowClient

SECONDS_BETWEEN_CHECKS = 0.25


class WatchedRun:
    """A running run, and the state of its experiment's rules."""

    def __init__(self, client: MlflowClient, run: Run) -> None:
        self.client, self.run_id, self.experiment_id = client, run.info.run_id, run.info.experiment_id
        self._of_metrics: dict[str, list[MetricRuleState]] = {}
        self._silences: list[SilenceState] = []

    @property
    def has_rules(self) -> bool:
        """Whether the experiment has rules."""
        return bool(self._of_metrics or self._silences)

    def follow(self, experiment: Experiment) -> None:
        """Apply the rules of the experiment from now on; rules that were there before keep their state."""
        if not self.has_rules and not any(each.startswith(reserved.ALERT_RULE) for each in experiment.tags):
            return
        # Imported late, so that runs without rules start faster.
        from nbtrack.alerting import rule as rules
        from nbtrack.alerting.rule_state import MetricRuleState, SilenceState
        from nbtrack.presentation import metric_goals

        before = {each.rule: each for states in self._of_metrics.values() for each in states}
        silences = {each.rule: each for each in self._silences}
        goals = metric_goals.from_experiments([experiment])
        of_metrics: dict[str, list[MetricRuleState]] = {}
        self._silences = []
        for each in rules.from_tags(experiment.tags):
            key = each.condition.key
            if key:
                of_metrics.setdefault(key, []).append(
                    before.get(each) or MetricRuleState(each, _lower(metric_goals.goal_of(key, goals)))
                )
            else:
                self._silences.append(silences.get(each) or SilenceState(each, time.monotonic()))
        self._of_metrics = of_metrics

    def take(self) -> None:
        """Give new points to the rules."""
        fresh = watched_points.take(self.run_id)
        moment = time.monotonic()
        for silence in self._silences if fresh else ():
            silence.record_point(moment)
        for key, (values, steps) in fresh.items():
            for state in self._of_metrics.get(key, ()):
                self._raise(state.rule, state.take(values, steps))

    def check_silence(self) -> None:
        """Check the rules about silence."""
        moment = time.monotonic()
        for silence in self._silences:
            self._raise(silence.rule, silence.check(moment))

    def _raise(self, rule: Rule, found: str | None) -> None:
        if found is None:
            return
        from nbtrack.alerting.alert import new_alert

        with error_boundary("an alert was not stored"):
            keep(self.client, self.run_id, new_alert(rule.text, found, rule.level))
            if rule.stop and self.client.get_run(self.run_id).info.status == "RUNNING":
                self.client.set_tag(self.run_id, reserved.CONTROL, reserved.CONTROL_ACTIONS[0])


def _lower(goal: str | None) -> bool | None:
    return None if goal is None else goal == "min"


class AlertWatch:
    """The running runs of this process, and the thread that checks their rules."""

    def __init__(self) -> None:
        self.runs: dict[str, WatchedRun] = {}
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()
        shutdown.register(self)

    def begin(self, watched: WatchedRun) -> None:
        """Watch a new run, or a known run with changed rules."""
        with self._lock:
            self.runs[watched.run_id] = watched
            if watched.has_rules:
                watched_points.watch(watched.run_id)
            if watched.has_rules and self._thread is None:
                self._ending = threading.Event()
                self._thread = threading.Thread(
                    target=self._watch, args=[self._ending], name="nbtrack-alerts", daemon=True
                )
                self._thread.start()

    def end(self, run_id: str) -> None:
        """Check the last points of a run, and stop watching it."""
        with self._lock:
            watched = self.runs.pop(run_id, None)
            if watched is not None:
                watched.take()
                watched_points.unwatch(run_id)
            is_idle = not any(each.has_rules for each in self.runs.values())
        if is_idle:
            self.close()

    def close(self) -> None:
        """End the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._ending.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def at_exit(self) -> None:
        """End the thread."""
        self.close()

    def after_fork(self) -> None:
        """Watch nothing in a forked child, which has no thread for it."""
        self.runs, self._thread, self._lock = {}, None, threading.RLock()
        watched_points.discard_all()

    def _watch(self, ending: threading.Event) -> None:
        while not ending.wait(SECONDS_BETWEEN_CHECKS):
            with self._lock:
                for each in list(self.runs.values()):
                    each.take()
                    each.check_silence()


def begin(client: MlflowClient, run: Run) -> None:
    """Watch a new run by the rules of its experiment; an experiment that can't be read has none."""
    watched = WatchedRun(client, run)
    with contextlib.suppress(NbtrackError):
        watched.follow(client.get_experiment(run.info.experiment_id))
    process.state(AlertWatch).begin(watched)
    webhooks.resume()


def end(run_id: str) -> None:
    """Check the last points of a run, and stop watching it."""
    process.state(AlertWatch).end(run_id)


def reload(client: MlflowClient, experiment_id: str) -> None:
    """Apply the current rules of an experiment to its running runs in this process."""
    watch = process.state(AlertWatch)
    experiment = client.get_experiment(experiment_id)
    for each in list(watch.runs.values()):
        if each.experiment_id == experiment_id and each.client.store.uri == client.store.uri:
            each.follow(experiment)
            watch.begin(each)


def keep(client: MlflowClient, run_id: str, raised: Alert) -> None:
    """Store an alert with its run, and send it to the webhook, if there is one."""
    from nbtrack.alerting.alert import to_tag

    client.set_tag(run_id, *to_tag(raised))
    webhooks.send_alert(client.store, run_id, raised)
