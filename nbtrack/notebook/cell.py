"""One tracked cell: its run, from the code that is about to run to the card below it."""

from __future__ import annotations

import builtins
import json
import sys
import threading
from typing import TYPE_CHECKING, Any

from nbtrack import lineage
from nbtrack import tags as reserved
from nbtrack.entities import Metric
from nbtrack.errors import NbtrackError
from nbtrack.notebook import group
from nbtrack.notebook.report import show_card
from nbtrack.stores import owners
from nbtrack.tracking import MlflowClient, active, context, feed
from nbtrack.tracking.client import experiment_named, now
from nbtrack.tracking.experiments import current_experiment_id
from nbtrack.tracking.run import ActiveRun, outcome

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from nbtrack.entities import Run
    from nbtrack.lineage import Facts, Notebook, Point
    from nbtrack.notebook.options import Options

HOOK = "__nbtrack_hook__"
"""The name that instrumented loops call; it lives in `builtins` while the cell runs, out of the user's names."""
SECONDS_BETWEEN_WRITES = 0.1


class TrackedCell:
    """A cell with ``%%track`` above it.

    Parameters
    ----------
    shell : InteractiveShell
        Where it runs.
    info : ExecutionInfo
        What IPython says of it.
    options : Options
        What its ``%%track`` line asks for.
    notebook : Notebook
        What earlier cells taught.
    """

    def __init__(self, shell: InteractiveShell, info: ExecutionInfo, options: Options, notebook: Notebook) -> None:
        self.shell, self.info, self.options, self.notebook = shell, info, options, notebook
        self.client = MlflowClient()
        self.started = False
        self.run: Run | None = None
        self.last: Run | None = None
        self.explicit: set[str] = set()
        self.kept: set[str] = set()
        self._probe: lineage.Probe | None = None
        self._writer: Writer | None = None

    # before

    def begin(self, tree: ast.Module) -> ast.Module:
        """Start the run and return the code with its hooks."""
        self.started = True
        plan = lineage.plan(
            tree,
            self.notebook,
            every=self.options.every,
            infer=self.options.infer,
            params=self.options.params,
            metrics=self.options.metrics,
        )
        if not self._start(group.identity(self.options.name, self.info, tree)):
            return tree
        self._probe = plan.probe(self.shell.user_ns, clock=now)
        self._probe.enter()
        setattr(builtins, HOOK, self._probe)
        self._writer = Writer(self._probe, self._record)
        return plan.instrument(tree, HOOK)

    def _start(self, identity: str) -> bool:
        """Make the run; a store that can't be written is told in one line, and the cell runs without one."""
        try:
            self.run = self._created(identity)
        except NbtrackError as error:
            print(f"nbtrack: this cell is not tracked: {error}", file=sys.stderr)
            return False
        self._scope = active.push(ActiveRun.of(self.run, self.client), implicit=True)
        self._unwatch = feed.watch(self._heard)
        return True

    def _created(self, identity: str) -> Run:
        options = self.options
        home = (
            experiment_named(self.client, options.experiment).experiment_id
            if options.experiment
            else current_experiment_id()
        )
        self.last = group.last(self.client, home, identity)
        tags: dict[str, Any] = {
            **context.source_tags(),
            reserved.OWNER: owners.myself().text(),
            reserved.CELL: identity,
            **dict(options.tags),
        }
        parent = active.current()
        if options.nested and parent is not None:
            tags[reserved.PARENT_RUN] = parent.run.info.run_id
        return self.client.create_run(home, tags=tags, run_name=group.name(options.name, self.last))

    # while it runs

    def _heard(self, run_id: str, metrics: Iterable[Metric]) -> None:
        """Learn which keys the user logs: they are never inferred."""
        mine = self._writer is not None and self._writer.writing == threading.get_ident()
        if self.run is not None and run_id == self.run.info.run_id and not mine:
            self.explicit.update(each.key for each in metrics)

    def _record(self, points: Iterable[Point]) -> None:
        if self.run is None:
            return
        metrics = [
            Metric(each.key, each.value, each.timestamp, each.step) for each in points if each.key not in self.explicit
        ]
        if metrics:
            self.client.log_batch(self.run.info.run_id, metrics=metrics)

    # after

    def finish(self, result: ExecutionResult) -> None:
        """Record what the cell did, end its run, and show the card."""
        if not self.started and result.error_before_exec is None:
            self._start(group.identity(self.options.name, self.info, None))
        if self.run is None:
            return
        error = result.error_in_exec or result.error_before_exec
        status = outcome(type(error) if error is not None else None)
        try:
            self._keep(result, failed=status != "FINISHED")
        except Exception as problem:  # noqa: BLE001 - the run must end truthfully whatever the capture does
            print(f"nbtrack: not all of this cell was recorded ({type(problem).__name__}: {problem})", file=sys.stderr)
        finally:
            self._end(status, error)
        if not self.options.quiet:
            show_card(self.client, self.run.info.run_id, self.last, error)

    def _end(self, status: str, error: BaseException | None) -> None:
        if self.run is None:
            return
        if getattr(builtins, HOOK, None) is self._probe:
            delattr(builtins, HOOK)
        self._unwatch()
        active.leave(self._scope)
        if error is not None:
            self.client.set_tag(self.run.info.run_id, reserved.ERROR, _said(error))
        self.client.set_terminated(self.run.info.run_id, status)

    def _keep(self, result: ExecutionResult, *, failed: bool) -> None:
        if self.run is None:
            return
        run_id = self.run.info.run_id
        if self._writer is not None and self._probe is not None:
            self._writer.close()
            shown = result.result if result.result is not None else ...
            self._log(run_id, self._probe.leave(shown, failed=failed))
        self.client.log_text(run_id, self.info.raw_cell or "", "cell.py")

    def _log(self, run_id: str, facts: Facts) -> None:
        known = self.client.get_run(run_id).data
        params = [each for each in facts.params if each.key not in known.params]
        self._record(facts.points)
        moment = now()
        single = [each for each in facts.metrics if each.key not in facts.curves and each.key not in self.explicit]
        origins = {each.key: [each.rule, each.line] for each in [*params, *facts.metrics]}
        self.client.log_batch(
            run_id,
            metrics=[Metric(each.key, each.value, moment, 0) for each in single],  # type: ignore[arg-type] # a metric's value is a number
            params=[(each.key, each.value) for each in params],
            tags=[(reserved.INFERRED, json.dumps(origins))] if origins else [],
        )


class Writer:
    """The thread that writes what loops gather, every tenth of a second, while the cell runs."""

    def __init__(self, probe: lineage.Probe, record: Any) -> None:
        self._probe, self._record = probe, record
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, name="nbtrack-cell", daemon=True)
        self.writing: int | None = None
        self._thread.start()

    def _write(self) -> None:
        self.writing = threading.get_ident()
        while not self._stop.wait(SECONDS_BETWEEN_WRITES):
            points = self._probe.drain()
            if points:
                try:
                    self._record(points)
                except NbtrackError:
                    return

    def close(self) -> None:
        """Stop, and wait until what was being written is."""
        self._stop.set()
        self._thread.join()
        self.writing = threading.get_ident()


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:2000]
