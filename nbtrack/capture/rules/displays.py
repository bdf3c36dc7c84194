"""The expressions that a cell displays whose values may be metrics, and their keys."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, result_words, syntax
from nbtrack.capture.analysis.def_use import Binding, Definition, Graph, Shown, key_path, loops_of
from nbtrack.capture.analysis.kinds import is_computed
from nbtrack.capture.rules import display_keys, reported_accuracy
from nbtrack.capture.rules.display import Display
from nbtrack.capture.rules.expression_names import name_of, unwrapped
from nbtrack.capture.rules.results import may_be_metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.capture.analysis.value_kinds import ValueKinds


def displays(graph: Graph, kinds: ValueKinds) -> list[Display]:
    """Return the displayed expressions that may show metrics, in the order of the code, each with its own key."""
    found = []
    for shown in graph.shown.values():
        for expression in _direct(shown.expression, shown, graph):
            display = _display(expression, shown, graph, kinds)
            if display is not None:
                found.append(display)
    return display_keys.told_apart(reported_accuracy.under_one_key(found, graph), graph)


def _direct(node: ast.expr, shown: Shown, graph: Graph) -> Iterator[ast.expr]:
    """Yield what a displayed expression shows, without the formatting and rounding around it."""
    parts = _listed(node, shown, graph) if isinstance(node, ast.Name) else _parts(node)
    if parts is None:
        yield node
    else:
        for part in parts:
            yield from _direct(part, shown, graph)


def _listed(node: ast.Name, shown: Shown, graph: Graph) -> Sequence[ast.expr] | None:
    """Return the elements of a list that is displayed by its name: ``scores = [score(a)]; scores.append(score(b))``."""
    held = [one for reference in graph.references.get(id(node), ()) for one in reference.definitions if one.real]
    value = held[0].value if len(held) == 1 and held[0].binding is Binding.ASSIGNED else None
    if not isinstance(value, ast.List | ast.Tuple) or held[0].loops != loops_of(shown.places):
        return None
    added = [one.value for one in graph.collected.values() if one.path == (node.id,) and not loops_of(one.places)]
    return [*value.elts, *added] if any(isinstance(element, ast.Call) for element in value.elts) else None


def _parts(node: ast.expr) -> Sequence[ast.expr] | None:
    """Return the expressions that are displayed as parts of one, or None if it is displayed itself."""
    if isinstance(node, ast.JoinedStr):
        return [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    if isinstance(node, ast.BinOp) and syntax.is_text(node):
        return [node.left, node.right]
    if isinstance(node, ast.Tuple | ast.List):
        return node.elts
    if isinstance(node, ast.Await):
        return [node.value]
    return node.args if isinstance(node, ast.Call) and _is_dressing(node) else None


def _is_dressing(node: ast.Call) -> bool:
    name = syntax.last_name(node.func)
    if isinstance(node.func, ast.Name):
        return name in {"round", "float", "int", "abs", "str", "repr", "format"} or name in known_names.SHOWING
    return name in {"format", "dumps"}


def _display(node: ast.expr, shown: Shown, graph: Graph, kinds: ValueKinds) -> Display | None:
    kind = kinds.of(node)
    if not is_computed(kind) and not isinstance(node, ast.Dict):
        return None
    loops = loops_of(shown.places)
    if isinstance(node, ast.Name):
        display = _named(node, shown, kinds, kind.open_names)
        return None if display is None else display._replace(loops=loops)
    key = display_keys.key(node, kinds)
    if key is None and not isinstance(node, ast.Dict) and not _is_table(node):
        return None
    if (key is not None and not _may_be_key(key)) or not _is_made_here(node, shown, graph):
        return None
    if _is_row(node, graph, in_loop=bool(loops)):
        if name_of(node) is None:
            return None
        loops = ()
    whole = shown.expression
    last = shown.last and node is (whole.value if isinstance(whole, ast.Await) else whole)
    known = {**_known_keys(node, kinds), **_known_entry(node, kinds), **_scaled(node, key)}
    return Display(key, None, node.lineno, kind.open_names, node, last, known, _prefix(node), loops)


def _scaled(node: ast.expr, key: str | None) -> dict[str, str | None]:
    """``acc * 100`` shows what a name holds already."""
    name = display_keys.only_name(node)
    return {key: name} if key is not None and name is not None else {}


def _known_entry(node: ast.expr, kinds: ValueKinds) -> dict[str, str | None]:
    """Return what the cell stored where ``best["epoch"]`` reads."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return {}
    read = kinds.graph.references.get(id(node.value), ())
    return _known_of((one for reference in read for one in reference.definitions), kinds)


def _known_of(definitions: Iterable[Definition], kinds: ValueKinds) -> dict[str, str | None]:
    """Return the keys to which bindings and stores assign names, or values that are no metrics at all."""
    known: dict[str, str | None] = {}
    for one in sorted(definitions, key=lambda one: one.line):
        if one.binding is Binding.STORED:
            _store(known, one, kinds)
        else:
            known.update(_known_keys(one.value, kinds))
    return known


def _is_row(node: ast.expr, graph: Graph, *, in_loop: bool) -> bool:
    """``history[-1]``: what the cell collected is recorded as a curve, or has its own name.

    After the loop, ``results[best]`` of a dict is one of its values.
    """
    if not isinstance(node, ast.Subscript) or key_path(node):
        return False
    base = syntax.root(node)
    rows = [one for one in graph.collected.values() if base is not None and one.path[0] == base.id and one.places]
    return any(in_loop or not isinstance(one.node, ast.Assign) or id(one.node) in graph.filled for one in rows)


def _prefix(node: ast.expr) -> str | None:
    """``means.round(2).sort_values()``: a table in another form keeps its name."""
    while (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in known_names.SAME_KIND
    ):
        node = node.func.value
    return node.id if isinstance(node, ast.Name) and _may_be_key(node.id) else None


def _is_table(node: ast.expr) -> bool:
    """Return whether an expression may be a dict or a Series, which needs no name."""
    return isinstance(node, ast.Call | ast.Attribute | ast.Subscript | ast.DictComp)


def _named(node: ast.Name, shown: Shown, kinds: ValueKinds, earlier: frozenset[str]) -> Display | None:
    """Return a dict, Series or frame of the cell that is displayed by its name."""
    graph = kinds.graph
    node = _whole(node, graph)
    held = [one for reference in graph.references.get(id(node), ()) for one in reference.definitions if one.real]
    bound = [one for one in held if one.binding in {Binding.ASSIGNED, Binding.UNPACKED}]
    if not bound or not may_be_metric(node.id) or known_names.is_chosen(node.id):
        return None
    if any(isinstance(one.value, ast.Name) or not _may_hold_results(one.value) for one in bound):
        return None
    stored = (one for one in graph.definitions if one.name == node.id and one.binding is Binding.STORED)
    known = _known_of((*bound, *stored), kinds)
    return Display(None, node.id, node.lineno, earlier, node, shown.last, known, node.id)


def _whole(node: ast.Name, graph: Graph) -> ast.Name:
    """Return the dict that ``for key, value in metrics.items()`` goes through, where its values are displayed."""
    for reference in graph.references.get(id(node), ()):
        for one in reference.definitions:
            iterable = one.value if one.binding is Binding.LOOPED else None
            if isinstance(iterable, ast.Call) and syntax.last_name(iterable.func) == "items":
                base = iterable.func.value if isinstance(iterable.func, ast.Attribute) else None
                if isinstance(base, ast.Name):
                    return base
    return node


def _may_hold_results(value: ast.expr | None) -> bool:
    name = name_of(value) if value is not None else None
    return name is None or not known_names.is_chosen(name)


def _store(known: dict[str, str | None], definition: Definition, kinds: ValueKinds) -> None:
    """Note what a store makes of an entry, or of any entry if the code does not tell which."""
    target, value = definition.node, definition.value
    path = key_path(target) if isinstance(target, ast.Subscript | ast.Attribute) else ()
    if len(path) < 2:
        known.clear()
        return
    key = ".".join(path[1:])
    known.pop(key, None)
    if value is not None:
        known.update(_known(key, value, kinds))


def _known_keys(node: ast.AST | None, kinds: ValueKinds) -> dict[str, str | None]:
    """Return the keys of dict literals whose values are names, or are not metrics at all."""
    found: dict[str, str | None] = {}
    for inner in ast.walk(node) if node is not None else ():
        if isinstance(inner, ast.Dict):
            for key, value in zip(inner.keys, inner.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found.update(_known(key.value, value, kinds))
        elif isinstance(inner, ast.Call) and syntax.last_name(inner.func) == "dict":
            for keyword in inner.keywords:
                found.update(_known(keyword.arg or "", keyword.value, kinds))
    return found


def _known(key: str, value: ast.expr, kinds: ValueKinds) -> dict[str, str | None]:
    inner = unwrapped(value)
    kind = kinds.of(value)
    if isinstance(inner, ast.Name):
        return {key: inner.id if is_computed(kind) and not _is_loop_variable(inner, kinds.graph) else None}
    return {} if is_computed(kind) or isinstance(value, ast.Dict) else {key: None}


def _is_loop_variable(node: ast.Name, graph: Graph) -> bool:
    return any(
        one.binding is Binding.LOOPED
        for reference in graph.references.get(id(node), ())
        for one in reference.definitions
    )


def _may_be_key(key: str) -> bool:
    return may_be_metric(key) and not known_names.is_chosen(key)


def _is_made_here(node: ast.expr, shown: Shown, graph: Graph) -> bool:
    """Return whether the cell made the object of a printed attribute or item, or the name says that it measures."""
    if shown.last or isinstance(node, ast.Call | ast.Dict):
        return True
    if isinstance(node, ast.BinOp) and graph.parts(node).calls:
        return True
    if isinstance(node, ast.Attribute) and (node.attr.endswith("_") or result_words.measures(node.attr)):
        return True
    return any(
        one.real and one.binding is not Binding.LOOPED
        for reference in graph.read_in(node)
        for one in reference.definitions
    )
