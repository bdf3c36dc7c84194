"""One tracked cell: from the code that is about to run to the card below it."""

from __future__ import annotations

import builtins
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nbtrack import capture, redaction
from nbtrack.notebook import card_registry, cell_artifacts, cell_identity
from nbtrack.notebook.card_display import show_card
from nbtrack.notebook.cellrun import CellRun
from nbtrack.notebook.environment import Place
from nbtrack.notebook.error_boundary import reported
from nbtrack.notebook.live_card_controller import LiveCardController
from nbtrack.notebook.outputs import Outputs
from nbtrack.notebook.sampler import Sampler
from nbtrack.tracking import active_runs, context
from nbtrack.tracking.active_runs import status_after

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from nbtrack.capture import Facts, Plan
    from nbtrack.notebook.outputs import Displayed
    from nbtrack.notebook.session import Session
    from nbtrack.notebook.track_options import Options

Result = TypeVar("Result")

HOOK = "__nbtrack_hook__"
"""The name that instrumented loops call; it lives in `builtins` while the cell runs, out of the user's names."""
MOST_AT_ONCE = 50_000
"""Characters of what a cell shows that are filed before its run ends."""


class TrackedCell:
    """A cell that becomes a run.

    Parameters
    ----------
    session : Session
        Where it runs.
    info : ExecutionInfo
        What IPython says of it.
    options : Options
        What is asked for.
    waits : bool
        Whether the run is made only when the cell has given a metric, or has logged something.
    """

    def __init__(self, session: Session, info: ExecutionInfo, options: Options, *, waits: bool = False) -> None:
        self.session, self.info, self.options, self.waits = session, info, options, waits
        self.began = False
        self.record: CellRun | None = None
        self._modules: frozenset[str] = frozenset()
        self._earlier: list[str] = []
        self._plan: Plan | None = None
        self._probe: capture.Probe | None = None
        self._sampler: Sampler | None = None
        self._face: LiveCardController | None = None
        self._outputs = Outputs(session.shell) if options.output else None

    # before

    def begin(self, tree: ast.Module) -> ast.Module:
        """Start the run, unless it waits for a metric, and return the code with its hooks."""
        self.began = True
        with reported("what this cell computes can't be found", self.session.auto.off if self.waits else None):
            self._plan = self._planned(tree)
        record = self._start(self._identity(tree))
        return tree if record is None or self._plan is None else self._watched(tree, self._plan, record)

    def _identity(self, tree: ast.Module | None) -> str:
        with reported("other runs of this cell can't be told"):
            return cell_identity.identity(self.options.name, self.info, tree)
        return ""

    def _planned(self, tree: ast.Module) -> Plan:
        options, notebook = self.options, self.session.notebook
        plan = capture.plan(
            tree,
            notebook,
            every=options.every,
            infer=options.infer,
            params=options.params,
            metrics=options.metrics,
        )
        self._modules, self._earlier = notebook.modules_of(plan), notebook.sources_of(plan)
        return plan

    def _watched(self, tree: ast.Module, plan: Plan, record: CellRun) -> ast.Module:
        """Return the code with its hooks, and begin to listen to them."""
        hooked = plan.instrument(tree, HOOK)
        self._probe = plan.probe(self.session.shell.user_ns, redact=redaction.redact_value)
        self._probe.enter()
        setattr(builtins, HOOK, self._probe.hooks)
        self._face = None if self.options.quiet else LiveCardController.of(self.session.shell, self._probe, record)
        self._sampler = Sampler(self._probe, record, raises=self.options.stop == "raise", face=self._face)
        return hooked

    def _start(self, identity: str) -> CellRun | None:
        """Make the run, or be ready to make it; None where it can't be made."""
        goes_on, ends = self.session.continued(identity)
        record = self.record = CellRun(self.options, identity, goes_on=goes_on, ends=ends, opened=self._opened)
        record.leave_out(self.session.dropped.get(identity, ()))
        if self._outputs is not None:
            self._outputs.begin()
        if self.waits:
            active_runs.implicit_run_factories.append(record.enter)
            return record
        return record if record.enter() is not None else None

    def _opened(self, record: CellRun) -> None:
        notebook = context.notebook_path()
        folder = notebook.parent if notebook is not None else Path.cwd()
        file = None if notebook is not None else _connection_file(self.session.shell)
        self.session.background.gather(Place(record.client, record.run_id, folder, self._modules, file))

    # after

    def finish(self, result: ExecutionResult) -> None:
        """Record what the cell did, end its run, and show the card."""
        if not self.began and not self.waits and result.error_before_exec is None:
            self._start(self._identity(None))
        record = self.record
        if record is None:
            return
        record.leave()
        error = result.error_in_exec or result.error_before_exec
        try:
            self._keep(record, result, error)
        finally:
            if self._face is not None:
                self._face.close()
            record.end(status_after(error), error, self._redact)
        if record.run is not None and not self.options.quiet:
            show_card(record.client, record.run_id, record.last)
            card_registry.ready(self.session.background)

    def _keep(self, record: CellRun, result: ExecutionResult, error: BaseException | None) -> None:
        """Record the facts, then file the rest; what fails is told, and takes nothing else with it."""
        facts = _tried(lambda: self._facts(result, failed=error is not None))
        watched = self._outputs
        outputs = _tried(lambda: watched.end(result.execution_count)) if watched is not None else None
        wanted = facts is not None and bool(facts.metrics or facts.columns) and not record.elsewhere
        if record.run is None and not (self.waits and wanted and record.open()):
            return
        if facts is not None:
            _tried(lambda: record.log(facts))
        _tried(lambda: self._file(record, self._code()))
        if watched is not None and outputs is not None:
            _tried(lambda: self._file_shown(record, watched.texts(), cell_artifacts.drawn(outputs)))

    def _file_shown(self, record: CellRun, texts: dict[str, str], outputs: list[Displayed]) -> None:
        """File what the cell has shown; where that is much, beside the cells that follow."""
        redact = partial(redaction.redact_text, known=self._secrets)

        def file() -> None:
            self._file(record, [*cell_artifacts.texts(texts, redact), *cell_artifacts.displayed(outputs, redact)])

        if cell_artifacts.size(outputs) + sum(map(len, texts.values())) < MOST_AT_ONCE:
            file()
        else:
            self.session.background.later(file)

    def _file(self, record: CellRun, kept: list[cell_artifacts.CellArtifact]) -> None:
        if kept:
            self.session.background.later(record.file(kept))

    def _facts(self, result: ExecutionResult, *, failed: bool) -> Facts | None:
        """Take the hooks off, and return what they and the names tell."""
        if self.record is not None and self.record.enter in active_runs.implicit_run_factories:
            active_runs.implicit_run_factories.remove(self.record.enter)
        if self._probe is not None and getattr(builtins, HOOK, None) is self._probe.hooks:
            delattr(builtins, HOOK)
        if self._sampler is None or self._probe is None:
            return None
        self._sampler.close()
        return self._probe.leave(result.result if result.result is not None else ..., failed=failed)

    def _code(self) -> list[cell_artifacts.CellArtifact]:
        source = redaction.redact_source(self.info.raw_cell or "", self._secrets)
        return cell_artifacts.code(source, [redaction.redact_source(each, self._secrets) for each in self._earlier])

    @cached_property
    def _secrets(self) -> frozenset[str]:
        """The secrets that the notebook holds by now, and those that the cell spells out."""
        held = redaction.known_secrets(self.session.shell.user_ns)
        return held | redaction.secrets_in(self.info.raw_cell or "")

    def _redact(self, text: str) -> str:
        return redaction.redact_text(text, self._secrets)


def _connection_file(shell: InteractiveShell) -> str | None:
    """Return the connection file of the kernel that a shell belongs to, or None."""
    kernel = getattr(shell, "kernel", None)
    return getattr(getattr(kernel, "parent", None), "abs_connection_file", None)


def _tried(step: Callable[[], Result]) -> Result | None:
    """Take a step of the capture; when it fails that is told in one line, and the run ends truthfully all the same."""
    with reported("not all of this cell was recorded"):
        return step()
    return None
