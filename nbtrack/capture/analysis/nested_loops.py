"""Nested loops: whether each iteration of the inner one is a separate result, as in a sweep over settings."""

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


def settings_of(loop: syntax.Loop, graph: Graph) -> tuple[str, ...]:
    """Return the variables of a loop that its results depend on: the settings of a sweep, unless they only count."""
    if not isinstance(loop, ast.For):
        return ()
    variables = [one for one in graph.definitions if one.binding is Binding.LOOPED and one.loops[-1:] == (loop,)]
    if any(_counts(one.name, loop) for one in variables):
        return ()
    made = _made_from(variables)
    return tuple(one.name for one in variables) if any(loop in one.loops and one.real for one in made) else ()


def goes_into(loop: syntax.Loop, call: ast.Call, graph: Graph) -> bool:
    """Return whether the variable of a loop is an argument of a call in it, and does not only count."""
    variables = [one for one in graph.definitions if one.binding is Binding.LOOPED and one.loops[-1:] == (loop,)]
    if not isinstance(loop, ast.For) or any(_counts(one.name, loop) for one in variables):
        return False
    made = {*variables, *_made_from(variables)}
    return any(not reference.definitions.isdisjoint(made) for reference in graph.read_in(call))


def _counts(variable: str, loop: ast.For) -> bool:
    """Return whether the name of a variable says that it only counts iterations."""
    ranged = isinstance(loop.iter, ast.Call) and syntax.last_name(loop.iter.func) in {"range", "trange"}
    return bool(known_names.words_of(variable) & _REPEATING) or (ranged and len(variable) == 1)


def sweeps_over(outer: syntax.Loop, inner: syntax.Loop, graph: Graph) -> bool:
    """``for depth in depths: for rate in rates: score = fit(depth, rate)``.

    The results of the inner loop depend on the variable of the outer one, in which nothing follows the inner loop.
    """
    if not isinstance(outer, ast.For) or _follows(outer, inner):
        return False
    variables = [one for one in graph.definitions if one.binding is Binding.LOOPED and one.loops[-1:] == (outer,)]
    counts = any(known_names.words_of(one.name) & _REPEATING for one in variables)
    made = (one for one in _made_from(variables) if one.real and one.binding is not Binding.LOOPED)
    return not counts and any(inner in one.loops for one in made)


def _follows(outer: syntax.Loop, inner: syntax.Loop) -> bool:
    """Return whether the body of a loop continues after the inner loop, with more than an empty line of output."""
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
    """Return the bindings that are made from others, directly or not, without these themselves."""
    waiting = list(definitions)
    found: set[Definition] = set()
    while waiting:
        made = {later for reference in waiting.pop().references for later in reference.feeds} - found
        found |= made
        waiting.extend(made)
    return found
