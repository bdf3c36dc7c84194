"""The entries that a cell stores into the container that a name holds, by assignment or by methods of a dict."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import known_names, syntax
from nbtrack.capture.analysis.def_use import Binding, key_path

if TYPE_CHECKING:
    from collections.abc import Iterator

from nbtrack.capture.analysis.def_use import Definition

DICT_METHODS = frozenset({"update", "setdefault", "pop", "popitem"})
"""Bare calls that change entries of a dict, and leave it what it is."""


class Update(NamedTuple):
    """One entry that is stored."""

    key: str | None
    """Dotted; empty where the code does not tell which, None for those of another container."""
    value: ast.expr | None
    """What is stored; None where an entry is changed by an operation."""


def is_mutation(definition: Definition) -> bool:
    """Return whether a bare call is of a method of the name itself that changes a container."""
    call = definition.value
    if (
        not isinstance(call, ast.Call)
        or not isinstance(call.func, ast.Attribute)
        or call.func.attr not in known_names.MUTATORS
    ):
        return False
    base = syntax.root(call.func)
    return base is not None and base.id == definition.name


def updates(definition: Definition) -> Iterator[Update]:
    """Yield the entries that a change of the object of a name stores into it."""
    if definition.binding is Binding.STORED:
        path = key_path(definition.node) if isinstance(definition.node, ast.Subscript | ast.Attribute) else ()
        yield Update(".".join(path[1:]), definition.value)
    elif definition.binding is Binding.TOUCHED and is_mutation(definition) and isinstance(definition.value, ast.Call):
        yield from _by_method(definition.value)


def _by_method(call: ast.Call) -> Iterator[Update]:
    """``settings.update(lr=.1)``, ``settings.setdefault("lr", .1)``."""
    func = call.func
    path = key_path(func.value) if isinstance(func, ast.Attribute) else ()
    if not isinstance(func, ast.Attribute) or not path:
        return
    prefix = "".join(f"{part}." for part in path[1:])
    if func.attr == "update":
        for name, value in _updated(call):
            yield Update(None if name is None else prefix + name, value)
    elif func.attr == "setdefault" and len(call.args) == 2:
        yield Update(prefix + name if (name := _text(call.args[0])) else "", call.args[1])


def _updated(call: ast.Call) -> Iterator[tuple[str | None, ast.expr]]:
    yield from ((keyword.arg, keyword.value) for keyword in call.keywords)
    for given in call.args:
        if isinstance(given, ast.Dict):
            yield from ((_text(key), value) for key, value in zip(given.keys, given.values, strict=True))
        else:
            yield None, given


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
