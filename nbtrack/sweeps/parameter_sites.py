"""Where the code of a cell gives its parameters their values.

A cell::

    lr = 0.1
    cfg = {"depth": 3}
    model = SVC(C=10).fit(X, y)

Its sites: ``lr``, ``cfg.depth`` and ``SVC.C``, each with the expression that a sweep replaces.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture.analysis import constant_folding, data_flow, known_names, syntax
from nbtrack.capture.analysis.call_reading import CallReader, is_recorded
from nbtrack.capture.analysis.constant_folding import Missing, Value
from nbtrack.capture.analysis.def_use import key_path
from nbtrack.capture.runtime import signatures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbtrack.capture.analysis.def_use import Graph

WITHOUT_PREFIX = frozenset({"params", "config", "cfg", "args", "hparams"})
"""Names of containers of settings, whose entries are known by their own names."""


class Site(NamedTuple):
    """One expression that gives a parameter its value."""

    key: str
    """What the parameter is recorded as."""
    value: Value
    node: ast.expr
    aliases: tuple[str, ...] = ()
    """Other keys that mean the same."""
    listed: bool = True
    """Whether it is probably a setting, and therefore listed when a name is unknown."""

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that mean this parameter."""
        return self.key, *self.aliases


def sites_of(tree: ast.Module, graph: Graph | None, namespace: Mapping[str, Any]) -> list[Site]:
    """Return the sites in the code of a cell, in the order of the code.

    `graph` is the def-use graph of the cell, if there is one; the names of parameters that are given by position are
    looked up in the functions of `namespace`.
    """
    found = [*_bound(tree), *_in_functions(tree), *_in_calls(tree, graph or data_flow.follow(tree, {}, {}), namespace)]
    return sorted(found, key=lambda site: (site.node.lineno, site.node.col_offset))


# --- names


def _bound(tree: ast.Module) -> Iterator[Site]:
    """Yield what names, and the entries of containers, are bound to at the top level of a cell."""
    changed = set(_changed(tree.body))
    for statement in _statements(tree.body):
        for target, value in _assignments(statement):
            path = key_path(target)
            if path:
                yield from _of_path(path, value, listed=path[0] not in changed)


def _of_path(path: tuple[str, ...], value: ast.expr, *, listed: bool = True) -> Iterator[Site]:
    known = constant_folding.value(value)
    if not isinstance(known, Missing):
        key = ".".join(path)
        own = ".".join(path[1:])
        plain = len(path) > 1 and path[0].lower() in WITHOUT_PREFIX
        yield Site(own if plain else key, known, value, (key,) if plain else (), listed and not path[0].startswith("_"))
    elif isinstance(value, ast.Dict):
        for key_node, entry in zip(value.keys, value.values, strict=True):
            if isinstance(key_node, ast.Constant) and isinstance(key_node.value, str):
                yield from _of_path((*path, key_node.value), entry, listed=listed)
    elif isinstance(value, ast.Call) and syntax.last_name(value.func) in known_names.SETTING_MAKERS | {"dict"}:
        for keyword in value.keywords:
            if keyword.arg is not None:
                yield from _of_path((*path, keyword.arg), keyword.value, listed=listed)


def _assignments(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what a statement binds, element by element; in ``a = b = 1`` no name has a value of its own."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        yield from _pairs(statement.targets[0], statement.value)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        yield statement.target, statement.value


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    sequences = ast.Tuple, ast.List
    if isinstance(target, sequences) and isinstance(value, sequences) and len(target.elts) == len(value.elts):
        for each in zip(target.elts, value.elts, strict=True):
            yield from _pairs(*each)
    elif not isinstance(target, sequences):
        yield target, value


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a cell that run as it runs, those in its blocks too."""
    for node in body:
        yield node
        if not isinstance(node, syntax.FUNCTIONS):
            for field in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, field, []))
            for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                yield from _statements(part.body)


def _changed(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names that a cell also gives what it computes: counters, sums, the best so far."""
    for statement in _statements(body):
        if isinstance(statement, ast.AugAssign):
            yield from (name.id for name in syntax.targets(statement.target))
        if isinstance(statement, ast.For | ast.AsyncFor):
            yield from (name.id for name in syntax.targets(statement.target))
        for target, value in _assignments(statement):
            if isinstance(target, ast.Name) and not constant_folding.is_constant(value):
                yield target.id


# --- functions and classes


def _in_functions(tree: ast.Module) -> Iterator[Site]:
    """Yield the defaults of functions, what their bodies bind to constants, and the fields of classes."""
    for node in _statements(tree.body):
        if isinstance(node, ast.ClassDef):
            yield from _in_class(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _in_function(node, node.name)


def _in_class(node: ast.ClassDef) -> Iterator[Site]:
    for part in node.body:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _in_function(part, node.name if part.name == "__init__" else f"{node.name}.{part.name}")
        for target, value in _assignments(part):
            known = constant_folding.value(value)
            if isinstance(target, ast.Name) and not isinstance(known, Missing):
                yield Site(f"{node.name}.{target.id}", known, value)


def _in_function(node: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> Iterator[Site]:
    for parameter, default in syntax.defaults(node.args):
        known = constant_folding.value(default)
        if not isinstance(known, Missing) and is_recorded(parameter, known) and known is not None:
            yield Site(f"{name}.{parameter}", known, default)
    changed = set(_changed(node.body))
    for statement in _statements(node.body):
        for target, value in _assignments(statement):
            known = constant_folding.value(value)
            if isinstance(target, ast.Name) and not isinstance(known, Missing) and target.id not in changed:
                yield Site(f"{name}.{target.id}", known, value)


# --- calls


def _in_calls(tree: ast.Module, graph: Graph, namespace: Mapping[str, Any]) -> Iterator[Site]:
    """Yield the constants that calls are given, under the names of their parameters."""
    reader = CallReader(graph, lambda _: False)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        callee = syntax.last_name(call.func)
        if callee is not None and callee not in _NO_SETTINGS and id(call) not in graph.quiet:
            path = syntax.path(call.func)
            yield from _in_call(call, callee, reader, signatures.parameters(path, namespace) if path else [])


def _in_call(call: ast.Call, callee: str, reader: CallReader, parameters: list[str]) -> Iterator[Site]:
    listed = reader.experiment.may_make_object(call)
    for parameter, node in reader.given(call):
        name, known = _name_of(parameter, parameters), constant_folding.value(node)
        if name is not None and not isinstance(known, Missing) and is_recorded(name, known):
            owner = reader.argument(call, name, known, node.lineno).owner
            yield Site(f"{callee}.{name}", known, node, (f"{owner}.{name}",) if owner else (), listed)


_NO_SETTINGS = known_names.SHOWING | known_names.PROGRESS | known_names.PLUMBING | {"dict"} | known_names.SETTING_MAKERS


def _name_of(parameter: str | int, named: list[str]) -> str | None:
    if isinstance(parameter, str):
        return parameter
    return named[parameter] if parameter < len(named) else None
