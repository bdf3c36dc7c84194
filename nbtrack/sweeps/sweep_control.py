"""The thread that watches a sweep: handles requests to stop it, and stops trials that the search rejects."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.errors import NbtrackError
from nbtrack.tracking import run_control

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import Run
    from nbtrack.sweeps.ranking import Ranking
    from nbtrack.sweeps.search import Search
    from nbtrack.sweeps.trials import Trial
    from nbtrack.tracking.client import MlflowClient

SECONDS_BETWEEN_CHECKS = 0.3


class SweepControl:
    """Polls the store a few times a second while the sweep runs.

    `running` has the trials that run now, by their identities. A search that stops trials early needs a metric that
    is asked for, or that an earlier trial has.
    """

    def __init__(
        self, client: MlflowClient, parent: Run, search: Search, ranking: Ranking, running: Mapping[str, Trial]
    ) -> None:
        self._client, self._parent, self._search, self._ranking = client, parent, search, ranking
        self._running = running
        self.stopped = False
        """Whether the sweep was asked to stop."""
        self._given_up: set[str] = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, name="nbtrack-sweep", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(SECONDS_BETWEEN_CHECKS):
            with suppress(NbtrackError):
                if run_control.requested_action(self._client, self._parent.info.run_id) == run_control.STOP:
                    self.stopped = True
                    self.stop_running()
                elif self._search.stops_early and self._ranking.metric is not None:
                    self._prune(self._ranking.metric)

    def stop_running(self) -> None:
        """Ask all running trials to stop."""
        for run in self.running_runs():
            self._client.set_tag(run.info.run_id, reserved.CONTROL, run_control.STOP)

    def running_runs(self) -> list[Run]:
        """Return the runs of the trials that run now."""
        running = f"tags.`{reserved.PARENT_RUN}` = '{self._parent.info.run_id}' and attributes.status = 'RUNNING'"
        return list(self._client.search_runs([self._parent.info.experiment_id], running, max_results=1000))

    def _prune(self, metric: str) -> None:
        for run in self.running_runs():
            trial = self._running.get(run.data.tags.get(reserved.TRIAL, ""))
            if trial is None or run.info.run_id in self._given_up or metric not in run.data.metrics:
                continue
            points = self._client.get_metric_history(run.info.run_id, metric)
            reason = self._search.stops(trial, [self._ranking.turned(each.value) for each in points])
            if reason is not None:
                self._given_up.add(run.info.run_id)
                self._client.set_tag(run.info.run_id, reserved.TRIAL_STOPPED, reason)
                self._client.set_tag(run.info.run_id, reserved.CONTROL, run_control.STOP)
