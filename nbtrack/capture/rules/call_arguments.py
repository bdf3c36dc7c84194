"""P4: constants given in the calls that a result depends on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import constant_folding, known_names, syntax
from nbtrack.capture.analysis.constant_folding import Missing, Value
from nbtrack.capture.analysis.container_updates import DICT_METHODS
from nbtrack.capture.analysis.def_use import Binding, Graph, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Given(NamedTuple):
    """A constant given in a call."""

    callee: str
    keyword: str
    value: Value
    line: int
    call: ast.Call
    owner: str | None
    """The name of the object that the call made."""
    holder: str | None
    """The name of what was made with that object inside."""
    branches: tuple[Place, ...]


class Calls:
    """Reads the constants given in the calls of a cell."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._known: dict[int, list[Given]] = {}
        self.holders: dict[int, str] = {}
        self.owners: dict[int, str] = {}
        for one in graph.definitions:
            if one.binding is Binding.ASSIGNED and one.value is not None:
                self.holders.update((id(call), one.name) for call in graph.parts(one.value).calls)
                self.owners.update((id(node), one.name) for node in _makers(one.value))

    def given(self, expressions: Iterable[ast.expr]) -> Iterator[Given]:
        """Yield the constants given in the calls inside these expressions."""
        for expression in expressions:
            for call in self.graph.parts(expression).calls:
                if id(call) not in self._known:
                    self._known[id(call)] = [] if id(call) in self.graph.quiet else list(self._in_call(call))
                yield from self._known[id(call)]

    def _in_call(self, call: ast.Call) -> Iterator[Given]:
        callee = syntax.last_name(call.func)
        if (
            callee is None
            or self.graph.callee(call) in known_names.SHOWING | known_names.PROGRESS
            or self._is_plumbing(call, callee)
            or (id(call) in self.graph.bare and callee in DICT_METHODS)
        ):
            return
        branches = tuple(place for place in self.graph.calls.get(id(call), ()) if place.conditional)
        for keyword, node in (*self._by_position(call, callee), *_by_keyword(call)):
            value = constant_folding.value(node)
            if not isinstance(value, Missing) and keyword not in known_names.UNRECORDED_KEYWORDS:
                owner, holder = self.owners.get(id(call)), self.holders.get(id(call))
                yield Given(callee, keyword, value, node.lineno, call, owner, holder, branches)

    def _is_plumbing(self, call: ast.Call, callee: str) -> bool:
        """Tell whether a call is of a builtin, which has no settings of an experiment."""
        return isinstance(call.func, ast.Name) and callee in known_names.PLUMBING and callee not in self.graph.functions

    def _by_position(self, call: ast.Call, callee: str) -> Iterator[tuple[str, ast.expr]]:
        """Yield the arguments by position of a function that the notebook defines."""
        function = self._function(call, callee)
        for parameter, argument in zip(_positions(function), call.args, strict=False):
            if isinstance(argument, ast.Starred):
                return
            yield parameter, argument

    def _function(self, call: ast.Call, callee: str) -> ast.AST | None:
        if isinstance(call.func, ast.Name):
            return self._lambda(call.func) or self.graph.functions.get(callee)
        base = syntax.root(call.func)
        if base is None or not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
            return None
        return self._method(base, callee)

    def _lambda(self, func: ast.Name) -> ast.AST | None:
        values = [one.value for reference in self.graph.references.get(id(func), ()) for one in reference.definitions]
        return next((value for value in values if isinstance(value, ast.Lambda)), None)

    def _method(self, base: ast.Name, callee: str) -> ast.AST | None:
        """Return a method of an object whose class the notebook defines."""
        for reference in self.graph.references.get(id(base), ()):
            for one in reference.definitions:
                maker = one.value.func if isinstance(one.value, ast.Call) and one.real else None
                owner = self.graph.functions.get(maker.id) if isinstance(maker, ast.Name) else None
                if isinstance(owner, ast.ClassDef):
                    return _of_class(owner, callee)
        return None


def _makers(value: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls of ``await A(…).fit(…)``, whose object the name stands for."""
    node: ast.expr = value
    while isinstance(node, ast.Call | ast.Attribute | ast.Await | ast.Subscript):
        if isinstance(node, ast.Call):
            yield node
        node = node.func if isinstance(node, ast.Call) else node.value


def _of_class(owner: ast.ClassDef, name: str) -> ast.AST | None:
    return next(
        (part for part in owner.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name == name),
        None,
    )


def _positions(function: ast.AST | None) -> list[str]:
    """Return the parameters that a call fills by position."""
    if isinstance(function, ast.ClassDef):
        maker = _of_class(function, "__init__")
        return _positions(maker) if maker is not None else _fields(function)
    if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        found = syntax.parameters(function.args)
        return found[1:] if found[:1] in (["self"], ["cls"]) else found
    return []


def _fields(node: ast.ClassDef) -> list[str]:
    return [
        part.target.id for part in node.body if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]


def _by_keyword(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value


def sides(call: ast.Call, parents: Mapping[int, ast.AST]) -> Iterator[ast.expr]:
    """Yield the sides of conditional expressions that a call stands in."""
    node: ast.AST = call
    while not isinstance(node, ast.stmt) and id(node) in parents:
        above = parents[id(node)]
        if isinstance(above, ast.IfExp) and node is not above.test and isinstance(node, ast.expr):
            yield node
        node = above


def keys(given: Iterable[Given]) -> dict[str, Given]:
    """Return the constants by key: ``callee.keyword``, or ``name.keyword`` where that would collide."""
    by_key: dict[str, list[Given]] = {}
    for one in given:
        by_key.setdefault(f"{one.callee}.{one.keyword}", []).append(one)
    found: dict[str, Given] = {}
    for key, group in by_key.items():
        for one in group:
            own = _own_key(key, one, group)
            if own != key or own not in found:
                found[own] = one
    return found


def _own_key(key: str, one: Given, group: list[Given]) -> str:
    if not any(type(other.value) is not type(one.value) or other.value != one.value for other in group):
        return key
    if one.owner:
        return f"{one.owner}.{one.keyword}"
    apart = len({other.holder for other in group}) == len(group)
    return f"{one.holder}.{one.keyword}" if one.holder and apart else key


def trained(graph: Graph) -> Iterator[tuple[ast.expr, str | None]]:
    """Yield the expressions that train a model, with the name that must hold something for it to have happened."""
    for one in graph.definitions:
        kept = one.binding in {Binding.ASSIGNED, Binding.UNPACKED} and one in graph.exit.get(one.name, ())
        if kept and one.value is not None and _trains(one.value, graph):
            yield one.value, one.name
    for call in graph.bare.values():
        if _trains(call, graph):
            yield call, None


def _trains(node: ast.AST, graph: Graph) -> bool:
    return any(syntax.last_name(call.func) in known_names.TRAINING for call in graph.parts(node).calls)
