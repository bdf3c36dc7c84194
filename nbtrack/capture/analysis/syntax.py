"""Names in code: paths, targets, and the names that a function reads from outside itself."""

from __future__ import annotations

import ast
import itertools
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from nbtrack.capture.analysis import known_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Loop: TypeAlias = ast.For | ast.AsyncFor | ast.While
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp

_Node = TypeVar("_Node", bound=ast.AST)

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_SCOPES = (*FUNCTIONS, ast.Lambda)
_KNOWN = 4096
"""Pieces of code, known by their identity, of which a fact is found once: functions are asked for by each cell."""


def path(node: ast.AST) -> tuple[str, ...]:
    """Return the dotted path of ``a.b.c`` as its parts, or ``()`` for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


def last_name(func: ast.expr) -> str | None:
    """Return the last part of a callee's name: ``svm.SVC`` → ``SVC``."""
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else None


def root(node: ast.AST) -> ast.Name | None:
    """Return the name that ``a.b[0].c(…)`` starts from."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Await):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return None
    return node


def chain(node: ast.AST) -> Iterator[str]:
    """Yield the attribute names from an expression to its root."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Await):
        if isinstance(node, ast.Attribute):
            yield node.attr
        node = node.func if isinstance(node, ast.Call) else node.value


def targets(node: ast.expr) -> Iterator[ast.Name]:
    """Yield the names that an assignment to `node` binds."""
    if isinstance(node, ast.Name):
        yield node
    elif isinstance(node, ast.Starred):
        yield from targets(node.value)
    elif isinstance(node, ast.Tuple | ast.List):
        for element in node.elts:
            yield from targets(element)


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield each name that an import binds, with the dotted path of its origin."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            yield alias.name.partition(".")[0], alias.name.partition(".")[0]


def heads(loop: Loop) -> Iterator[ast.expr]:
    """Yield the expression that decides how often a loop runs."""
    yield loop.test if isinstance(loop, ast.While) else loop.iter


def captures(pattern: ast.pattern) -> Iterator[str]:
    """Yield the names that a ``case`` pattern binds."""
    for node in nodes(pattern):
        if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def before_star(arguments: Iterable[ast.expr]) -> list[ast.expr]:
    """Return the positional arguments whose position is known: those before the first ``*``."""
    return list(itertools.takewhile(lambda one: not isinstance(one, ast.Starred), arguments))


def names_given(call: ast.Call) -> Iterator[str]:
    """Yield the last names of the paths among a call's arguments: ``f`` and ``g`` of ``call(f, key=a.g)``."""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        name = last_name(argument)
        if name is not None:
            yield name


def parameters(arguments: ast.arguments) -> list[str]:
    """Return the names of a function's parameters that can be given by position."""
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]


def defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Yield the parameters of a function that have a default, with that."""
    positional = [*arguments.posonlyargs, *arguments.args]
    if arguments.defaults:
        parts = zip(positional[-len(arguments.defaults) :], arguments.defaults, strict=True)
        yield from ((one.arg, default) for one, default in parts)
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    yield from ((one.arg, default) for one, default in keywords if default is not None)


def all_parameters(arguments: ast.arguments) -> Iterator[str]:
    """Yield the names of all parameters of a function."""
    yield from parameters(arguments)
    yield from (argument.arg for argument in arguments.kwonlyargs)
    yield from (argument.arg for argument in (arguments.vararg, arguments.kwarg) if argument)


def children(node: ast.AST) -> list[ast.AST]:
    """Return the children of a node, in the order of the code, without those that say how a name is used."""
    found: list[ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            found.extend(part for part in value if isinstance(part, ast.AST))
        elif isinstance(value, ast.AST) and field != "ctx":
            found.append(value)
    return found


@lru_cache(maxsize=_KNOWN)
def nodes(code: ast.AST) -> tuple[ast.AST, ...]:
    """Return a node and all nodes below it."""
    found = [code]
    for node in found:
        found.extend(children(node))
    return tuple(found)


@lru_cache(maxsize=_KNOWN)
def calls(code: ast.AST) -> tuple[ast.Call, ...]:
    """Return the calls in a piece of code, including inner scopes."""
    return tuple(node for node in nodes(code) if isinstance(node, ast.Call))


@lru_cache(maxsize=_KNOWN)
def identifiers(code: ast.AST) -> frozenset[str]:
    """Return all names in a piece of code, including those of attributes."""
    names = (node.id if isinstance(node, ast.Name) else getattr(node, "attr", None) for node in nodes(code))
    return frozenset(name for name in names if name is not None)


@lru_cache(maxsize=_KNOWN)
def outside(function: ast.AST) -> Mapping[str, bool]:
    """Return the names that a function or class reads from outside itself; true if it only displays them."""
    reader = _Outside()
    reader.scope(function)
    return reader.found


class _Outside(ast.NodeVisitor):
    """Walks nested scopes and collects the names that none of them binds."""

    def __init__(self) -> None:
        self.found: dict[str, bool] = {}
        self.locals: list[set[str]] = []
        self.shown = 0

    def scope(self, node: ast.AST) -> None:
        self.locals.append(set(_bound_inside(node)))
        if isinstance(node, ast.Lambda):
            self.visit(node.body)
        else:
            for child in getattr(node, "body", ()):
                self.visit(child)
        self.locals.pop()

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, COMPREHENSIONS):
            self._comprehension(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            self._function(node)
        else:
            super().visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and not any(node.id in names for names in self.locals):
            self.found[node.id] = self.found.get(node.id, True) and self.shown > 0

    def visit_Call(self, node: ast.Call) -> None:
        shows = last_name(node.func) in known_names.SHOWING
        self.shown += shows
        self.generic_visit(node)
        self.shown -= shows

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        for decorator in getattr(node, "decorator_list", ()):
            self.visit(decorator)
        self.scope(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for child in (*node.bases, *node.decorator_list):
            self.visit(child)
        self.scope(node)

    def _comprehension(self, node: Comprehension) -> None:
        self.locals.append({name.id for part in node.generators for name in targets(part.target)})
        self.generic_visit(node)
        self.locals.pop()


def _bound_inside(function: ast.AST) -> Iterator[str]:
    """Yield the local names of a function: its parameters and whatever its body binds itself."""
    if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        yield from all_parameters(function.args)
    shared: set[str] = set()
    bound: set[str] = set()
    for node in own_nodes(function):
        if isinstance(node, ast.Global | ast.Nonlocal):
            shared.update(node.names)
        else:
            bound.update(_bindings(node))
    yield from bound - shared


@lru_cache(maxsize=_KNOWN)
def own_nodes(function: ast.AST) -> tuple[ast.AST, ...]:
    """Return the nodes of a scope without those of the scopes inside it."""
    body = getattr(function, "body", [])
    waiting: list[ast.AST] = list(body) if isinstance(body, list) else [body]
    found = []
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, _SCOPES):
            waiting.extend(children(node))
    return tuple(found)


def _bindings(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return (node.id,)
    if isinstance(node, FUNCTIONS):
        return (node.name,)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [name for name, _ in imported(node)]
    if isinstance(node, ast.ExceptHandler) and node.name:
        return (node.name,)
    return list(captures(node)) if isinstance(node, ast.pattern) else ()


def copy_tree(node: _Node, copies: dict[int, ast.AST] | None = None) -> _Node:
    """Return a copy of a tree with the fields and positions of its nodes, without any other attributes of them.

    Nodes without either, such as ``ast.Load()``, are shared by all trees. `copies` takes the copy of each other node,
    by the ``id`` of the node.
    """
    attributes = node._attributes  # noqa: SLF001 # documented, like `_fields`
    if not node._fields and not attributes:
        return node
    fields = {name: _copy_field(getattr(node, name), copies) for name in node._fields if hasattr(node, name)}
    positions = {name: getattr(node, name) for name in attributes if hasattr(node, name)}
    copied = type(node)(**fields, **positions)
    if copies is not None:
        copies[id(node)] = copied
    return copied


def _copy_field(value: object, copies: dict[int, ast.AST] | None) -> object:
    if isinstance(value, ast.AST):
        return copy_tree(value, copies)
    return [_copy_field(each, copies) for each in value] if isinstance(value, list) else value


def shared_writes(function: ast.AST) -> set[str]:
    """Return the names that a function declares as global."""
    return {name for node in own_nodes(function) if isinstance(node, ast.Global) for name in node.names}


def generates(function: ast.AST) -> bool:
    """Return whether calling a function makes a generator."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function))


def is_text(node: ast.expr) -> bool:
    """Return whether an expression is a string: ``"loss " + str(loss)``, ``"%d" % n``, ``f"{x}"``."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return True
    if isinstance(node, ast.BinOp):
        sides = (node.left,) if isinstance(node.op, ast.Mod) else (node.left, node.right)
        return isinstance(node.op, ast.Mod | ast.Add) and any(is_text(side) for side in sides)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"str", "repr", "format"}
