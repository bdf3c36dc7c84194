"""The constants given in the calls of a cell, with the names of their parameters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from nbtrack.capture.analysis import constant_folding, known_names, syntax
from nbtrack.capture.analysis.constant_folding import Missing, Value
from nbtrack.capture.analysis.container_updates import DICT_METHODS
from nbtrack.capture.analysis.def_use import Binding, Graph, Place
from nbtrack.capture.analysis.experiment_calls import ExperimentCalls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Parameter: TypeAlias = str | int
"""The name of a parameter, or its position from 0 where only the callee knows its name."""


class Argument(NamedTuple):
    """A constant given in a call."""

    callee: str
    keyword: Parameter
    value: Value
    line: int
    call: ast.Call
    owner: str | None
    """The name of the object that the call made."""
    holder: str | None
    """The name of what was made with that object inside."""
    branches: tuple[Place, ...]

    @property
    def path(self) -> tuple[str, ...]:
        """How the call names its callee, with ``""`` for a call in between: ``("SVC", "", "fit")``."""
        return tuple(_path(self.call.func))


class CallReader:
    """Reads the constants given in the calls of one cell.

    `is_earlier_object` is that of `ExperimentCalls`.
    """

    def __init__(self, graph: Graph, is_earlier_object: Callable[[str], bool]) -> None:
        self.graph = graph
        self.experiment = ExperimentCalls(graph, is_earlier_object)
        self._known: dict[int, list[Argument]] = {}
        self._holders: dict[int, str] = {}
        self._owners: dict[int, str] = {}
        for one in graph.definitions:
            if one.binding is Binding.ASSIGNED and one.value is not None:
                self._holders.update((id(call), one.name) for call in graph.parts(one.value).calls)
                self._owners.update((id(node), one.name) for node in _makers(one.value))

    def arguments(self, expressions: Iterable[ast.expr]) -> Iterator[Argument]:
        """Yield the constants given in the calls in these expressions."""
        for expression in expressions:
            for call in self.graph.parts(expression).calls:
                yield from self.of(call)

    def of(self, call: ast.Call) -> list[Argument]:
        """Return the constants given in one call; none for a call that displays or plots."""
        if id(call) not in self._known:
            self._known[id(call)] = [] if id(call) in self.graph.quiet else list(self._in_call(call))
        return self._known[id(call)]

    def given(self, call: ast.Call) -> Iterator[tuple[Parameter, ast.expr]]:
        """Yield the arguments of a call, by parameter."""
        yield from self._by_position(call, syntax.last_name(call.func) or "")
        yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg is not None)

    def argument(self, call: ast.Call, keyword: Parameter, value: Value, line: int) -> Argument:
        """Return an argument of a call whose value is known to be constant."""
        branches = tuple(place for place in self.graph.calls.get(id(call), ()) if place.conditional)
        owner, holder = self._owners.get(id(call)), self._holders.get(id(call))
        return Argument(syntax.last_name(call.func) or "", keyword, value, line, call, owner, holder, branches)

    def _in_call(self, call: ast.Call) -> Iterator[Argument]:
        callee = syntax.last_name(call.func)
        if (
            callee is None
            or self.graph.callee(call) in known_names.SHOWING | known_names.PROGRESS
            or self._is_plumbing(call, callee)
            or (id(call) in self.graph.bare and callee in DICT_METHODS)
        ):
            return
        for keyword, node in self.given(call):
            value = _constant(node)
            if not isinstance(value, Missing) and is_recorded(keyword, value):
                yield self.argument(call, keyword, value, node.lineno)
        if not call.args and not call.keywords:
            for name, default in self._defaults(call):
                if is_recorded(name, default):
                    yield self.argument(call, name, default, call.lineno)

    def _defaults(self, call: ast.Call) -> Iterator[tuple[str, Value]]:
        """Yield the constant defaults of a class of the notebook that trains, for an object without arguments."""
        owner = self.graph.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
        maker = _of_class(owner, "__init__") if isinstance(owner, ast.ClassDef) else None
        if not isinstance(maker, ast.FunctionDef) or not self.experiment.training.trains(call):
            return
        for name, node in syntax.defaults(maker.args):
            value = _constant(node)
            if value is not None and not isinstance(value, Missing):
                yield name, value

    def _is_plumbing(self, call: ast.Call, callee: str) -> bool:
        """Return whether a call is of a builtin, which has no settings of an experiment."""
        return isinstance(call.func, ast.Name) and callee in known_names.PLUMBING and callee not in self.graph.functions

    def _by_position(self, call: ast.Call, callee: str) -> Iterator[tuple[Parameter, ast.expr]]:
        """Yield the positional arguments, if the notebook or the callee itself names the parameters."""
        function = self._function(call, callee)
        for parameter, argument in zip(_positions(function), call.args, strict=False):
            if isinstance(argument, ast.Starred):
                return
            yield parameter, argument
        if function is None:
            yield from self._by_number(call)

    def _by_number(self, call: ast.Call) -> Iterator[tuple[int, ast.expr]]:
        """Yield the positional arguments of a call that makes or trains an object; a list given to a method is data."""
        is_class = self.experiment.is_class(call)
        if is_class or self.experiment.training.trains(call) or id(call) in self.graph.bare:
            for position, argument in enumerate(syntax.before_star(call.args)):
                if is_class or not isinstance(argument, ast.List | ast.Tuple):
                    yield position, argument

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


def is_recorded(keyword: Parameter, value: object) -> bool:
    """Return whether a parameter is a setting: one that can influence results, and no file, folder or device."""
    if isinstance(keyword, int):
        return True
    is_place = isinstance(value, str) and known_names.is_place(keyword)
    return keyword not in known_names.UNRECORDED_KEYWORDS and not is_place


def _constant(node: ast.expr) -> Value | Missing:
    """Return the value of a constant; a set becomes a list in the order of the code."""
    return constant_folding.value(ast.List(node.elts, ast.Load()) if isinstance(node, ast.Set) else node)


def _path(func: ast.expr) -> Iterator[str]:
    if isinstance(func, ast.Attribute):
        yield from _path(func.value)
        yield func.attr
    elif isinstance(func, ast.Call):
        yield from _path(func.func)
        yield ""
    else:
        yield func.id if isinstance(func, ast.Name) else "?"


def _makers(value: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls of ``await A(…).fit(…)``, whose object the name refers to; of ``A(…)(x)`` only the last."""
    node: ast.expr = value
    while isinstance(node, ast.Call | ast.Attribute | ast.Await | ast.Subscript):
        if isinstance(node, ast.Call):
            yield node
            if isinstance(node.func, ast.Call):
                return
        node = node.func if isinstance(node, ast.Call) else node.value


def _of_class(owner: ast.ClassDef, name: str) -> ast.AST | None:
    return next(
        (part for part in owner.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name == name),
        None,
    )


def _positions(function: ast.AST | None) -> list[str]:
    """Return the parameters that a call can give by position."""
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
