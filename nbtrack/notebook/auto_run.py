"""``with nbtrack.auto_run():`` a block of code becomes a run, in a notebook or in a script."""

from __future__ import annotations

import ast
import builtins
import linecache
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from nbtrack import redaction
from nbtrack.capture import Notebook, plan
from nbtrack.notebook import cell_identity, session_registry
from nbtrack.notebook.cell_artifacts import code
from nbtrack.notebook.cellrun import CellRun
from nbtrack.notebook.sampler import Sampler
from nbtrack.notebook.track_options import Options
from nbtrack.tracking.active_runs import status_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType, TracebackType

    from nbtrack.capture import Plan, Probe
    from nbtrack.tracking.active_runs import ActiveRun

CALL = "auto_run"


class auto_run:  # noqa: N801 - reads as a word of the `with` statement
    """A block whose parameters, metrics and curves are found as those of a tracked cell.

    The points of loops are there where the extension is loaded, since that sees the code before it runs; elsewhere a
    loop gives its last values.

    Parameters
    ----------
    name : str, optional
        What to call the run.
    experiment : str, optional
        Where it goes, created on demand.
    tags : mapping, optional
        Tags of the run.
    params, metrics : sequence of str
        Names that are recorded whatever they hold.
    every : {"epoch", "batch"}
        In nested loops: a point for each turn of the outermost, or of the innermost.
    nested : bool
        Make it a child of the active run.

    Examples
    --------
    >>> with nbtrack.auto_run("fit"):
    ...     rate = 0.1
    ...     for epoch in range(10):
    ...         loss = step(rate)
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        experiment: str | None = None,
        tags: Mapping[str, Any] | None = None,
        params: Sequence[str] = (),
        metrics: Sequence[str] = (),
        every: str = "epoch",
        nested: bool = False,
    ) -> None:
        given = tuple((key, str(value)) for key, value in (tags or {}).items())
        self._options = Options(
            name, tuple(params), tuple(metrics), experiment=experiment, tags=given, every=every, nested=nested
        )
        self._block: Block | None = None
        self._record: CellRun | None = None
        self._sampler: Sampler | None = None

    def __enter__(self) -> ActiveRun | None:
        """Start the run and return it; None where the store can't be written, which is told."""
        frame = sys._getframe(1)  # noqa: SLF001 - the block's own names are read from it
        self._block = _known(frame) or _read(frame, self._options)
        block = self._block
        self._record = CellRun(
            self._options, cell_identity.of_code(self._options.name, frame.f_code.co_filename, block.body)
        )
        run = self._record.enter()
        block.look(frame)
        block.probe.enter()
        self._sampler = Sampler(block.probe, self._record)
        return run

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Record what the block did, and end its run: FINISHED, FAILED, or KILLED when it was interrupted."""
        if self._block is None or self._record is None or self._sampler is None:
            return
        record, block = self._record, self._block
        record.leave()
        self._sampler.close()
        block.look(sys._getframe(1))  # noqa: SLF001 - as above
        try:
            record.log(block.probe.leave(failed=error is not None))
            if record.run is not None:
                record.file(code(redaction.redact_source(block.source), ()))()
        finally:
            record.end(status_after(error), error, redaction.redact_text)


class Block(NamedTuple):
    """A block that is a run: its code, what is read from it, and the names that it has."""

    source: str
    body: ast.Module
    probe: Probe
    names: dict[str, Any]

    def look(self, frame: FrameType) -> None:
        """Take the names of the frame that the block runs in; those of a module are always at hand."""
        if self.names is not frame.f_globals:
            self.names.clear()
            self.names.update(frame.f_globals)
            self.names.update(frame.f_locals)


def _known(frame: FrameType) -> Block | None:
    """Return the block of a cell, whose loops have hooks already."""
    session = session_registry.session() if "IPython" in sys.modules else None
    at_top = session is not None and frame.f_globals is session.shell.user_ns and frame.f_code.co_name == "<module>"
    return session.blocks.get(frame.f_lineno) if session is not None and at_top else None


def _read(frame: FrameType, options: Options) -> Block:
    """Read a block from the source of its program; without that only names that are asked for are found."""
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    names = frame.f_globals if frame.f_locals is frame.f_globals else dict[str, Any]()
    notebook = Notebook()
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        tree = ast.Module([], [])
    found = next((each for each in _withs(tree) if each.lineno <= frame.f_lineno <= _last_line(each)), None)
    if found is None:
        return Block("", ast.Module([], []), _planned(ast.Module([], []), notebook, options).probe(names), names)
    notebook.learn(ast.Module([each for each in tree.body if each.lineno < found.lineno and each is not found], []))
    body = ast.Module(found.body, [])
    curves = tuple(each.key for each in _planned(body, notebook, options).curves)
    made = _planned(body, notebook, options._replace(metrics=(*options.metrics, *curves)))
    return Block("".join(lines[found.lineno - 1 : found.end_lineno]), body, made.probe(names), names)


def _planned(body: ast.Module, notebook: Notebook, options: Options) -> Plan:
    return plan(body, notebook, every=options.every, params=options.params, metrics=options.metrics)


def _last_line(block: ast.With | ast.AsyncWith) -> int:
    """Return the last line of the head of a ``with`` statement."""
    return max(item.context_expr.end_lineno or block.lineno for item in block.items)


def _withs(tree: ast.AST) -> Iterator[ast.With | ast.AsyncWith]:
    """Yield the statements that make their block a run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.With | ast.AsyncWith) and any(_is_call(item.context_expr) for item in node.items):
            yield node


def _is_call(expression: ast.expr) -> bool:
    called = expression.func if isinstance(expression, ast.Call) else None
    return (isinstance(called, ast.Name) and called.id == CALL) or (
        isinstance(called, ast.Attribute) and called.attr == CALL
    )


class Instrumented(NamedTuple):
    """The code of a cell with hooks in the blocks that are runs, by the line that each begins on."""

    tree: ast.Module
    blocks: dict[int, Block]

    def remove(self) -> None:
        """Take the hooks off."""
        for line in self.blocks:
            vars(builtins).pop(_hook(line), None)

    @classmethod
    def of(cls, tree: ast.Module, source: str, notebook: Notebook, names: dict[str, Any]) -> Self:
        """Put hooks into the blocks at the top of a cell.

        Parameters
        ----------
        tree : ast.Module
            The code; it is changed.
        source : str
            The cell as it was typed.
        notebook : Notebook
            What earlier cells taught.
        names : dict
            The names of the notebook.
        """
        blocks = {}
        for found in [each for each in tree.body if isinstance(each, ast.With) and each in list(_withs(tree))]:
            body = ast.Module(found.body, [])
            made = _planned(body, notebook, _asked(found))
            block = Block(source, body, made.probe(names), names)
            setattr(builtins, _hook(found.lineno), block.probe.hooks)
            found.body = made.instrument(body, _hook(found.lineno)).body
            blocks[found.lineno] = block
        return cls(tree, blocks)


def _hook(line: int) -> str:
    return f"__nbtrack_block_{line}__"


def _asked(found: ast.With) -> Options:
    """Return what a call asks for that bears on how its block is read; only what is written out can be known."""
    call = next(item.context_expr for item in found.items if _is_call(item.context_expr))
    given: dict[str, Any] = {}
    for each in call.keywords:  # type: ignore[attr-defined] # a call
        if each.arg in {"params", "metrics", "every"}:
            try:
                given[each.arg] = ast.literal_eval(each.value)
            except ValueError:
                continue
    return Options()._replace(**given)
