"""The session of one shell: tells tracked cells from others, and where each begins and ends.

A tracked cell is run by IPython itself: an input transformer takes the ``%%track`` line off, so that
tracebacks, ``await`` and the reply to the front end are those of the bare cell. The transformer has
no side effect; `pre_run_cell` looks at the cell as it was typed, the AST transformer sees the code that
is about to run, and `post_run_cell` what became of it.
"""

from __future__ import annotations

import ast
import copy
import threading
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from nbtrack import redaction
from nbtrack.capture import Notebook
from nbtrack.errors import NbtrackError
from nbtrack.notebook import auto_run, completion, session_registry, track_options
from nbtrack.notebook.auto_tracking import Auto
from nbtrack.notebook.environment import BackgroundWorker
from nbtrack.notebook.error_boundary import reported
from nbtrack.notebook.implicit_runs import end_automatic
from nbtrack.notebook.magics import NbtrackMagics
from nbtrack.notebook.static_fallback import siblings
from nbtrack.notebook.tracked_cell import TrackedCell
from nbtrack.tracking import events, run_control

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from nbtrack.notebook.auto_run import Block


class Session(ast.NodeTransformer):
    """The hooks of one shell, and what its user has chosen.

    Parameters
    ----------
    shell : InteractiveShell
        Where the hooks go.

    Attributes
    ----------
    auto : Auto
        Whether cells become runs by themselves.
    resumed : dict
        What identifies a cell to the id of the run that its next execution goes on in.
    dropped : dict
        What identifies a cell to the names that are not to be found in it any more.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.notebook = Notebook()
        self.auto = Auto()
        self.resumed: dict[str, str] = {}
        self.dropped: dict[str, set[str]] = {}
        self.background = BackgroundWorker(redaction.redact_text)
        self.magics = NbtrackMagics(shell)
        self.learns = True
        self.blocks: dict[int, Block] = {}
        self._running: list[ExecutionInfo] = []
        self._cell: TrackedCell | None = None
        self._home: ExecutionInfo | None = None
        self._unhook: Callable[[], None] = _nothing

    # being there

    def install(self) -> None:
        """Register magics and hooks, and learn from the cells that were run before, and from this one."""
        self.shell.register_magics(self.magics)
        self.shell.input_transformers_cleanup.append(unmark)
        self.shell.ast_transformers.append(self)
        if self.shell.display_formatter is not None:
            png = self.shell.display_formatter.formatters["image/png"]
            png.for_type_by_name("matplotlib.figure", "Figure", _picture)
        self.shell.events.register("pre_run_cell", self.before)
        self.shell.events.register("post_run_cell", self.after)
        completion.install(self.shell)
        history = self.shell.history_manager
        for source in history.input_hist_parsed if history is not None else ():
            self._learn_source(source)

    def greet(self) -> None:
        """Show the runs that were interrupted, if there are any; a store that can't be read is no reason to fail."""
        try:
            runs = run_control.interrupted()
        except NbtrackError:
            return
        if runs:
            from nbtrack.notebook import interruption_card

            interruption_card.show(runs)

    def remove(self) -> None:
        """Take everything off again."""
        self.auto.off()
        self.background.close()
        self.shell.input_transformers_cleanup.remove(unmark)
        self.shell.ast_transformers.remove(self)
        self.shell.events.unregister("pre_run_cell", self.before)
        self.shell.events.unregister("post_run_cell", self.after)

    def _learn_source(self, source: str) -> None:
        try:
            self.notebook.learn(ast.parse(source), source)
        except (SyntaxError, ValueError):
            return

    # the hooks

    def before(self, info: ExecutionInfo) -> None:
        """Note that a cell comes; cells inside of cells, and on other threads, are part of what they are in."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._running.append(info)
        if len(self._running) > 1:
            return
        siblings.hold()
        self._cell = self._home = None
        with reported("this cell can't be tracked", self.auto.off):
            self._cell = self._awaited(info)

    def _awaited(self, info: ExecutionInfo) -> TrackedCell | None:
        """Return the cell to track: by its own line, or since all of them are tracked."""
        source = info.raw_cell or ""
        line = track_options.header(source)
        if line is not None:
            try:
                return TrackedCell(self, info, track_options.parse(line, self.magics.defaults))
            except UsageError:
                return None
        if self.auto.on and track_options.header(source, "%%scratch") is None:
            return TrackedCell(self, info, self.auto.options, waits=True)
        return None

    def visit(self, tree: ast.AST) -> ast.AST:
        """See the code that is about to run: start the run of a tracked cell, and add its hooks."""
        if not isinstance(tree, ast.Module) or _only_a_magic(tree) or not self._running:
            return tree
        seen = tree
        if self._cell is None:
            tree = self._with_blocks(tree)
        elif not self._cell.began:
            self._home = self._running[-1]
            with reported("this cell's code could not be read", self.auto.off):
                tree = self._cell.begin(tree)
        if self.learns:
            with reported("what this cell binds could not be learned", self._stop_learning):
                self.notebook.learn(seen, self._running[0].raw_cell)
        return tree

    def _with_blocks(self, tree: ast.Module) -> ast.Module:
        """Put hooks into the blocks of a cell that are runs."""
        source = self._running[0].raw_cell or ""
        if auto_run.CALL not in source:
            return tree
        with reported("the blocks of this cell could not be read"):
            made = auto_run.Instrumented.of(copy.deepcopy(tree), source, self.notebook, self.shell.user_ns)
            self.blocks, self._unhook = made.blocks, made.remove
            return made.tree
        return tree

    def _stop_learning(self) -> None:
        self.learns = False

    def after(self, result: ExecutionResult) -> None:
        """End the run of a tracked cell, and one that was started by logging alone."""
        if result.info not in self._running:
            return
        del self._running[self._running.index(result.info) :]
        if self._cell is not None and result.info is (self._home or self._cell.info):
            cell, self._cell = self._cell, None
            with reported("this cell's results could not be recorded", self.auto.off):
                cell.finish(result)
        if not self._running:
            self._unhook()
            self.blocks, self._unhook = {}, _nothing
            with reported("the run that this cell logged to could not be ended"):
                end_automatic(result)
            events.deliver_now()
            siblings.release()

    def continued(self, identity: str) -> tuple[str | None, bool]:
        """Return the run that an execution of a cell goes on in, if any, and whether that ends with the cell."""
        if identity in self.resumed:
            return self.resumed.pop(identity), True
        shared = self.auto.shared if self._cell is not None and self._cell.waits else None
        return shared, shared is None


def _nothing() -> None:
    """Do nothing."""


def unmark(lines: list[str]) -> list[str]:
    """Take the ``%%track`` or ``%%scratch`` line off a cell, keeping the numbers of its other lines.

    A line that can't be understood stays, so that the magic of that name says what is wrong with it.
    """
    if not lines or not track_options.is_understood(lines[0]):
        return lines
    followed = len(lines) > 1 and lines[1].startswith("%%")
    return lines[1:] if followed else ["\n", *lines[1:]]


unmark.has_side_effects = False  # type: ignore[attr-defined] # how IPython asks


def _picture(figure: Any) -> Any:
    """Return a figure as PNG: it shows itself even where pyplot, which teaches IPython to, was never imported."""
    from IPython.core.pylabtools import print_figure

    return print_figure(figure, "png")


def _only_a_magic(tree: ast.Module) -> bool:
    """Tell whether a cell is nothing but a cell magic, whose own code comes later."""
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return False
    call = tree.body[0].value
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "run_cell_magic"


def load(shell: InteractiveShell) -> Session:
    """Switch the extension on in a shell."""
    session = session_registry.session(shell)
    if session is None:
        session = session_registry.sessions[id(shell)] = Session(shell)
        session.install()
    return session


def unload(shell: InteractiveShell) -> None:
    """Switch the extension off in a shell."""
    session = session_registry.sessions.pop(id(shell), None)
    if session is not None:
        session.remove()
