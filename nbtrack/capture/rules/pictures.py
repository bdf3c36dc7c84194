"""A step of the grid on which a trained model is drawn is not a parameter: ``np.arange(low, high, step)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, result_words
from nbtrack.capture.analysis.def_use import DISPLAYING, Binding, Use

if TYPE_CHECKING:
    from nbtrack.capture.analysis.def_use import Definition, Graph, Reference

_LAYING_OUT = known_names.SPACING | {"meshgrid"}
_MADE = frozenset({Binding.ASSIGNED, Binding.UNPACKED, Binding.LOOPED})


def is_step_of_picture(reference: Reference, graph: Graph) -> bool:
    """Return whether a setting is read only to make the points of a plot, to which models are applied."""
    if reference.use is not Use.COMPUTED or _LAYING_OUT.isdisjoint(_callees(reference, graph)):
        return False
    seen: set[Definition] = set()
    waiting, applied = [reference], False
    while waiting:
        one = waiting.pop()
        callees = _callees(one, graph)
        applied = applied or not known_names.EVALUATING.isdisjoint(callees)
        if one.use in DISPLAYING:
            continue
        fresh = set(one.feeds) - seen
        if not one.feeds or any(_learns(name, graph) for name in callees) or not all(map(_goes_on, fresh)):
            return False
        seen |= fresh
        waiting.extend(later for made in fresh for later in made.references)
    return applied


def _callees(reference: Reference, graph: Graph) -> set[str]:
    """Return the names of the calls around a reference, up to its statement."""
    found: set[str] = set()
    node = graph.parents.get(id(reference.node))
    while node is not None and not isinstance(node, ast.stmt):
        found.update([graph.callee(node) or ""] if isinstance(node, ast.Call) else ())
        node = graph.parents.get(id(node))
    return found


def _learns(callee: str, graph: Graph) -> bool:
    """Return whether a call may train a model with its arguments, or make a part of one."""
    trains = result_words.trains(callee) and callee not in known_names.EVALUATING
    return trains or callee in graph.functions or callee[:1].isupper()


def _goes_on(definition: Definition) -> bool:
    return definition.binding in _MADE and bool(definition.references)
