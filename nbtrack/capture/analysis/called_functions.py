"""The functions that a cell calls and whose code belongs to the notebook or to a module in its folder.

They are found by the names in the code, including those that such functions call. A method is found only by its name,
in all classes: following one that is never called costs nothing.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_DEEPEST = 6
_MOST = 50
_HARMLESS_DECORATORS = frozenset({"staticmethod", "classmethod", "no_grad", "inference_mode", "enable_grad"})


class Scope(NamedTuple):
    """Where code looks up names: the notebook (None), or a module."""

    module: str | None
    functions: Mapping[str, ast.AST]
    """The functions and classes at its top level."""
    origins: Mapping[str, str]
    """The dotted path of each name that it imports."""


class Callee(NamedTuple):
    """A function that may be followed."""

    scope: Scope
    path: tuple[str, ...]
    """Its name, or those of its class and itself."""
    node: ast.FunctionDef
    definition: syntax.Function
    """The statement at the top level that defines it: itself, or its class."""

    @property
    def key(self) -> tuple[str | None, tuple[str, ...]]:
        """What distinguishes it from others."""
        return self.scope.module, self.path


class CalledFunction:
    """A function that a cell calls, itself or through others.

    - `used`: whether anything uses the value of a call
    - `kept_whole`: whether each such call is only bound to a name, ``history = train()``
    - `calls`: its calls in the code of the cell
    - `has_other_callers`: whether other functions that the cell calls call it as well
    - `is_bare`: whether the cell itself calls it and discards its value
    """

    def __init__(self, callee: Callee) -> None:
        self.callee = callee
        self.used = False
        self.kept_whole = True
        self.has_other_callers = False
        self.is_bare = False
        self.calls: list[ast.Call] = []


def called(
    tree: ast.Module, scope: Scope, module: Callable[[str], Scope | None], given: frozenset[str] = frozenset()
) -> list[CalledFunction]:
    """Return the functions that a cell calls; `module` returns the scope of a module that may be followed.

    Functions that are arguments of calls are left out, since these may read their code: calls of the cell itself, and
    those of earlier cells, `given`, that made what this one uses.
    """
    return _Search(module, given).run(tree, scope)


class _Search:
    def __init__(self, module: Callable[[str], Scope | None], given: frozenset[str]) -> None:
        self._module, self._given = module, given
        self._found: dict[tuple[str | None, tuple[str, ...]], CalledFunction] = {}
        self._bound: dict[str, list[ast.expr]] = {}
        """What the cell binds to names."""
        self._classes: dict[str | None, list[tuple[ast.ClassDef, Scope]]] = {}

    def run(self, tree: ast.Module, scope: Scope) -> list[CalledFunction]:
        last = tree.body[-1] if tree.body else None
        for node in syntax.own_nodes(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._bound.setdefault(node.targets[0].id, []).append(node.value)
        waiting = self._calls(tree, scope, None, bare_calls(tree) - {id(getattr(last, "value", None))}, own=True)
        for _ in range(_DEEPEST - 1):
            waiting = [
                later
                for one in waiting
                for later in self._calls(one.node, one.scope, one, bare_calls(one.node), own=False)
            ]
        return list(self._found.values())

    def _calls(
        self, code: ast.AST, scope: Scope, caller: Callee | None, bare: frozenset[int], *, own: bool
    ) -> list[Callee]:
        """Add the calls of a piece of code; return the functions that were not seen before."""
        fresh: list[Callee] = []
        calls = [node for node in syntax.own_nodes(code) if isinstance(node, ast.Call)]
        passed, whole = self._given.union(_passed(code)), _bound_whole(code)
        for call in calls:
            for callee in self._callees(call, scope, caller):
                if callee.path[-1] in passed or not _is_plain(callee.node):
                    continue
                if callee.key not in self._found:
                    if len(self._found) == _MOST:
                        return fresh
                    self._found[callee.key] = CalledFunction(callee)
                    fresh.append(callee)
                found = self._found[callee.key]
                found.used = found.used or id(call) not in bare
                found.kept_whole = found.kept_whole and (id(call) in bare or id(call) in whole)
                found.calls.extend([call] if own else [])
                is_other = caller is not None and caller.key != callee.key
                found.has_other_callers = found.has_other_callers or is_other
                found.is_bare = found.is_bare or (own and id(call) in bare)
        return fresh

    def _callees(self, call: ast.Call, scope: Scope, caller: Callee | None) -> Iterator[Callee]:
        if isinstance(call.func, ast.Name):
            yield from self._named(call.func.id, scope)
        elif isinstance(call.func, ast.Attribute):
            yield from self._attribute(call.func, scope, caller)

    def _named(self, name: str, scope: Scope) -> Iterator[Callee]:
        """Yield the function that a name refers to, or the methods that make an object of a class."""
        node = scope.functions.get(name)
        if isinstance(node, ast.FunctionDef):
            yield Callee(scope, (name,), node, node)
        elif isinstance(node, ast.ClassDef):
            yield from _method(node, "__init__", scope)
        elif name in scope.origins:
            origin, _, last = scope.origins[name].rpartition(".")
            other = self._module(origin) if origin else None
            if other is not None:
                yield from self._named(last, other)

    def _attribute(self, func: ast.Attribute, scope: Scope, caller: Callee | None) -> Iterator[Callee]:
        base = syntax.root(func)
        if base is not None and base.id in scope.origins and isinstance(func.value, ast.Name | ast.Attribute):
            yield from self._of_import(func, base.id, scope)
            return
        own = caller.definition if caller is not None and base is not None and base.id == "self" else None
        if isinstance(own, ast.ClassDef) and any(_method(own, func.attr, scope)):
            yield from _method(own, func.attr, scope)
            return
        made = self._class_made(base, scope) if isinstance(func.value, ast.Name) else None
        for node, home in self._classes_of(scope):
            if made is None or node is made:
                yield from _method(node, func.attr, home)

    def _class_made(self, name: ast.Name | None, scope: Scope) -> ast.ClassDef | None:
        """Return the class of the object that a name holds, if the cell makes that and never rebinds the name."""
        values = self._bound.get(name.id, ()) if name is not None else ()
        classes = [
            scope.functions.get(syntax.last_name(each.func) or "") for each in values if isinstance(each, ast.Call)
        ]
        first = classes[0] if len(classes) == len(values) > 0 else None
        return first if isinstance(first, ast.ClassDef) and all(each is first for each in classes) else None

    def _of_import(self, func: ast.Attribute, base: str, scope: Scope) -> Iterator[Callee]:
        """``helpers.train(…)``, where `helpers` is a module, and ``Trainer.run(…)``, where it is a class."""
        path = ".".join((scope.origins[base], *syntax.path(func.value)[1:]))
        other = self._module(path)
        if other is not None:
            yield from self._named(func.attr, other)

    def _classes_of(self, scope: Scope) -> list[tuple[ast.ClassDef, Scope]]:
        """Return the classes of the objects that a scope may use."""
        if scope.module not in self._classes:
            own = [(node, scope) for node in scope.functions.values() if isinstance(node, ast.ClassDef)]
            self._classes[scope.module] = [*own, *self._imported_classes(scope)]
        return self._classes[scope.module]

    def _imported_classes(self, scope: Scope) -> Iterator[tuple[ast.ClassDef, Scope]]:
        for origin in scope.origins.values():
            module, _, name = origin.rpartition(".")
            other = self._module(module) if module else None
            node = other.functions.get(name) if other is not None else None
            if other is not None and isinstance(node, ast.ClassDef):
                yield node, other


def _method(node: ast.ClassDef, name: str, scope: Scope) -> Iterator[Callee]:
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == name:
            yield Callee(scope, (node.name, name), part, node)


def bare_calls(code: ast.AST) -> frozenset[int]:
    """Return the calls (by ``id``) whose value is discarded."""
    return frozenset(id(node.value) for node in syntax.own_nodes(code) if isinstance(node, ast.Expr))


def _bound_whole(code: ast.AST) -> frozenset[int]:
    """Return the calls (by ``id``) whose value is bound to a name unchanged."""
    return frozenset(
        id(node.value)
        for node in syntax.own_nodes(code)
        if isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets)
    )


def _passed(code: ast.AST) -> Iterator[str]:
    """Yield the names of the arguments of calls, which may compile a function or run it in another process.

    Also yield those whose ``__code__`` is read.
    """
    for node in syntax.own_nodes(code):
        if isinstance(node, ast.Call):
            yield from syntax.names_given(node)
        elif isinstance(node, ast.Attribute) and node.attr == "__code__":
            yield syntax.last_name(node.value) or ""


def _is_plain(node: ast.FunctionDef) -> bool:
    """Return whether a function runs when it is called (it is no generator) and no decorator replaces it."""
    decorators = {syntax.last_name(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list}
    return decorators <= _HARMLESS_DECORATORS and not syntax.generates(node)
