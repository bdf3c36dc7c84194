"""A constant given in a call that a result depends on is a parameter: ``callee.keyword``.

A cell::

    def train(model, epochs):
        return len(model) / epochs

    loss = train("net", 3)

Parameters::

    train.model = 'net'
    train.epochs = 3
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import constant_folding, known_names, syntax
from nbtrack.capture.analysis.constant_folding import Missing, Value
from nbtrack.capture.analysis.container_updates import DICT_METHODS
from nbtrack.capture.analysis.def_use import Binding, Graph, Place
from nbtrack.capture.analysis.slices import Slices
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbtrack.capture.rules.rule import CellCode, CellValues


class CallArguments(Rule):
    """Constants in the calls that results were computed by, or that train a model."""

    code = "P4"
    origin = "argument of a call on line {line}"

    def __init__(self, code: CellCode) -> None:
        calls, graph = _Calls(code.graph), code.graph
        roots: dict[int, set[str]] = {}
        found: dict[tuple[int, str], _Argument] = {}
        for root, expressions in _slices(code):
            for one in calls.arguments(expressions):
                found[(id(one.call), one.keyword)] = one
                roots.setdefault(id(one.call), set()).add(root)
        ordered = sorted(found.values(), key=lambda one: (one.line, getattr(one.call, "col_offset", 0)))
        self._candidates = []
        for one in ordered:
            branches = code.points.watch(one.branches), code.points.watch_sides(_sides(one.call, graph.parents))
            self._candidates.append(_Candidate(one, frozenset(roots[id(one.call)]), (*branches[0], *branches[1])))
        self._container_calls = code.container_calls

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the constants of calls that were made, and of which something came."""
        counted = [one.argument for one in self._candidates if self._counts(one, values)]
        for key, one in _by_key(counted).items():
            yield Fact(key, one.value, self.code, one.line)

    def _counts(self, candidate: _Candidate, values: CellValues) -> bool:
        containers = self._container_calls.get(id(candidate.argument.call), ())
        if any(f"container:{name}" in values.came_about for name in containers):
            return False
        if not values.entered(candidate.branches):
            return False
        roots = candidate.roots
        kept = any(root.startswith("name:") and values.exists(root[5:]) for root in roots)
        return bool(roots & values.came_about) or kept or ("trained" in roots and not values.failed)


class _Candidate(NamedTuple):
    """An argument, and what must have happened for it to count."""

    argument: _Argument
    roots: frozenset[str]
    """It counts if one of these came about: a result, ``name:NAME`` for a kept model, or ``trained``."""
    branches: tuple[int, ...]


def _slices(code: CellCode) -> Iterator[tuple[str, Iterable[ast.expr]]]:
    """Yield what each result was computed from, under its root."""
    slices = Slices(code.graph, frozenset(code.containers))
    for outcome in code.outcomes:
        yield outcome.root, slices.back(outcome.definitions, *outcome.expressions)
    for expression, name in _trained(code.graph):
        yield f"name:{name}" if name else "trained", slices.back((), expression)


class _Argument(NamedTuple):
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


class _Calls:
    """Reads the constants given in the calls of a cell."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._known: dict[int, list[_Argument]] = {}
        self.holders: dict[int, str] = {}
        self.owners: dict[int, str] = {}
        for one in graph.definitions:
            if one.binding is Binding.ASSIGNED and one.value is not None:
                self.holders.update((id(call), one.name) for call in graph.parts(one.value).calls)
                self.owners.update((id(node), one.name) for node in _makers(one.value))

    def arguments(self, expressions: Iterable[ast.expr]) -> Iterator[_Argument]:
        """Yield the constants given in the calls inside these expressions."""
        for expression in expressions:
            for call in self.graph.parts(expression).calls:
                if id(call) not in self._known:
                    self._known[id(call)] = [] if id(call) in self.graph.quiet else list(self._in_call(call))
                yield from self._known[id(call)]

    def _in_call(self, call: ast.Call) -> Iterator[_Argument]:
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
                yield _Argument(callee, keyword, value, node.lineno, call, owner, holder, branches)

    def _is_plumbing(self, call: ast.Call, callee: str) -> bool:
        """Return whether a call is of a builtin, which has no settings of an experiment."""
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
    """Yield the calls of ``await A(…).fit(…)``, whose object the name refers to."""
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


def _sides(call: ast.Call, parents: Mapping[int, ast.AST]) -> Iterator[ast.expr]:
    """Yield the sides of the conditional expressions around a call."""
    node: ast.AST = call
    while not isinstance(node, ast.stmt) and id(node) in parents:
        above = parents[id(node)]
        if isinstance(above, ast.IfExp) and node is not above.test and isinstance(node, ast.expr):
            yield node
        node = above


def _by_key(arguments: Iterable[_Argument]) -> dict[str, _Argument]:
    """Return the constants by key: ``callee.keyword``, or ``name.keyword`` where that would collide."""
    groups: dict[str, list[_Argument]] = {}
    for one in arguments:
        groups.setdefault(f"{one.callee}.{one.keyword}", []).append(one)
    found: dict[str, _Argument] = {}
    for key, group in groups.items():
        for one in group:
            own = _own_key(key, one, group)
            if own != key or own not in found:
                found[own] = one
    return found


def _own_key(key: str, one: _Argument, group: list[_Argument]) -> str:
    if not any(type(other.value) is not type(one.value) or other.value != one.value for other in group):
        return key
    if one.owner:
        return f"{one.owner}.{one.keyword}"
    apart = len({other.holder for other in group}) == len(group)
    return f"{one.holder}.{one.keyword}" if one.holder and apart else key


def _trained(graph: Graph) -> Iterator[tuple[ast.expr, str | None]]:
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
