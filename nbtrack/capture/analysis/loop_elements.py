"""What a loop variable takes values from: `c` from ``colors`` in ``for i, (x, c) in enumerate(zip(xs, colors))``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import known_names, syntax

if TYPE_CHECKING:
    from nbtrack.capture.analysis.def_use import Graph


class Elements(NamedTuple):
    """The elements of an iterable, each of which is bound to a target."""

    iterable: ast.expr
    target: ast.expr | None


def elements(iterable: ast.expr, target: ast.expr | None, name: str, graph: Graph) -> Elements | None:
    """Return the elements that `name` takes in ``for target in iterable``; None if it only counts them."""
    while isinstance(iterable, ast.NamedExpr | ast.Call):
        inner = _inside(iterable, target, name, graph)
        if inner is None or inner.iterable is iterable:
            return inner
        iterable, target = inner
    return Elements(iterable, target)


def _inside(iterable: ast.NamedExpr | ast.Call, target: ast.expr | None, name: str, graph: Graph) -> Elements | None:
    """Yield the iterables inside ``tqdm``, ``enumerate``, ``zip`` or a walrus; other calls give their own elements."""
    if isinstance(iterable, ast.NamedExpr):
        return Elements(iterable.value, target)
    callee, given = graph.callee(iterable), iterable.args
    if callee in {"range", "trange"}:
        return None
    if callee in known_names.PROGRESS and given:
        return Elements(given[0], target)
    if callee == "enumerate" and given and isinstance(target, ast.Tuple) and len(target.elts) == 2:
        number, element = target.elts
        return None if _binds(number, name) else Elements(given[0], element)
    if callee == "zip" and isinstance(target, ast.Tuple) and len(target.elts) == len(given):
        parts = zip(given, target.elts, strict=True)
        return next((Elements(one, part) for one, part in parts if _binds(part, name)), Elements(iterable, target))
    return Elements(iterable, target)


def _binds(target: ast.expr, name: str) -> bool:
    return any(one.id == name for one in syntax.targets(target))
