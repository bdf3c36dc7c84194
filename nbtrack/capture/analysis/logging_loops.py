"""Loops that log explicitly: they give no curves, but show the progress of the cell and can be stopped."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import syntax

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_CALLS = frozenset({"log_metric", "log_metrics", "log_batch"})
_APART = (*syntax.FUNCTIONS, ast.Lambda)


def loops(tree: ast.Module, functions: Mapping[str, ast.AST], followed: Collection[syntax.Loop]) -> list[syntax.Loop]:
    """Return the loops in the cell's own code that log, outer ones first.

    Calls of `functions` that log count as logging. Loops inside or around one of `followed`, which give curves, are
    left out.
    """
    mentioned = functions.keys() & syntax.identifiers(tree)
    calls = _CALLS | {name for name in mentioned if _calls(syntax.calls(functions[name]), _CALLS)}
    known = {id(loop) for loop in followed}
    return [
        loop
        for outer in _outermost(tree)
        if known.isdisjoint(map(id, syntax.nodes(outer)))
        for loop in _own(outer)
        if isinstance(loop, syntax.LOOPS) and any(_calls(_own(each), calls) for each in loop.body)
    ]


def _outermost(node: ast.AST) -> Iterator[syntax.Loop]:
    if isinstance(node, syntax.LOOPS):
        yield node
    elif not isinstance(node, _APART):
        for child in syntax.children(node):
            yield from _outermost(child)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and its descendants, without those in functions and classes."""
    if not isinstance(node, _APART):
        yield node
        for child in syntax.children(node):
            yield from _own(child)


def _calls(nodes: Iterable[ast.AST], wanted: Collection[str]) -> bool:
    return any(isinstance(each, ast.Call) and syntax.last_name(each.func) in wanted for each in nodes)
