"""Series of results made by code: one result per setting, the means of scores, a column of what a function returned.

``scores = [evaluate(depth) for depth in depths]``, ``means = test_scores.mean(axis=1)``, ``_, losses = zip(*history)``.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import result_words, syntax
from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.analysis.kinds import Level, is_computed

if TYPE_CHECKING:
    from nbtrack.capture.analysis.def_use import Definition, Graph
    from nbtrack.capture.analysis.value_kinds import ValueKinds

_MEANS = frozenset({"mean", "nanmean", "median", "average"})


def is_made(definition: Definition, kinds: ValueKinds) -> bool:
    """Return whether a binding gives its name such a series, if that turns out to hold numbers."""
    return _is_swept(definition, kinds) or is_of_means(definition, kinds.graph) or _is_column(definition, kinds.graph)


# --- a result for each setting


def _is_swept(definition: Definition, kinds: ValueKinds) -> bool:
    value = definition.value
    if not isinstance(value, ast.ListComp) or not is_computed(kinds.of(value)):
        return False
    graph = kinds.graph
    callees = [graph.callee(call) or "" for call in graph.parts(value.elt).calls]
    called = result_words.measures(definition.name) and not (graph.functions.keys() | _MEANS).isdisjoint(callees)
    sweeps = all(kinds.of(part.iter).level <= Level.SIZE for part in value.generators)
    return sweeps and (called or any(map(result_words.gives_results, callees)))


def swept(value: ast.expr | None, kinds: ValueKinds) -> frozenset[str]:
    """Return the names of earlier cells that a comprehension iterates over."""
    if not isinstance(value, ast.ListComp):
        return frozenset()
    return frozenset().union(*(kinds.of(part.iter).open_names for part in value.generators))


# --- means


def is_of_means(definition: Definition, graph: Graph) -> bool:
    """Return whether a binding takes the mean of each row of scores: ``scores.mean(axis=1)``."""
    call = definition.value
    if not isinstance(call, ast.Call) or syntax.last_name(call.func) not in _MEANS:
        return False
    by_axis = len(call.args) + len(call.keywords) > (1 if _is_of_module(call, graph) else 0)
    held = [one for reference in graph.read_in(call) for one in reference.definitions if one.real]
    return by_axis and any(_gives_results(one, graph) for one in held)


def _is_of_module(call: ast.Call, graph: Graph) -> bool:
    return syntax.path(call.func)[:1] != () and syntax.path(call.func)[0] in graph.origins


def _gives_results(definition: Definition, graph: Graph) -> bool:
    call = definition.value
    return isinstance(call, ast.Call) and result_words.gives_results(graph.callee(call) or "")


# --- columns


def _is_column(definition: Definition, graph: Graph) -> bool:
    """``sizes, scores = zip(*history)``."""
    call = definition.value
    if definition.binding is not Binding.UNPACKED or not isinstance(call, ast.Call) or graph.callee(call) != "zip":
        return False
    rows = call.args[0].value if len(call.args) == 1 and isinstance(call.args[0], ast.Starred) else None
    kept = isinstance(rows, ast.Name) and (result_words.holds_results(rows.id) or result_words.measures(rows.id))
    return kept and result_words.measures(definition.name)
