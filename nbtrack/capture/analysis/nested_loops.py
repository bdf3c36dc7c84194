"""Nested loops: whether each iteration of the inner one is a result of its own, as in a sweep over settings."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, syntax
from nbtrack.capture.analysis.def_use import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.capture.analysis.def_use import Definition, Graph

_REPEATING = frozenset({"epoch", "epochs", "step", "steps", "iteration", "iterations", "it", "round", "episode"})
"""Words of a loop's variable that only counts repetitions."""


def sweeps_over(outer: syntax.Loop, inner: syntax.Loop, graph: Graph) -> bool:
    """``for depth in depths: for rate in rates: score = fit(depth, rate)``.

    The variable of the outer loop goes into what the inner one computes, and nothing follows in the outer one.
    """
    if not isinstance(outer, ast.For) or _follows(outer, inner):
        return False
    variables = [one for one in graph.definitions if one.binding is Binding.LOOPED and one.loops[-1:] == (outer,)]
    counts = any(known_names.words_of(one.name) & _REPEATING for one in variables)
    made = (one for one in _made_from(variables) if one.real and one.binding is not Binding.LOOPED)
    return not counts and any(inner in one.loops for one in made)


def _follows(outer: syntax.Loop, inner: syntax.Loop) -> bool:
    """Return whether the body of a loop goes on after the inner loop, with more than an empty line of output."""
    body = list(outer.body)
    while body and not any(node is inner for node in ast.walk(body[0])):
        body.pop(0)
    return any(not _is_separator(node) for node in body[1:]) or (bool(body) and body[0] is not inner)


def _is_separator(node: ast.stmt) -> bool:
    """``print()`` and ``print("-" * 20)``."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or syntax.last_name(call.func) not in known_names.SHOWING:
        return False
    return not any(isinstance(part, ast.Name) for argument in call.args for part in ast.walk(argument))


def _made_from(definitions: Iterable[Definition]) -> set[Definition]:
    """Return the bindings that are made from some, directly or not; those themselves are left out."""
    waiting = list(definitions)
    found: set[Definition] = set()
    while waiting:
        made = {later for reference in waiting.pop().references for later in reference.feeds} - found
        found |= made
        waiting.extend(made)
    return found
