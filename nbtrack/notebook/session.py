"""The session of one shell: tells tracked cells from others, and where each begins and ends.

A tracked cell is run by IPython itself: an input transformer takes the ``%%track`` line off, so that
tracebacks, ``await`` and the reply to the front end are those of the bare cell. The transformer has
no side effect; `pre_run_cell` looks at the cell as it was typed, the AST transformer sees the code that
is about to run, and `post_run_cell` what became of it.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from nbtrack.lineage import Notebook
from nbtrack.notebook import options
from nbtrack.notebook.cell import TrackedCell
from nbtrack.notebook.magics import NbtrackMagics

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

_sessions: dict[int, Session] = {}


class Session(ast.NodeTransformer):
    """The hooks of one shell.

    Parameters
    ----------
    shell : InteractiveShell
        Where the hooks go.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.notebook = Notebook()
        self.cell: TrackedCell | None = None
        self.magics = NbtrackMagics(shell)

    def install(self) -> None:
        """Register magics and hooks, and learn from the cells that were run before."""
        self.shell.register_magics(self.magics)
        self.shell.input_transformers_cleanup.append(unmark)
        self.shell.ast_transformers.append(self)
        if self.shell.display_formatter is not None:
            png = self.shell.display_formatter.formatters["image/png"]
            png.for_type_by_name("matplotlib.figure", "Figure", _picture)
        self.shell.events.register("pre_run_cell", self.before)
        self.shell.events.register("post_run_cell", self.after)
        history = self.shell.history_manager
        for source in history.input_hist_parsed[:-1] if history is not None else ():
            self._learn_source(source)

    def remove(self) -> None:
        """Take everything off again."""
        self.shell.input_transformers_cleanup.remove(unmark)
        self.shell.ast_transformers.remove(self)
        self.shell.events.unregister("pre_run_cell", self.before)
        self.shell.events.unregister("post_run_cell", self.after)

    def _learn_source(self, source: str) -> None:
        try:
            self.notebook.learn(ast.parse(source))
        except (SyntaxError, ValueError):
            return

    def before(self, info: ExecutionInfo) -> None:
        """Note that a tracked cell comes."""
        line = options.header(info.raw_cell or "")
        if line is None:
            return
        try:
            asked = options.parse(line)
        except UsageError:
            return
        self.cell = TrackedCell(self.shell, info, asked, self.notebook)

    def visit(self, tree: ast.AST) -> ast.AST:
        """See the code that is about to run: start the run of a tracked cell, and add its hooks."""
        if not isinstance(tree, ast.Module) or _only_a_magic(tree):
            return tree
        seen = tree
        if self.cell is not None and not self.cell.started:
            with reported("this cell's code could not be read"):
                tree = self.cell.begin(tree)
        with reported("this cell's names could not be learned"):
            self.notebook.learn(seen)
        return tree

    def after(self, result: ExecutionResult) -> None:
        """End the run of a tracked cell."""
        if self.cell is None or result.info is not self.cell.info:
            return
        cell, self.cell = self.cell, None
        with reported("this cell's results could not be recorded"):
            cell.finish(result)


class reported:  # noqa: N801 - reads as a word of the `with` statement
    """A block whose failure is told in one line and never reaches the user's cell."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        """Tell what failed, and go on."""
        if error is None or not isinstance(error, Exception):
            return False
        print(
            f"nbtrack: {self.what} ({type(error).__name__}: {error}); the cell itself is not affected", file=sys.stderr
        )
        return True


def unmark(lines: list[str]) -> list[str]:
    """Take the ``%%track`` line off a cell, keeping the numbers of its other lines.

    A line that can't be understood stays, so that the magic of that name says what is wrong with it.
    """
    if not lines or options.header(lines[0]) is None:
        return lines
    try:
        options.parse(options.header(lines[0]) or "")
    except UsageError:
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


def load(shell: InteractiveShell) -> None:
    """Switch the extension on in a shell."""
    if id(shell) not in _sessions:
        _sessions[id(shell)] = Session(shell)
        _sessions[id(shell)].install()


def unload(shell: InteractiveShell) -> None:
    """Switch the extension off in a shell."""
    session: Any = _sessions.pop(id(shell), None)
    if session is not None:
        session.remove()
