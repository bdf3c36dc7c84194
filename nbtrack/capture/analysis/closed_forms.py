"""Closed forms: values computed only from settings and counters, and when these are results nevertheless."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import constant_folding
from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.analysis.kinds import Level
from nbtrack.capture.analysis.recurrence import reads_itself

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Definition, Graph
    from nbtrack.capture.analysis.value_kinds import ValueKinds

_LEVELS = frozenset({Level.SETTING, Level.SIZE, Level.COUNT})


def follows_from_settings(definition: Definition, kinds: ValueKinds) -> bool:
    """Return whether a binding computes a number only from settings and counters."""
    made = definition.binding in {Binding.ASSIGNED, Binding.UPDATED} and definition.value is not None
    return made and not _is_constant(definition) and kinds.of_definition(definition).level in _LEVELS


def _is_constant(definition: Definition) -> bool:
    return definition.binding is Binding.ASSIGNED and constant_folding.is_constant(definition.value)


def calculates(definition: Definition) -> bool:
    """Return whether a binding is more than a copy or an entry of a setting."""
    if definition.binding is Binding.UPDATED:
        return True
    value = definition.value
    if value is None or isinstance(value, ast.Subscript):
        return False
    return any(isinstance(node, ast.BinOp) for node in ast.walk(value))


def divides(definition: Definition) -> bool:
    """``acc = 1 - wrong / n``."""
    return definition.value is not None and any(
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) for node in ast.walk(definition.value)
    )


def has_course(definition: Definition, graph: Graph) -> bool:
    """Return whether the values over the iterations of a loop show more than the settings do.

    ``balance *= 1 + rate`` and ``lr * decay ** epoch`` do, and so does ``total / n`` after the loop that summed; values
    that count evenly or enumerate settings do not: ``n += 1``, ``step / steps``, ``2 ** k``.
    """
    if definition.binding is Binding.UPDATED and isinstance(definition.node, ast.AugAssign):
        return bool(definition.loops) and isinstance(definition.node.op, ast.Mult | ast.Div)
    if not definition.loops:
        return divides(definition) and any(one.loops and reads_itself(one) for one in _made_from(definition))
    return any(_bends(node, graph) for node in ast.walk(definition.value or definition.node))


def _bends(node: ast.AST, graph: Graph) -> bool:
    """Return whether an operation raises a setting to a power, or divides by a value that changes in the loop."""
    if not isinstance(node, ast.BinOp):
        return False
    if isinstance(node.op, ast.Div):
        return any(one.loops for reference in graph.read_in(node.right) for one in reference.definitions)
    sides_vary = not any(map(constant_folding.is_constant, (node.left, node.right)))
    return isinstance(node.op, ast.Pow) and sides_vary


def _made_from(definition: Definition) -> Iterator[Definition]:
    return (one for reference in definition.fed_by for one in reference.definitions)
