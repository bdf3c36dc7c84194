"""Elements taken from data: ``first = df.iloc[0]["units"]`` is not a result, ``last = history["loss"][-1]`` is one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, result_words
from nbtrack.capture.analysis.def_use import Binding, key_path
from nbtrack.capture.rules.expression_names import unwrapped

if TYPE_CHECKING:
    from nbtrack.capture.analysis.def_use import Definition, Graph

_DEEPEST = 6
_VIEWS = known_names.SAME_KIND | {"data", "iat", "at", "next", "iter"}
"""What gives data in another form, or a part of them."""
_PICKED_FROM = frozenset({Binding.ASSIGNED, Binding.UNPACKED})


def is_picked(definition: Definition, graph: Graph, depth: int = 0) -> bool:
    """Return whether a binding only takes an element from data of earlier cells, or from a loader."""
    value = unwrapped(definition.value) if definition.value is not None else None
    if definition.binding not in _PICKED_FROM or value is None:
        return False
    return (isinstance(value, ast.Subscript) or depth > 0) and _is_of_data(value, graph, depth)


def _is_of_data(node: ast.expr, graph: Graph, depth: int) -> bool:
    """Return whether an expression only indexes data, and no name in it says that these are results."""
    if any(map(_says_result, key_path(node)[1:])):
        return False
    if isinstance(node, ast.Subscript):
        return not _says_result(_text(node.slice)) and _is_of_data(node.value, graph, depth)
    if isinstance(node, ast.Attribute):
        return node.attr in _VIEWS and _is_of_data(node.value, graph, depth)
    if isinstance(node, ast.Call):
        return _is_view(node, graph, depth)
    return isinstance(node, ast.Name) and _is_name_of_data(node, graph, depth)


def _is_view(node: ast.Call, graph: Graph, depth: int) -> bool:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in _VIEWS and _is_of_data(node.func.value, graph, depth)
    given = node.args[0] if node.args else None
    return graph.callee(node) in _VIEWS and given is not None and _is_of_data(given, graph, depth)


def _is_name_of_data(node: ast.Name, graph: Graph, depth: int) -> bool:
    held = {one for reference in graph.references.get(id(node), ()) for one in reference.definitions}
    if depth == _DEEPEST or not held or _says_result(node.id):
        return False
    return all(
        one.binding in {Binding.EARLIER, Binding.STORED} or is_picked(one, graph, depth + 1) for one in held
    ) and any(one.binding is not Binding.STORED for one in held)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _says_result(word: str) -> bool:
    return result_words.measures(word) or result_words.holds_results(word)
