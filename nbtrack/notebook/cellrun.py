"""The run of one execution of a cell: made when there is something to keep, and ended with the cell."""

from __future__ import annotations

import json
import sys
import threading
from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.entities import Metric
from nbtrack.errors import NbtrackError
from nbtrack.notebook import cell_identity
from nbtrack.notebook.error_boundary import reported
from nbtrack.tracking import (
    MlflowClient,
    active_runs,
    context,
    events,
    lifecycle,
    param_conflicts,
    run_control,
    run_errors,
)
from nbtrack.tracking.active_runs import ActiveRun
from nbtrack.tracking.client import now
from nbtrack.tracking.experiments import resolve_experiment_id

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Iterable, Sequence

    from nbtrack.capture import Fact, Facts, Points
    from nbtrack.entities import Run
    from nbtrack.notebook.cell_artifacts import CellArtifact
    from nbtrack.notebook.track_options import Options


class CellRun:
    """What one execution of a cell records.

    Parameters
    ----------
    options : Options
        What its ``%%track`` line asks for.
    identity : str
        What tells the cell from others.
    goes_on : str, optional
        The id of a run that is there already: what is recorded goes on in it.
    ends : bool
        Whether the run ends with the cell.
    opened : callable, optional
        Called once, when the run is there.
    """

    def __init__(
        self,
        options: Options,
        identity: str,
        *,
        goes_on: str | None = None,
        ends: bool = True,
        opened: Callable[[CellRun], None] | None = None,
    ) -> None:
        self.client = MlflowClient()
        self.run: Run | None = None
        self.last: Run | None = None
        self.elsewhere = False
        """Whether the cell recorded into another run while it had none of its own."""
        self.renewed = True
        """Whether the run may have other parameters than when somebody last looked."""
        self.stopped = False
        """Whether the run was asked to stop, and the cell has been told."""
        self._options, self._identity, self._opened = options, identity, opened
        self._goes_on, self._ends = goes_on, ends
        self.began = self._ended = now()
        self.explicit: set[str] = set()
        """The keys that are never inferred."""
        self.logged: deque[Sequence[Metric]] | None = None
        """Takes what the user logs into the run, for whoever wants to show it."""
        self._reached: dict[str, int] = {}
        self._shifts: dict[str, int] = {}
        self._settled: set[str] = set()
        self._mine: set[int] = set()
        self._lock = threading.RLock()
        self._refused = False
        self._scope: active_runs.Scope | None = None
        self._unwatch = events.observe(self._heard)

    @property
    def run_id(self) -> str:
        """The id of the run; empty as long as there is none."""
        return self.run.info.run_id if self.run is not None else ""

    def leave_out(self, names: Iterable[str]) -> None:
        """Take names for such that are never inferred."""
        self.explicit.update(names)

    # beginning

    def open(self) -> bool:
        """Make the run, once; a store that can't be written is told in one line, and the cell goes on without one."""
        with self._lock:
            if self.run is None and not self._refused:
                try:
                    self.run = self._joined(self._goes_on) if self._goes_on else self._created()
                except NbtrackError as error:
                    self._refused = True
                    print(f"nbtrack: this cell is not tracked: {error}", file=sys.stderr)
                else:
                    lifecycle.set_last_run(self.client, self.run_id)
                    if self._opened is not None:
                        self._opened(self)
            return self.run is not None

    def enter(self) -> ActiveRun | None:
        """Make the run and have it take what the cell logs; called by the thread of the cell."""
        if not self.open() or self.run is None:
            return None
        if self._scope is None:
            self._scope = active_runs.push(ActiveRun.of(self.run, self.client), implicit=True)
        return self._scope.run

    def _created(self) -> Run:
        options = self._options
        home = resolve_experiment_id(options.experiment, self.client)
        self.last = cell_identity.last(self.client, home, self._identity)
        tags: dict[str, Any] = {
            **context.source_tags(),
            reserved.OWNER: context.owner(),
            reserved.CELL: self._identity,
            **dict(options.tags),
        }
        parent = active_runs.current_scope()
        if options.nested and parent is not None:
            tags[reserved.PARENT_RUN] = parent.run.info.run_id
        return self.client.create_run(
            home, start_time=self.began, tags=tags, run_name=cell_identity.name(options.name, self.last)
        )

    def _joined(self, run_id: str) -> Run:
        """Go on in a run that is there: its curves continue where they ended, and what it was asked to do is over."""
        self.client.set_tag(run_id, reserved.CONTROL, run_control.UNPAUSE)
        if self._ends:
            self.client.set_tag(run_id, reserved.OWNER, context.owner())
            self.client.update_run(run_id, status="RUNNING")
        run = self.client.get_run(run_id)
        self._reached = {each.key: each.step for each in run.data.latest}
        return run

    # while the cell runs

    def _heard(self, run_id: str, metrics: Sequence[Metric]) -> None:
        """Learn which keys the user logs, for they are never inferred, and whether that goes to another run."""
        if threading.get_ident() in self._mine:
            return
        if run_id == self.run_id:
            self.explicit.update(each.key for each in metrics)
            if not metrics:
                self.renewed = True
            elif self.logged is not None:
                self.logged.append(metrics)
        elif self.run is None:
            self.elsewhere = True

    def record(self, curves: Sequence[Points]) -> None:
        """Record points that were inferred; the run is made by the first of them."""
        fresh = [self._placed(each) for each in curves if each.steps and each.key not in self.explicit]
        if fresh and self.open():
            with self._inferring():
                self.client.log_columns(self.run_id, {each.key: each[1:] for each in fresh})

    def asked(self) -> str | None:
        """Return what the run is asked to do, by anybody who has its store."""
        return run_control.requested_action(self.client, self.run_id) if self.run is not None else None

    def settle(self, params: Sequence[Fact]) -> None:
        """Record parameters that are sure already, so that a run whose kernel dies has them."""
        fresh = [each for each in params if each.key not in self.explicit and each.key not in self._settled]
        if fresh and self.run is not None and not self._goes_on:
            self._settled.update(each.key for each in fresh)
            self.renewed = True
            known = self.client.get_run(self.run_id).data.params
            with self._inferring():
                self.client.log_batch(
                    self.run_id, params=[(each.key, each.value) for each in fresh if each.key not in known]
                )

    def _placed(self, points: Points) -> Points:
        """Return points after those that an earlier execution left under the same key."""
        key, first = points.key, points.steps[0]
        if key not in self._shifts:
            reached = self._reached.get(key)
            self._shifts[key] = 0 if reached is None or first > reached else reached + 1 - first
        shift = self._shifts[key]
        return points._replace(steps=[step + shift for step in points.steps]) if shift else points

    def _inferring(self) -> _Marked:
        return _Marked(self._mine)

    # afterwards

    def log(self, facts: Facts) -> None:
        """Record what the rules found; what the user logged under the same key stays."""
        if not self.open():
            return
        self.record(facts.columns)
        known = self.client.get_run(self.run_id).data
        single = [each for each in facts.metrics if each.key not in facts.curves and each.key not in self.explicit]
        fresh = [each for each in facts.params if each.key not in known.params and each.key not in self.explicit]
        settled = [each for each in facts.params if each.key in self._settled]
        given = {each.key: str(each.value) for each in facts.params}
        changed = param_conflicts.history_tag(given, known) if self._goes_on else []
        with self._inferring():
            self.client.log_batch(
                self.run_id,
                metrics=self._last_values(single),
                params=[(each.key, each.value) for each in fresh],
                tags=[*self._origins([*fresh, *settled, *facts.metrics], known.tags), *changed],
            )

    def _last_values(self, facts: Sequence[Fact]) -> list[Metric]:
        """Return the metrics that have no curve, each as one point."""
        moment = now()
        return [
            Metric(each.key, each.value, moment, self._reached.get(each.key, -1) + 1)  # type: ignore[arg-type] # a number
            for each in facts
        ]

    def _origins(self, facts: Sequence[Fact], tags: dict[str, str]) -> list[tuple[str, str]]:
        """Return the tag that tells by which rule, and on which line, each value was found."""
        found = {each.key: [each.rule, each.line] for each in facts if each.key not in self.explicit}
        before = json.loads(tags.get(reserved.INFERRED, "{}"))
        return [(reserved.INFERRED, json.dumps({**before, **found}))] if found else []

    def file(self, artifacts: Iterable[CellArtifact]) -> Callable[[], None]:
        """File what is kept besides, and return what makes it outlive a power cut, to be called off the cell's way."""
        return self.client.put_all(self.run_id, {each.path: each.content for each in artifacts})

    def end(self, status: str, error: BaseException | None, redact: Callable[[str], str]) -> None:
        """End the run with its cell, unless it is to go on; the exception that ended the cell is kept with it."""
        if self.run is None:
            return
        if error is not None:
            with reported("how this cell failed can't be kept"):
                run_errors.record(self.client, self.run_id, error, redact)
        if self._ends:
            self.client.set_terminated(self.run_id, "KILLED" if self.stopped else status, self._ended)

    def leave(self) -> None:
        """Take the run off, and stop listening, since the code of the cell has ended."""
        self._ended = max(now(), self.began)
        self._unwatch()
        if self._scope is not None:
            active_runs.remove(self._scope)
            self._scope = None


class _Marked:
    """A block in which this thread records what was inferred, not what the user logged."""

    def __init__(self, threads: set[int]) -> None:
        self._threads = threads

    def __enter__(self) -> None:
        self._threads.add(threading.get_ident())

    def __exit__(self, *_: object) -> None:
        self._threads.discard(threading.get_ident())
