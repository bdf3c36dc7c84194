"""The hooks of one shell: they detect tracked cells, and the start and end of each.

IPython itself runs a tracked cell: an input transformer removes the ``%%track`` line, so that tracebacks, ``await``
and the reply to the front end are those of the bare cell. The transformer has no side effect; `pre_run_cell` gets the
cell as it was typed, the AST transformer the code that is about to run, and `post_run_cell` the result.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import threading
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

from nbtrack import process, redaction, settings
from nbtrack.capture.analysis.syntax import copy_tree
from nbtrack.errors import NbtrackError
from nbtrack.notebook import captured_block, commands, magic_line, session_registry, static_fallback
from nbtrack.notebook.magics import NbtrackMagics
from nbtrack.notebook.session_registry import SessionState
from nbtrack.notebook.sweep_cell import SweepCell
from nbtrack.notebook.tracked_cell import TrackedCell
from nbtrack.tracking import MlflowClient, active_runs, events, run_control
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from types import FrameType

    from IPython.core.interactiveshell import ExecutionInfo


class Session(ast.NodeTransformer):
    """The hooks of one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.magics = NbtrackMagics(shell)
        self.state = SessionState(shell.user_ns, self.magics, self.remove)
        self._running: list[ExecutionInfo] = []
        self._task: asyncio.Task[Any] | None = None
        """The task that the outermost cell runs in, if it has one."""
        self._pending: TrackedCell | SweepCell | None = None
        """The cell to track whose code was not seen yet."""
        self._tracked: tuple[TrackedCell | SweepCell, ExecutionInfo] | None = None
        """The tracked cell, and the execution with which it ends."""

    # --- installing

    def install(self) -> None:
        """Register magics and hooks, and learn from the cells that were run before."""
        self.shell.register_magics(self.magics)
        self.shell.input_transformers_cleanup.append(magic_line.strip)
        self.shell.ast_transformers.append(self)
        if self.shell.display_formatter is not None:
            png = self.shell.display_formatter.formatters["image/png"]
            png.for_type_by_name("matplotlib.figure", "Figure", _picture)
        self.shell.events.register("pre_run_cell", self.before)
        self.shell.events.register("post_run_cell", self.after)
        magic_line.install_completion(self.shell)
        history = self.shell.history_manager
        for source in history.input_hist_parsed if history is not None else ():
            self._learn_source(source)

    def remove(self) -> None:
        """Remove all hooks."""
        self.state.auto.off()
        self.state.figures.cell_began()
        self.state.background.close()
        self.shell.input_transformers_cleanup.remove(magic_line.strip)
        self.shell.ast_transformers.remove(self)
        self.shell.events.unregister("pre_run_cell", self.before)
        self.shell.events.unregister("post_run_cell", self.after)

    def _learn_source(self, source: str) -> None:
        try:
            self.state.history.learn(ast.parse(source), source)
        except (SyntaxError, ValueError):
            return

    # --- the hooks

    @settings.read_once()
    def before(self, info: ExecutionInfo) -> None:
        """Handle the start of a cell; cells inside cells, and on other threads, are part of the outer cell."""
        if threading.current_thread() is not threading.main_thread():
            return
        if self._running and _cells_being_executed() == 1 and not self._awaits():
            self._end_unreported(shown=False)
        self._running.append(info)
        if len(self._running) > 1:
            return
        static_fallback.fallbacks().pause()
        self.state.background.cell_began()
        self.state.figures.cell_began()
        self._pending = self._tracked = None
        self._task = _current_task()
        with error_boundary("this cell can't be tracked", self.state.auto.off):
            self._pending = self._cell_to_track(info)

    def _cell_to_track(self, info: ExecutionInfo) -> TrackedCell | SweepCell | None:
        """Return the cell to track: because of its line, or because all cells are tracked."""
        header = magic_line.header(info.raw_cell or "")
        if header.track is not None:
            try:
                options, asked = header.track.options(self.magics.defaults), header.track.sweep
            except UsageError:
                return None
            if asked is not None:
                return SweepCell(self.shell, self.state, info, options, asked)
            return TrackedCell(self.shell, self.state, info, options)
        if self.state.auto.on and not header.scratch:
            return TrackedCell(self.shell, self.state, info, self.state.auto.options, lazy=True)
        return None

    @settings.read_once()
    def visit(self, tree: ast.AST) -> ast.AST:
        """Handle the code that is about to run: start the run of a tracked cell, and add its hooks."""
        if not isinstance(tree, ast.Module) or _is_only_a_magic(tree) or not self._running:
            return tree
        seen = tree
        if self._pending is not None:
            cell, self._pending = self._pending, None
            self._tracked = cell, self._running[-1]
            with error_boundary("this cell's code could not be read", self.state.auto.off):
                tree = cell.begin(tree)
        elif self._tracked is None:
            tree = self._with_blocks(tree)
        binds = self._tracked is None or self._tracked[0].binds
        if self.state.learns and binds:
            with error_boundary("the names of this cell could not be learned", self.state.stop_learning):
                identity = self._tracked[0].identity if self._tracked is not None else ""
                self.state.history.learn(seen, self._running[0].raw_cell, identity)
        return tree

    def _with_blocks(self, tree: ast.Module) -> ast.Module:
        source = self._running[0].raw_cell or ""
        if captured_block.CALL not in source:
            return tree
        with error_boundary("the blocks of this cell could not be read"):
            hooked = copy_tree(tree)
            self.state.blocks = captured_block.instrument(hooked, source, self.state.history, self.shell.user_ns)
            return hooked
        return tree

    @settings.read_once()
    def after(self, result: ExecutionResult | None) -> None:
        """Handle the end of a cell: end its run, and one that was started by logging alone.

        The result is that of another execution, or None, where IPython was interrupted outside the code of the cell.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        if result is not None and result.info in self._running:
            self._end_inside(result.info)
            self._end(result)
        elif self._running and not _cells_being_executed() and not self._awaits():
            self._end_unreported(result.error_in_exec if result is not None else None)

    def _awaits(self) -> bool:
        """Return whether the outermost cell waits for something, while another task executes a cell."""
        return self._task is not None and not self._task.done() and self._task is not _current_task()

    def _end_inside(self, info: ExecutionInfo) -> None:
        """End the cells inside an execution whose ends IPython did not report."""
        while self._running[-1] is not info:
            self._end(self._outcome(self._running[-1], None))

    def _end_unreported(self, error: BaseException | None = None, *, shown: bool = True) -> None:
        """End the cells whose ends IPython did not report; `error` is what ended them, if it is known."""
        while self._running:
            self._end(self._outcome(self._running[-1], error), shown=shown)

    def _outcome(self, info: ExecutionInfo, error: BaseException | None) -> ExecutionResult:
        """Return the result of an execution that IPython did not report; by default it was interrupted."""
        known: ExecutionResult | None = self.shell.last_execution_result
        if known is not None and known.info is info:
            return known
        result = ExecutionResult(info)
        result.error_in_exec = error or KeyboardInterrupt("IPython did not report the end of this cell")
        if self._pending is not None:
            result.error_before_exec = result.error_in_exec
        return result

    def _end(self, result: ExecutionResult, *, shown: bool = True) -> None:
        """End the innermost cell; its card is `shown` below the cell that runs now."""
        self._running.pop()
        cell = self._ended_by(result)
        if cell is not None:
            self._pending = self._tracked = None
            with error_boundary("this cell's results could not be recorded", self.state.auto.off):
                try:
                    cell.finish(result)
                finally:
                    cell.show(card=shown)
        if not self._running:
            self._end_outermost(result)

    def _end_outermost(self, result: ExecutionResult) -> None:
        self._task = None
        captured_block.remove_hooks(self.state.blocks)
        with error_boundary("the run that this cell logged to could not be ended"):
            _end_implicit_run(result)
        events.deliver_now()
        static_fallback.fallbacks().resume()
        self.state.background.cell_ended()
        self.state.figures.cell_ended()

    def _ended_by(self, result: ExecutionResult) -> TrackedCell | SweepCell | None:
        """Return the tracked cell of an execution; the code of a cell of magics only was never visited."""
        if self._tracked is not None:
            cell, info = self._tracked
            return cell if result.info is info else None
        return self._pending if self._pending is not None and result.info is self._pending.info else None


def _cells_being_executed() -> int:
    """Return how many cells are being executed, one inside the other; 0 once the outermost has ended."""
    frame: FrameType | None = inspect.currentframe()
    cells = 0
    while frame is not None:
        cells += frame.f_code is InteractiveShell.run_cell_async.__code__
        frame = frame.f_back
    return cells


def _current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def _end_implicit_run(result: ExecutionResult) -> None:
    """End the run that the cell started by logging, and store the cell's code with it."""
    scope = active_runs.current_scope()
    if scope is None or not scope.automatic:
        return
    error = result.error_in_exec or result.error_before_exec
    run = scope.run
    run.client.log_text(
        run.info.run_id,
        redaction.redact_source(result.info.raw_cell or "" if result.info is not None else ""),
        "cell.py",
    )
    active_runs.end(run.info.run_id, active_runs.status_after(error), error)


def _picture(figure: Any) -> Any:
    """Return a figure as PNG, so that figures are displayed even where pyplot was never imported."""
    from IPython.core.pylabtools import print_figure

    return print_figure(figure, "png")


def _is_only_a_magic(tree: ast.Module) -> bool:
    """Return whether a cell is only a cell magic, whose own code comes later."""
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return False
    call = tree.body[0].value
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "run_cell_magic"


def load(shell: InteractiveShell) -> None:
    """Load the extension in a shell, unless it is loaded already."""
    sessions = process.state(session_registry.Sessions).by_shell
    if id(shell) not in sessions:
        session = Session(shell)
        sessions[id(shell)] = session.state
        session.install()


def greet() -> None:
    """Resume the interrupted runs that a page has asked for, and show the others.

    A store that can't be read is ignored.
    """
    try:
        for run in run_control.asked_to_resume(MlflowClient()):
            print(commands.resume(run))
        runs = run_control.interrupted()
    except NbtrackError:
        return
    if runs:
        from nbtrack.notebook import interruption_card

        interruption_card.show(runs)


def unload(shell: InteractiveShell) -> None:
    """Unload the extension from a shell."""
    state = process.state(session_registry.Sessions).by_shell.pop(id(shell), None)
    if state is not None:
        state.remove()
