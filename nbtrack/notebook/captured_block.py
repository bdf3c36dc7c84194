"""The ``with auto_run():`` blocks of a cell or a program: their code, and the probe that reads its values."""

from __future__ import annotations

import ast
import builtins
import linecache
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture import NotebookHistory, plan
from nbtrack.tracking import program_source
from nbtrack.tracking.capture_options import CaptureOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from nbtrack.capture import Plan, Probe

CALL = "auto_run"


class CapturedBlock(NamedTuple):
    """A block that is a run: its code, its probe, and its names."""

    source: str
    body: ast.Module
    probe: Probe
    names: dict[str, Any]
    reads: frozenset[str] = frozenset()
    """The names that it reads and did not assign, also in the functions that it calls."""

    def refresh(self, frame: FrameType) -> None:
        """Take the names of the frame that the block runs in; those of a module are always up to date."""
        if self.names is not frame.f_globals:
            self.names.clear()
            self.names.update(frame.f_globals)
            self.names.update(frame.f_locals)


class BlockOfCell(NamedTuple):
    """A block of a cell, which may run many times, in a loop."""

    source: str
    body: ast.Module
    plan: Plan
    names: dict[str, Any]
    reads: frozenset[str]
    line: int

    def begin(self) -> CapturedBlock:
        """Return the block with a new probe, whose hooks its code calls from now on."""
        probe = self.plan.probe(self.names)
        setattr(builtins, _hook(self.line), probe.hooks)
        return CapturedBlock(self.source, self.body, probe, self.names, self.reads)


def of_frame(frame: FrameType, options: CaptureOptions) -> CapturedBlock:
    """Read a block from the source of its program; without that, only requested names are found."""
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    names = frame.f_globals if frame.f_locals is frame.f_globals else dict[str, Any]()
    history = NotebookHistory()
    try:
        tree = program_source.executed(frame.f_code.co_filename, frame.f_globals)
    except (SyntaxError, ValueError, RecursionError):
        tree = ast.Module([], [])
    found = next((each for each in _withs(tree) if each.lineno <= frame.f_lineno <= _end_of_head(each)), None)
    if found is None:
        return CapturedBlock("", ast.Module([], []), _planned(ast.Module([], []), history, options).probe(names), names)
    history.learn(ast.Module([each for each in tree.body if each is not found and _is_known(each, found, frame)], []))
    body = _body(found)
    curves = _planned(body, history, options).loop_keys
    made = _planned(body, history, options._replace(metrics=(*options.metrics, *curves)))
    source = "".join(lines[found.lineno - 1 : found.end_lineno])
    return CapturedBlock(source, body, made.probe(names), names, history.read_through(made.reads))


def _is_known(statement: ast.stmt, block: ast.stmt, frame: FrameType) -> bool:
    """Return whether a statement of a program was executed before a block: a function is called after later ones."""
    defined = isinstance(statement, ast.FunctionDef | ast.ClassDef) and frame.f_code.co_name != "<module>"
    return defined or statement.lineno < block.lineno


def _body(block: ast.With | ast.AsyncWith) -> ast.Module:
    """Return the code of a block; its last expression is not displayed, as that of a cell would be."""
    last = ast.copy_location(ast.Pass(), block.body[-1])
    return ast.Module([*block.body, last], [])


def _planned(body: ast.Module, history: NotebookHistory, options: CaptureOptions) -> Plan:
    return plan(body, history, every=options.every, params=options.params, metrics=options.metrics)


def _end_of_head(block: ast.With | ast.AsyncWith) -> int:
    """Return the last line of the header of a ``with`` statement."""
    return max(item.context_expr.end_lineno or block.lineno for item in block.items)


def _withs(tree: ast.AST) -> Iterator[ast.With | ast.AsyncWith]:
    """Yield the ``with`` statements that make their block a run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.With | ast.AsyncWith) and any(_is_call(item.context_expr) for item in node.items):
            yield node


def _is_call(expression: ast.expr) -> bool:
    called = expression.func if isinstance(expression, ast.Call) else None
    return (isinstance(called, ast.Name) and called.id == CALL) or (
        isinstance(called, ast.Attribute) and called.attr == CALL
    )


def instrument(
    tree: ast.Module, source: str, history: NotebookHistory, names: dict[str, Any]
) -> dict[int, BlockOfCell]:
    """Put hooks into the blocks of a cell, except those in functions; return them by the line on which each begins.

    The tree is changed; `source` is the cell as it was typed, `names` are the names of the notebook.
    """
    blocks = {}
    for found in list(_outermost_withs(tree)):
        body = _body(found)
        made = _planned(body, history, _options(found))
        blocks[found.lineno] = BlockOfCell(source, body, made, names, history.read_through(made.reads), found.lineno)
        found.body = made.instrument(body, _hook(found.lineno)).body
    return blocks


def _outermost_withs(node: ast.AST) -> Iterator[ast.With]:
    """Yield the blocks that are runs below a node, except those in functions, in classes, and in other such blocks."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.With) and any(_is_call(item.context_expr) for item in child.items):
            yield child
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _outermost_withs(child)


def remove_hooks(blocks: dict[int, BlockOfCell]) -> None:
    """Remove the hooks of the blocks of a cell after it has run."""
    for line in blocks:
        vars(builtins).pop(_hook(line), None)
    blocks.clear()


def _hook(line: int) -> str:
    return f"__nbtrack_block_{line}__"


def _options(found: ast.With) -> CaptureOptions:
    """Return the options of a call that affect how its block is read; only literals are known."""
    call = next(item.context_expr for item in found.items if _is_call(item.context_expr))
    given: dict[str, Any] = {}
    for each in call.keywords:  # type: ignore[attr-defined] # callers pass a call
        if each.arg in {"params", "metrics", "every"}:
            try:
                given[each.arg] = ast.literal_eval(each.value)
            except ValueError:
                continue
    return CaptureOptions()._replace(**given)
