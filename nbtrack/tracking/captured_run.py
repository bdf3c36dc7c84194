"""The run of one captured execution: what is inferred is recorded here, and never replaces what the user logged."""

from __future__ import annotations

import json
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from nbtrack import tags as reserved
from nbtrack.entities import Metric
from nbtrack.errors import NbtrackError, Unchangeable
from nbtrack.presentation import passed_over, row_tables
from nbtrack.tracking import (
    active_runs,
    alert_watch,
    cell_runs,
    context,
    events,
    lifecycle,
    live_runs,
    param_conflicts,
    pending_artifacts,
    run_annotations,
    run_control,
    run_errors,
    sweep_rows,
)
from nbtrack.tracking.active_runs import ActiveRun, status_after
from nbtrack.tracking.client import MlflowClient, now
from nbtrack.tracking.error_boundary import error_boundary
from nbtrack.tracking.experiments import resolve_experiment_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from nbtrack.capture import Fact, Facts, Points
    from nbtrack.entities import Run, RunData
    from nbtrack.tracking.capture_options import CaptureOptions


class RunObserver:
    """Receives the events of a captured run; a subclass overrides those that it needs."""

    def opened(self, run: CapturedRun) -> None:
        """Handle that the run was created or continued."""

    def logged(self, metrics: Sequence[Metric]) -> None:
        """Handle points that the user logged, in the thread that logged them."""

    def changed(self) -> None:
        """Handle that the run may have other parameters or tags than before."""

    def tags_for(self, params: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        """Return further tags for a run with these parameters, which are recorded together with them."""
        return ()

    def sampled(self, points: Sequence[Points]) -> None:
        """Handle the points of the last tenth of a second, if any, in the sampler's thread."""

    def requested(self, request: str | None) -> None:
        """Handle a request to stop, pause or continue the run; called in the sampler's thread."""


class CapturedRun:
    """What one execution of a cell, a block or a function records.

    - `identity`: what identifies the cell; the runs of one cell are numbered
    - `continues`: the id of an existing run to record into
    - `ends`: whether the run ends with the execution
    - `skip`: names that are never inferred
    - `kept`: names that the user has asked the cell to record from now on
    - `title`: returns the name of the first run of the cell if the user gave none, from its metrics so far
    - `observer`: receives the events of the run
    """

    subject: ClassVar[str] = "this cell"
    """What is captured, for messages."""

    def __init__(
        self,
        options: CaptureOptions,
        identity: str = "",
        *,
        continues: str | None = None,
        ends: bool = True,
        skip: Iterable[str] = (),
        kept: Iterable[str] = (),
        title: Callable[[Iterable[str]], str | None] | None = None,
        observer: RunObserver | None = None,
    ) -> None:
        self.client = MlflowClient()
        self.run: Run | None = None
        self.previous: Run | None = None
        """The run of the same cell before this one."""
        self.began = self._ended = now()
        self._options, self._identity, self._continues, self._ends = options, identity, continues, ends
        self._observer = observer or RunObserver()
        self._explicit: set[str] = set(skip)
        self._kept, self._title = list(kept), title
        self._elsewhere = self._stopped = self._refused = False
        self._was_changed = bool(continues)
        """Whether the run may contain more than what was recorded here."""
        self._last_steps: dict[str, int] = {}
        self._shifts: dict[str, int] = {}
        self._recorded_early: set[str] = set()
        self._inferring_threads: set[int] = set()
        self._lock = threading.RLock()
        self._scope: active_runs.Scope | None = None
        self._unwatch = self._watched()

    @property
    def run_id(self) -> str:
        """The id of the run; empty if there is none yet."""
        return self.run.info.run_id if self.run is not None else ""

    @property
    def explicit(self) -> AbstractSet[str]:
        """The keys that the user logged or dropped; they are never inferred."""
        return self._explicit

    @property
    def logged_elsewhere(self) -> bool:
        """Whether the code logged to another run before it had its own."""
        return self._elsewhere

    # --- open

    def open(self, metrics: Iterable[str] = ()) -> bool:
        """Create the run, once; a store that can't be written is reported in one line and leaves the code untracked.

        `metrics` are the keys known so far, after which the run may be named.
        """
        with self._lock:
            if self.run is None and not self._refused:
                try:
                    self.run = self._continued(self._continues) if self._continues else self._created(metrics)
                except NbtrackError as error:
                    self._refused = True
                    print(f"nbtrack: {self.subject} is not tracked: {error}", file=sys.stderr)
                else:
                    lifecycle.set_last_run(self.client, self.run_id)
                    alert_watch.begin(self.client, self.run)
                    self._observer.opened(self)
            return self.run is not None

    def enter(self) -> ActiveRun | None:
        """Create the run and make it the active one; called by the thread of the code."""
        if not self.open() or self.run is None:
            return None
        if self._scope is None:
            self._scope = active_runs.push(ActiveRun(self.run, self.client), implicit=True)
        return self._scope.run

    def _created(self, metrics: Iterable[str]) -> Run:
        options = self._options
        home = resolve_experiment_id(options.experiment, self.client)
        self.previous = cell_runs.latest(self.client, home, self._identity)
        tags: dict[str, Any] = {
            **context.source_tags(),
            reserved.OWNER: context.owner(),
            reserved.CELL: self._identity,
            **dict(options.tags),
        }
        if self._kept:
            tags.update([run_annotations.kept_tag(self._kept)])
        parent = active_runs.current_scope()
        if options.nested and parent is not None:
            tags[reserved.PARENT_RUN] = parent.run.info.run_id
        name = options.name and cell_runs.next_name(options.name, self.previous)
        return self.client.create_run(
            home, start_time=self.began, tags=tags, run_name=name or self._own_name(home, metrics)
        )

    def _own_name(self, home: str, metrics: Iterable[str]) -> str:
        """Return the name of a run without one from the user: from its code, numbered among runs with that name."""
        if self.previous is not None or self._title is None:
            return cell_runs.next_name(None, self.previous)
        title = self._title(metrics)
        alike = cell_runs.latest_named(self.client, home, title) if title else None
        return cell_runs.next_name(title, alike)

    def _continued(self, run_id: str) -> Run:
        """Continue a run: its curves continue where they ended, and earlier requests to stop are cleared."""
        self.client.set_tag(run_id, reserved.CONTROL, run_control.UNPAUSE)
        if self._ends:
            self.client.set_tag(run_id, reserved.OWNER, context.owner())
            self.client.update_run(run_id, status="RUNNING")
        run = self.client.get_run(run_id)
        self._last_steps = {each.key: each.step for each in run.data.latest}
        return run

    # --- observe

    def _watched(self) -> Callable[[], None]:
        """Begin to watch what is logged; return a call that ends it."""
        return events.observe(self._on_logged)

    def _on_logged(self, run_id: str, metrics: Sequence[Metric]) -> None:
        """Note which keys the user logs, and whether to another run."""
        if threading.get_ident() in self._inferring_threads:
            return
        if run_id == self.run_id:
            self._was_changed = True
            self._explicit.update(each.key for each in metrics)
            if metrics:
                self._observer.logged(metrics)
            else:
                self._observer.changed()
        elif self.run is None:
            self._elsewhere = True

    def record(self, curves: Sequence[Points]) -> None:
        """Record inferred points; the first of them create the run."""
        fresh = [self._shifted(each) for each in curves if each.steps and each.key not in self._explicit]
        if fresh and self.open(each.key for each in fresh):
            with self._inferring():
                self.client.log_columns(self.run_id, {each.key: each[1:] for each in fresh})

    def record_early(self, params: Sequence[Fact]) -> None:
        """Record parameters that are certain while the code still runs, so that they survive the kill of the kernel."""
        fresh = [each for each in params if each.key not in self._explicit and each.key not in self._recorded_early]
        if fresh and self.run is not None and not self._continues:
            self._recorded_early.update(each.key for each in fresh)
            self._was_changed = True
            self._observer.changed()
            known = self.client.get_run(self.run_id).data.params
            with self._inferring():
                self.client.log_batch(
                    self.run_id, params=[(each.key, each.value) for each in fresh if each.key not in known]
                )

    @property
    def was_stopped(self) -> bool:
        """Whether the run was asked to stop."""
        return self._stopped

    def request(self) -> str | None:
        """Return the pending request to stop or pause the run, read from its store."""
        asked = run_control.requested_action(self.client, self.run_id) if self.run is not None else None
        self._stopped = self._stopped or asked == run_control.STOP
        return asked

    def _shifted(self, points: Points) -> Points:
        """Return points after those that an earlier execution left under the same key."""
        key, first = points.key, points.steps[0]
        if key not in self._shifts:
            last = self._last_steps.get(key)
            self._shifts[key] = 0 if last is None or first > last else last + 1 - first
        shift = self._shifts[key]
        return points._replace(steps=[step + shift for step in points.steps]) if shift else points

    @contextmanager
    def _inferring(self) -> Iterator[None]:
        """Record what was inferred in a block, as opposed to what the user logs."""
        self._inferring_threads.add(threading.get_ident())
        try:
            yield
        finally:
            self._inferring_threads.discard(threading.get_ident())

    # --- settle

    def log(self, facts: Facts) -> None:
        """Record what was inferred, unless the user logged the same key."""
        if not self.open():
            return
        self.record(facts.columns)
        try:
            self._log_values(facts, self._data())
        except Unchangeable:
            # Another process has logged to this run.
            self._log_values(facts, self.client.get_run(self.run_id).data)
        if facts.rows:
            self.client.log_table(self.run_id, sweep_rows.columns(facts.rows), row_tables.ARTIFACT)
            if self._options.children:
                sweep_rows.log_as_children(self.client, self.client.get_run(self.run_id), facts.rows)

    def _log_values(self, facts: Facts, known: RunData) -> None:
        metrics = [each for each in facts.metrics if each.key not in facts.curves and each.key not in self._explicit]
        early = [each for each in facts.params if each.key in self._recorded_early]
        inferred = [each for each in facts.params if each.key not in self._explicit]
        fresh = [each for each in inferred if not param_conflicts.is_recorded(each, known)]
        texts = {each.key: str(each.value) for each in facts.params}
        repeated = param_conflicts.history_tag(texts, known) if self._continues else []
        with self._inferring():
            self.client.log_batch(
                self.run_id,
                metrics=self._as_points(metrics),
                params=[(each.key, each.value) for each in fresh],
                tags=[
                    *self._origins([*fresh, *early, *facts.metrics], known.tags),
                    *self._passed_over(facts, known.tags),
                    *self._observer.tags_for({each.key: texts[each.key] for each in fresh} | known.params),
                    *repeated,
                ],
            )

    def _data(self) -> RunData:
        """Return the data of the run: the data at its creation, if nothing in this process has changed it since."""
        if self.run is None or self._was_changed:
            return self.client.get_run(self.run_id).data
        return self.run.data

    def _as_points(self, facts: Sequence[Fact]) -> list[Metric]:
        """Return the metrics that have no curve, each as one point."""
        moment = now()
        return [
            Metric(each.key, each.value, moment, self._last_steps.get(each.key, -1) + 1)  # type: ignore[arg-type] # facts of metrics have numbers
            for each in facts
        ]

    def _origins(self, facts: Sequence[Fact], tags: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the tag that says by which rule and on which line each value was found."""
        found = {each.key: [each.rule, each.line] for each in facts if each.rule and each.key not in self._explicit}
        before = json.loads(tags.get(reserved.INFERRED, "{}"))
        return [(reserved.INFERRED, json.dumps({**before, **found}))] if found else []

    def _passed_over(self, facts: Facts, tags: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the tag of values that looked like results but are not recorded, if there are or were any."""
        found = [each for each in facts.passed_over if each.name not in self._explicit]
        return [passed_over.tag(found)] if found or reserved.PASSED_OVER in tags else []

    def keep(self, files: Mapping[str, bytes], *, soon: bool = False) -> Callable[[], None]:
        """Store files by artifact path, at once or `soon`; the returned function does so and waits for the disk."""
        if self.run is None:
            return lambda: None
        finish = self.client.put_soon(self.run, dict(files))
        if not soon:
            pending_artifacts.pending().write(self.run_id)
        return finish

    # --- close

    @property
    def seconds(self) -> float:
        """How long the code took."""
        return (self._ended - self.began) / 1000

    def leave(self) -> None:
        """Stop being the active run and stop watching what is logged, since the code has ended."""
        self._ended = max(now(), self.began)
        self._unwatch()
        if self._scope is not None:
            active_runs.remove(self._scope)
            self._scope = None

    def close(self, error: BaseException | None, redact: Callable[[str], str]) -> None:
        """End the run, unless it continues after this execution, and store the exception that ended the code."""
        if self.run is None:
            return
        alert_watch.end(self.run_id)
        live_runs.end(self.run_id)
        if error is not None:
            with error_boundary("the exception of this cell was not recorded"):
                run_errors.record(self.client, self.run_id, error, redact)
        if self._ends:
            self.client.end_soon(self.run_id, "KILLED" if self._stopped else status_after(error), self._ended)
