"""A number that the cell displays, or each number of a dict, a Series or a one-row frame, is a metric.

A cell::

    import math
    print(f"{math.hypot(3, 4):.2f}")
    scores = {"a": math.sqrt(4), "b": math.sqrt(9)}
    scores

Metrics::

    hypot = 5.0
    scores.a = 2.0
    scores.b = 3.0
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import known_names, syntax
from nbtrack.capture.analysis.def_use import Binding, Definition, Graph, Shown, key_path
from nbtrack.capture.analysis.value_kinds import is_computed
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.expression_names import name_of, unwrapped
from nbtrack.capture.rules.results import may_be_metric
from nbtrack.capture.rules.rule import Outcome, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbtrack.capture.analysis.value_kinds import ValueKinds
    from nbtrack.capture.rules.rule import CellCode, CellValues


class DisplayedValues(Rule):
    """The cell's last expression, and what it prints."""

    code = "M2"
    origin = "value displayed on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._displays = list(_displays(code.graph, code.kinds))
        for number, one in enumerate(self._displays):
            code.displays[id(one.expression)] = number
            code.outcomes.append(Outcome(f"display:{number}", (), (one.expression,)))
            if one.last:
                code.last_displays.add(number)
            elif one.name is None:
                code.points.show(number, one.expression)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the numbers that were displayed and that no other rule has recorded."""
        recorded = frozenset(values.metric_keys)
        for number, one in enumerate(self._displays):
            if values.rest_on_settings(one.earlier):
                continue
            for key, value in _numbers(number, one, values).items():
                known = one.known.get(key, "")
                if known is not None and known not in recorded and _may_be_shown(key):
                    values.came_about.add(f"display:{number}")
                    yield Fact(f"{one.prefix}.{key}" if one.prefix else key, value, self.code, one.line)


class _Display(NamedTuple):
    """A displayed expression whose value is a metric, or holds one per key."""

    key: str | None
    name: str | None
    """The variable it reads, where the expression is a mere name."""
    line: int
    earlier: frozenset[str]
    expression: ast.expr
    last: bool
    known: dict[str, str | None]
    """Keys that hold what a name holds already, or (None) what is no metric."""
    prefix: str | None = None
    """The name before the keys of what is displayed, where it has one."""


def _numbers(number: int, display: _Display, values: CellValues) -> dict[str, int | float]:
    """Return the numbers that a displayed expression gives, by key."""
    found = values.displayed(number, display.name, last=display.last)
    if isinstance(found, dict):
        return found
    return {display.key: found} if found is not None and display.key is not None and display.name is None else {}


def _may_be_shown(key: str) -> bool:
    return not key.startswith("_") and key not in {"count", "nunique", "size"}


def _displays(graph: Graph, kinds: ValueKinds) -> Iterator[_Display]:
    for shown in graph.shown.values():
        for expression in _direct(shown.expression):
            display = _display(expression, shown, graph, kinds)
            if display is not None:
                yield display


def _direct(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what a displayed expression shows, without the formatting and rounding around it."""
    if isinstance(node, ast.JoinedStr):
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield from _direct(value.value)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        for value in node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]:
            yield from _direct(value)
    elif isinstance(node, ast.Await):
        yield from _direct(node.value)
    elif isinstance(node, ast.Call) and _is_dressing(node):
        for argument in node.args:
            yield from _direct(argument)
    else:
        yield node


def _is_dressing(node: ast.Call) -> bool:
    name = syntax.last_name(node.func)
    if isinstance(node.func, ast.Name):
        return name in {"round", "float", "int", "abs", "str", "repr", "format"} or name in known_names.SHOWING
    return name in {"format", "dumps"}


def _display(node: ast.expr, shown: Shown, graph: Graph, kinds: ValueKinds) -> _Display | None:
    kind = kinds.of(node)
    if not is_computed(kind) and not isinstance(node, ast.Dict):
        return None
    earlier = kind.open_names
    if isinstance(node, ast.Name):
        return _named(node, shown, kinds, earlier)
    key = name_of(node)
    if key is None and not isinstance(node, ast.Dict) and not _is_table(node):
        return None
    if (key is not None and not _may_be_key(key)) or not _is_made_here(node, shown, graph) or _is_row(node, graph):
        return None
    whole = shown.expression
    last = shown.last and node is (whole.value if isinstance(whole, ast.Await) else whole)
    known = {**_known_keys(node, kinds), **_known_entry(node, kinds)}
    return _Display(key, None, node.lineno, earlier, node, last, known, _prefix(node))


def _known_entry(node: ast.expr, kinds: ValueKinds) -> dict[str, str | None]:
    """Return what the cell put where ``best["epoch"]`` reads."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return {}
    read = kinds.graph.references.get(id(node.value), ())
    return _known_of((one for reference in read for one in reference.definitions), kinds)


def _known_of(definitions: Iterable[Definition], kinds: ValueKinds) -> dict[str, str | None]:
    """Return the keys that bindings and stores fill with names, or with what is no metric at all."""
    known: dict[str, str | None] = {}
    for one in sorted(definitions, key=lambda one: one.line):
        if one.binding is Binding.STORED:
            _store(known, one, kinds)
        else:
            known.update(_known_keys(one.value, kinds))
    return known


def _is_row(node: ast.expr, graph: Graph) -> bool:
    """``history[-1]``: what the cell collected is recorded as a curve, or has a name of its own."""
    base = syntax.root(node) if isinstance(node, ast.Subscript) and name_of(node) is None else None
    return base is not None and any(one.path[0] == base.id and one.places for one in graph.collected.values())


def _prefix(node: ast.expr) -> str | None:
    """``means.round(2).sort_values()``: a table in another form keeps its name."""
    while (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in known_names.SAME_KIND
    ):
        node = node.func.value
    return node.id if isinstance(node, ast.Name) and _may_be_key(node.id) else None


def _is_table(node: ast.expr) -> bool:
    """Return whether an expression may be a dict or a Series, which needs no name of its own."""
    return isinstance(node, ast.Call | ast.Attribute | ast.Subscript | ast.DictComp)


def _named(node: ast.Name, shown: Shown, kinds: ValueKinds, earlier: frozenset[str]) -> _Display | None:
    """Return a dict, Series or frame of the cell that is displayed by its name."""
    graph = kinds.graph
    held = [one for reference in graph.references.get(id(node), ()) for one in reference.definitions if one.real]
    bound = [one for one in held if one.binding in {Binding.ASSIGNED, Binding.UNPACKED}]
    if not bound or not may_be_metric(node.id) or known_names.is_chosen(node.id):
        return None
    if any(isinstance(one.value, ast.Name) or not _may_hold_results(one.value) for one in bound):
        return None
    stored = (one for one in graph.definitions if one.name == node.id and one.binding is Binding.STORED)
    known = _known_of((*bound, *stored), kinds)
    return _Display(None, node.id, node.lineno, earlier, node, shown.last, known, node.id)


def _may_hold_results(value: ast.expr | None) -> bool:
    name = name_of(value) if value is not None else None
    return name is None or not known_names.is_chosen(name)


def _store(known: dict[str, str | None], definition: Definition, kinds: ValueKinds) -> None:
    """Note what a store makes of an entry; of any, where the code does not tell which."""
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
    """Return the keys of dict displays whose values are names, or are no metrics at all."""
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
    """Return whether the cell made the object that a printed attribute or item belongs to."""
    if shown.last or isinstance(node, ast.Call | ast.Dict):
        return True
    return any(
        one.real and one.binding is not Binding.LOOPED
        for reference in graph.read_in(node)
        for one in reference.definitions
    )
