"""Choices made by code: ``max(results, key=results.get)`` is one of the keys of `results`, and no result itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names
from nbtrack.capture.analysis.def_use import Binding, key_path

if TYPE_CHECKING:
    from nbtrack.capture.analysis.def_use import Definition, Graph

PICKING = frozenset({"max", "min", "sorted"})
"""Builtins that give elements of what they are given, by ``key``."""


def key_of(call: ast.Call) -> ast.expr | None:
    """Return the ``key`` by which a call picks elements, or None."""
    return next((keyword.value for keyword in call.keywords if keyword.arg == "key"), None)


def picks_keys(call: ast.Call, key: ast.expr) -> bool:
    """Return whether a call picks among the keys of a dict by their values."""
    path = key_path(call.args[0])
    if isinstance(key, ast.Attribute):
        return key.attr in {"get", "__getitem__"} and key_path(key.value) == path != ()
    if not isinstance(key, ast.Lambda) or len(key.args.args) != 1:
        return False
    node = key.body
    while isinstance(node, ast.Subscript | ast.Attribute):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and key_path(node.value) == path != ():
            return node.slice.id == key.args.args[0].arg
        node = node.value
    return False


def is_key_of_item(definition: Definition, graph: Graph) -> bool:
    """``best, score = max(results.items(), key=…)``: return whether a name is the first part of an item of a dict."""
    return _items_picked_for(definition, graph) is not None


def chosen_from(definition: Definition, graph: Graph) -> ast.expr | None:
    """Return the dict from which a binding picks a key by its value, or the sequence from which it picks an element."""
    value = definition.value
    if definition.binding is Binding.UNPACKED:
        return _items_picked_for(definition, graph)
    if isinstance(value, ast.Subscript):
        chosen = finds_place(value.slice, graph) and is_gone_through(value.value, graph)
        return value.value if chosen else None
    if not isinstance(value, ast.Call) or not value.args or graph.callee(value) not in PICKING:
        return None
    key = key_of(value)
    return value.args[0] if key is not None and picks_keys(value, key) else None


def is_gone_through(options: ast.expr, graph: Graph) -> bool:
    """Return whether a loop or comprehension iterates over the value of a name."""
    held = {one for reference in graph.references.get(id(options), ()) for one in reference.definitions}
    return any(_is_iterated(reference.node, graph) for one in held for reference in one.references)


def _is_iterated(node: ast.AST, graph: Graph) -> bool:
    above = graph.parents.get(id(node))
    while isinstance(above, ast.Call):
        node, above = above, graph.parents.get(id(above))
    return isinstance(above, ast.For | ast.AsyncFor | ast.comprehension) and above.iter is node


def finds_place(index: ast.expr, graph: Graph) -> bool:
    """Return whether an index is the position of an element that was searched for."""
    return any(graph.callee(call) in known_names.BEST_INDICES for call in graph.parts(index).calls)


def _items_picked_for(definition: Definition, graph: Graph) -> ast.expr | None:
    """Return the dict whose best item has its key in a name."""
    target, call = graph.parents.get(id(definition.node)), definition.value
    if not isinstance(target, ast.Tuple) or target.elts[0] is not definition.node or not isinstance(call, ast.Call):
        return None
    given = call.args[0] if graph.callee(call) in PICKING and call.args else None
    items = given.func if isinstance(given, ast.Call) else None
    return items.value if isinstance(items, ast.Attribute) and items.attr == "items" else None
