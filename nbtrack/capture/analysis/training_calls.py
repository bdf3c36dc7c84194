"""Calls that train or evaluate, with what may hold the results: their value, their receiver, their arguments."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import result_words, syntax
from nbtrack.capture.analysis.def_use import Binding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Definition, Graph

_MAKERS = frozenset({"dict", "OrderedDict", "defaultdict"})
_FILLED = "evals_result"
"""The keyword of a dict that a call fills, wherever it comes from."""


class TrainingCall(NamedTuple):
    """A call that trains or evaluates."""

    call: ast.Call
    name: str | None
    """The name that its value is bound to."""
    unpacked: bool
    """Whether its value is unpacked, and so named by parts."""
    receiver: str | None
    """The dotted path of the object whose method it is."""
    given: tuple[str, ...]
    """Names, among its arguments, of empty dicts and of objects of classes of the notebook."""
    evaluates: bool
    """Whether it only evaluates."""


def training_calls(tree: ast.Module, graph: Graph) -> Iterator[TrainingCall]:
    """Yield the calls that train or evaluate, outside functions, in the order of the code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and id(node) in graph.calls and id(node) not in graph.quiet:
            callee = graph.callee(node)
            if callee is not None and result_words.trains(callee):
                yield _training_call(node, graph)


def _training_call(call: ast.Call, graph: Graph) -> TrainingCall:
    path = syntax.path(call.func)
    on_module = bool(path) and path[0] in graph.origins
    receiver = ".".join(path[:-1]) if len(path) > 1 and not on_module else None
    name, unpacked = _bound_to(call, graph)
    evaluates = graph.callee(call) in result_words.EVALUATING_CALLS
    return TrainingCall(call, name, unpacked, receiver, tuple(_given(call, graph)), evaluates)


def _bound_to(call: ast.Call, graph: Graph) -> tuple[str | None, bool]:
    """Return the name that the unchanged value of a call is bound to, and whether it is unpacked."""
    statement = graph.parents.get(id(call))
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else None, isinstance(target, ast.Tuple | ast.List)
    if isinstance(statement, ast.AnnAssign | ast.NamedExpr) and isinstance(statement.target, ast.Name):
        return statement.target.id, False
    return None, False


def _given(call: ast.Call, graph: Graph) -> Iterator[str]:
    for part in (*call.args, *call.keywords):
        filled = isinstance(part, ast.keyword) and part.arg == _FILLED
        for reference in graph.read_in(part):
            made_here = any(_may_be_filled(one, graph) for one in reference.definitions)
            if not reference.implied and (made_here or filled):
                yield reference.name


def _may_be_filled(definition: Definition, graph: Graph) -> bool:
    value = definition.value
    if definition.binding is not Binding.ASSIGNED or value is None:
        return False
    if isinstance(value, ast.Call):
        callee = graph.callee(value)
        return callee in _MAKERS or isinstance(graph.functions.get(callee or ""), ast.ClassDef)
    return isinstance(value, ast.Dict) and not value.keys
