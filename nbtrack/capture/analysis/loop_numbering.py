"""How the iterations of a loop are numbered: by its variable, where that may be the step, or by counting."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import constant_folding, known_names, syntax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.capture.analysis.def_use import Graph


class LoopNumbering(NamedTuple):
    """How the iterations of a loop are numbered."""

    variable: str | None
    """The loop's variable, where it may be the step."""
    grows: bool
    """Whether it is known to grow."""
    nested: bool
    """Whether the loop is inside another one and may start again."""


def numbering_of(loop: syntax.Loop, graph: Graph) -> LoopNumbering:
    """Return how the iterations of a loop that gives curves are numbered."""
    nested = _is_nested(loop, graph.parents)
    if isinstance(loop, ast.While):
        return LoopNumbering(None, grows=False, nested=nested)
    target = loop.target.elts[0] if isinstance(loop.target, ast.Tuple | ast.List) and loop.target.elts else loop.target
    if not isinstance(target, ast.Name):
        return LoopNumbering(None, grows=False, nested=nested)
    return _counted(target.id, loop.iter, graph, nested=nested)


def _is_nested(loop: syntax.Loop, parents: Mapping[int, ast.AST]) -> bool:
    node = parents.get(id(loop))
    while node is not None and not isinstance(node, syntax.LOOPS):
        node = parents.get(id(node))
    return node is not None


def _counted(variable: str, iterable: ast.expr, graph: Graph, *, nested: bool) -> LoopNumbering:
    """Return what the iterable tells about a loop's variable."""
    while isinstance(iterable, ast.NamedExpr):
        iterable = iterable.value
    if isinstance(iterable, ast.Call):
        name = graph.callee(iterable)
        if name in {"range", "trange"}:
            return _ranged(variable, iterable, nested=nested)
        if name == "enumerate":
            return LoopNumbering(variable, grows=True, nested=nested)
        if name in known_names.PROGRESS and iterable.args:
            return _counted(variable, iterable.args[0], graph, nested=nested)
    known = constant_folding.value(iterable)
    if isinstance(known, list | tuple):
        if nested:  # settings that occur repeatedly: each iteration is the next step
            return LoopNumbering(None, grows=False, nested=nested)
        grows = all(type(one) is int for one in known) and all(a < b for a, b in pairwise(known))  # type: ignore[operator] # mypy does not narrow elements by `all`
        return LoopNumbering(variable if grows else None, grows=grows, nested=nested)
    return LoopNumbering(variable, grows=False, nested=nested)


def _ranged(variable: str, call: ast.Call, *, nested: bool) -> LoopNumbering:
    step = constant_folding.scalar(call.args[2]) if len(call.args) == 3 else 1
    if isinstance(step, int) and step < 0:
        return LoopNumbering(None, grows=False, nested=nested)
    return LoopNumbering(variable, grows=isinstance(step, int), nested=nested)
