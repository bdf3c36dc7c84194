"""Lists that a loop fills with predictions or other data, which the cell evaluates afterwards as a whole.

``predicted.append(model(t))`` is data where ``np.mean(np.abs(np.array(actual) - np.array(predicted)))`` follows, or
``mean_squared_error(actual, predicted)``.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, result_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Collected, Graph, Reference


def is_data(collected: Collected, graph: Graph) -> bool:
    """Return whether a list, whose name does not say that it holds results, is computed with element by element."""
    name = collected.path[0]
    if len(collected.path) > 1 or result_words.measures(name) or result_words.holds_results(name):
        return False
    return any(_meets_another(node, graph) for node in _whole(name, graph))


def _whole(name: str, graph: Graph) -> Iterator[ast.AST]:
    """Yield the references that read a list as a whole, or as an array of another name."""
    for reference in graph.all_references():
        if reference.name == name and not reference.implied:
            yield reference.node
            yield from (later.node for later in _read_as_array(reference, graph))


def _read_as_array(reference: Reference, graph: Graph) -> Iterator[Reference]:
    """Yield the references that read the array made from a list: ``predicted = np.array(predicted)``."""
    above = graph.parents.get(id(reference.node))
    if isinstance(above, ast.Call) and graph.callee(above) in known_names.PLAIN_MAKERS:
        for made in reference.feeds:
            if made.value is above:
                yield from made.references


def _is_named(node: ast.expr, graph: Graph) -> bool:
    """Return whether an expression is the value of a name, or a part of it, possibly as an array."""
    while isinstance(node, ast.Call) and graph.callee(node) in known_names.PLAIN_MAKERS and node.args:
        node = node.args[0]
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def _meets_another(node: ast.AST, graph: Graph) -> bool:
    """Return whether an operation combines two lists: ``a - b``, ``mean_squared_error(a, b)``."""
    above = graph.parents.get(id(node))
    while isinstance(above, ast.Call) and graph.callee(above) in known_names.PLAIN_MAKERS:
        node, above = above, graph.parents.get(id(above))
    if isinstance(above, ast.BinOp):
        other = above.left if above.right is node else above.right
        return _is_named(other, graph)
    if isinstance(above, ast.Call) and node in above.args and len(above.args) > 1:
        return result_words.measures(graph.callee(above) or "")
    return False
