"""One tracked cell: a captured execution whose code comes from IPython, with its artifacts and its card."""

from __future__ import annotations

import builtins
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import capture, redaction, tags
from nbtrack.capture.analysis import read_files
from nbtrack.notebook import card_display, cell_artifacts, cell_changes, cell_identity, environment
from nbtrack.notebook.card_display import show_card
from nbtrack.notebook.live_card_controller import LiveCardController
from nbtrack.notebook.outputs import Outputs
from nbtrack.tracking import context
from nbtrack.tracking.captured_execution import CapturedExecution, ProbeObservation
from nbtrack.tracking.captured_run import CapturedRun, RunObserver
from nbtrack.tracking.error_boundary import error_boundary
from nbtrack.tracking.read_data import ReadData

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping, Sequence

    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from nbtrack.capture import Plan
    from nbtrack.entities import Metric, Run
    from nbtrack.notebook.figure_drawing import Drawings
    from nbtrack.notebook.outputs import Displayed
    from nbtrack.notebook.session_registry import SessionState
    from nbtrack.tracking.capture_options import CaptureOptions

HOOK = "__nbtrack_hook__"
"""The name that instrumented code calls; it is in `builtins` while the cell runs, not among the user's names."""
SECONDS_OF_SHORT_CELL = 0.5
"""Cells of at most this many seconds store code and output after the reply; a killed kernel loses little of these."""
LARGE_OUTPUT = 50_000
"""Characters of output beyond which it is stored in the background, after the run has ended."""


class TrackedCell(RunObserver):
    """A cell that becomes a run; with `lazy`, only a result of training, or what the cell logs, creates it."""

    binds = True
    """Whether the names that it binds are those of the notebook."""

    def __init__(
        self,
        shell: InteractiveShell,
        session: SessionState,
        info: ExecutionInfo,
        options: CaptureOptions,
        *,
        lazy: bool = False,
    ) -> None:
        self.info = info
        self._shell, self._session, self._options, self._lazy = shell, session, options, lazy
        self._modules: frozenset[str] = frozenset()
        self._earlier: list[str] = []
        self._tree: ast.Module | None = None
        self._plan: Plan | None = None
        self.identity = ""
        self._kept: list[str] = []
        self._execution: CapturedExecution | None = None
        self._hooks: object = None
        self._read: ReadData | None = None
        self._live: LiveCardController | None = None
        self._outputs = Outputs(shell) if options.output else None

    # --- before

    def begin(self, tree: ast.Module) -> ast.Module:
        """Plan, open and observe; return the code with its hooks."""
        self._tree, plan = tree, None
        with error_boundary("earlier runs of this cell were not found"):
            self.identity = cell_identity.of_cell(self._options.name, self.info, tree)
            self._kept = self._session.kept_names(self.identity, self._options.experiment)
        with error_boundary("this cell was not analysed", self._session.auto.off if self._lazy else None):
            plan = self._planned(tree)
        execution = self._opened()
        if execution is None or plan is None:
            return tree
        with error_boundary("the data that this cell reads was not recorded"):
            last = _seconds(execution.run.previous)
            reads = self._session.history.read_through(plan.reads)
            self._read = ReadData(reads, self._shell.user_ns, last, at_once=not self._lazy)
        return self._observed(tree, plan, execution)

    def _planned(self, tree: ast.Module) -> Plan:
        options, history = self._options, self._session.history
        plan = capture.plan(
            tree,
            history,
            every=options.every,
            infer=options.infer,
            params=options.params,
            metrics=(*options.metrics, *self._kept),
        )
        self._plan = plan
        origin = history.origin(plan.reads, but=self.identity)
        self._modules, self._earlier = plan.modules | origin.modules, origin.sources
        return plan

    def _opened(self) -> CapturedExecution | None:
        """Create the run, or prepare to; None if it can't be created."""
        session, identity = self._session, self.identity
        resumed = session.resumed.pop(identity, None)
        shared = session.auto.shared_run if self._lazy and resumed is None else None
        run = CapturedRun(
            self._options,
            identity,
            continues=resumed or shared,
            ends=shared is None,
            skip=session.dropped.get(identity, ()),
            kept=self._kept,
            title=self._plan.title if self._plan is not None else None,
            observer=self,
        )
        self._execution = CapturedExecution(run, lazy=self._lazy)
        if self._outputs is not None:
            self._outputs.begin()
        opened = self._execution.open() is not None
        return self._execution if opened or self._lazy else None

    def _observed(self, tree: ast.Module, plan: Plan, execution: CapturedExecution) -> ast.Module:
        """Return the code with its hooks, and start observing it."""
        hooked = plan.instrument(tree, HOOK)
        outputs = self._outputs
        printed = (lambda: outputs.texts()["stdout"]) if outputs is not None else str
        probe = plan.probe(self._shell.user_ns, redact=redaction.redact_value, printed=printed)
        if not self._options.quiet:
            self._live = LiveCardController.of(self._shell, probe, execution.run)
        stops = self._options.stop == "raise"
        execution.observe(ProbeObservation(probe, execution.run, raises=stops, observer=self._live or RunObserver()))
        self._hooks = probe.hooks
        setattr(builtins, HOOK, probe.hooks)
        return hooked

    def opened(self, run: CapturedRun) -> None:
        """Collect the environment of the run in the background."""
        notebook = context.notebook_path()
        folder = notebook.parent if notebook is not None else Path.cwd()
        file = None if notebook is not None else _connection_file(self._shell)
        place = environment.Place(run.client, run.run_id, folder, self._modules, file)
        self._session.background.later(partial(environment.collect, place, redaction.redact_text))

    def logged(self, metrics: Sequence[Metric]) -> None:
        """Pass on what the user logged."""
        if self._live is not None:
            self._live.logged(metrics)

    def changed(self) -> None:
        """Pass on that the run has changed."""
        if self._live is not None:
            self._live.changed()

    def tags_for(self, params: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the tag that says which parameters and what code changed since the last run of the cell."""
        changed = ""
        if self._execution is not None:
            with error_boundary("what changed in this cell was not found"):
                changed = self._session.codes.note(self._execution.run, self.identity, *self._code, params)
        return [(tags.CHANGED, changed)] if changed else []

    # --- after

    def finish(self, result: ExecutionResult) -> None:
        """Settle and close; a cell without Python code has a run as well."""
        if self._execution is None and not self._lazy and result.error_before_exec is None:
            self.identity = cell_identity.of_cell(self._options.name, self.info, None)
            self._opened()
        execution = self._execution
        if execution is None:
            return
        error = result.error_in_exec or result.error_before_exec
        try:
            execution.leave()
            self._settle(execution, result, failed=error is not None)
        finally:
            execution.close(error, self._redact)
        interrupted = isinstance(error, KeyboardInterrupt) and not execution.run.was_stopped
        if interrupted and execution.run.run is not None:
            self._session.interrupted.note(execution.run.client, execution.run.run_id)

    def show(self, *, card: bool) -> None:
        """Show the card of the run in place of a live one; without `card`, only remove the live one."""
        live, place = self._live, None
        if live is not None and self._outputs is not None:
            place = live.place(self._outputs.cleared_at)
        run = self._execution.run if self._execution is not None else None
        shows = card and run is not None and run.run is not None and not self._options.quiet
        try:
            if shows and run is not None:
                show_card(run.client, run.run_id, run.previous, place)
                card_display.cards().answer_links(self._session.background, _card_actions)
        finally:
            if live is not None:
                live.close(replaced=shows and place is not None)

    def _settle(self, execution: CapturedExecution, result: ExecutionResult, *, failed: bool) -> None:
        """Record the results of the cell, then store its artifacts; errors are reported and affect nothing else."""
        if self._hooks is not None and getattr(builtins, HOOK, None) is self._hooks:
            delattr(builtins, HOOK)
        settled = execution.settle(result.result if result.result is not None else ..., failed=failed)
        self._end_reading(execution.run)
        outputs = None
        with error_boundary("the output of this cell was not stored"):
            outputs = self._outputs.end(result.execution_count) if self._outputs is not None else None
        if not settled:
            return
        with error_boundary("the code of this cell was not stored"):
            self._keep(execution.run, cell_artifacts.code(*self._code))
            self._session.background.later(partial(cell_changes.tell_all, execution.run))
        if self._outputs is not None and outputs is not None:
            with error_boundary("the output of this cell was not stored"):
                self._keep_output(execution.run, self._outputs.texts(), outputs)

    def _end_reading(self, run: CapturedRun) -> None:
        """Note what data the cell has read; its profile is made in the background."""
        read, tree = self._read, self._tree
        if read is not None and tree is not None and run.run is not None:
            with error_boundary("the data that this cell reads was not recorded"):
                read.end(read_files.paths_read(tree, self._shell.user_ns.get))
                self._session.background.later(partial(read.store, run.client, run.run_id))

    def _keep_output(self, run: CapturedRun, texts: dict[str, str], outputs: list[Displayed]) -> None:
        """Store what the cell has displayed; large output in the background, and drawings of its figures later."""
        redact = partial(redaction.redact_text, known=self._secrets)
        stored: dict[str, bytes] = {}

        def keep(drawings: Drawings) -> None:
            files = {**cell_artifacts.texts(texts, redact), **cell_artifacts.displayed(outputs, redact, drawings)}
            self._keep(run, {path: content for path, content in files.items() if stored.get(path) != content})
            stored.update(files)

        if cell_artifacts.size(outputs) + sum(map(len, texts.values())) < LARGE_OUTPUT:
            keep({})
        else:
            self._session.background.later(partial(keep, {}))

        def drawn(drawings: Drawings) -> None:
            _note_omitted(run, cell_artifacts.omitted(outputs, drawings))
            self._session.background.later(partial(keep, drawings))

        _note_omitted(run, cell_artifacts.omitted(outputs))
        self._session.figures.later(outputs[: cell_artifacts.MOST_OUTPUTS], drawn)

    def _keep(self, run: CapturedRun, files: Mapping[str, bytes]) -> None:
        """Store files after the reply to the front end; at once if the cell took long, which adds little."""
        if files:
            is_short = run.seconds < SECONDS_OF_SHORT_CELL
            self._session.background.later(run.keep(files, soon=is_short))

    @cached_property
    def _code(self) -> tuple[str, list[str]]:
        """The code of the cell, and of the earlier cells that it depends on, without secrets."""
        source, *earlier = (
            redaction.redact_source(each, self._secrets) for each in (self.info.raw_cell or "", *self._earlier)
        )
        return source, earlier

    @cached_property
    def _secrets(self) -> frozenset[str]:
        """The secrets that the notebook holds now, and those that are literals of the cell."""
        held = redaction.known_secrets(self._shell.user_ns)
        return held | redaction.secrets_in(self.info.raw_cell or "")

    def _redact(self, text: str) -> str:
        return redaction.redact_text(text, self._secrets)


def _seconds(run: Run | None) -> float:
    """Return how long a run took; 0 if unknown."""
    return 0 if run is None or run.info.end_time is None else (run.info.end_time - run.info.start_time) / 1000


def _note_omitted(run: CapturedRun, omitted: str) -> None:
    """Note on a run, and on its card if that is shown, which outputs are not stored."""
    if omitted:
        run.client.set_tag(run.run_id, tags.NOT_KEPT, omitted)
        card_display.show_again(run.client, run.run_id)


def _connection_file(shell: InteractiveShell) -> str | None:
    kernel = getattr(shell, "kernel", None)
    return getattr(getattr(kernel, "parent", None), "abs_connection_file", None)


def _card_actions() -> object:
    from nbtrack.notebook.panels.card_actions import CardActions

    return CardActions(card_display.KERNEL)
