"""Classes of the notebook that hold only settings, and functions that return them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import constant_folding, known_names, syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

_PASSIVE = frozenset(
    f"__{name}__"
    for name in (
        "init",
        "repr",
        "str",
        "post_init",
        "eq",
        "hash",
        "iter",
        "getitem",
        "contains",
        "len",
        "getattr",
        "setattr",
    )
)


def holds_settings(node: ast.ClassDef) -> bool:
    """Return whether a class of the notebook is a dataclass or namedtuple, or has no behaviour."""
    marks = {syntax.last_name(mark.func if isinstance(mark, ast.Call) else mark) for mark in node.decorator_list}
    if "dataclass" in marks or any(syntax.last_name(base) in {"NamedTuple", "TypedDict"} for base in node.bases):
        return True
    return is_plain(node)


def is_plain(node: ast.ClassDef) -> bool:
    """Return whether a class has only methods that initialise, display and compare it."""
    methods = [part.name for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
    plain_bases = all(syntax.last_name(base) == "object" for base in node.bases)
    return plain_bases and _PASSIVE.issuperset(methods)


def is_settings_class(node: ast.ClassDef) -> bool:
    """Return whether a class body has only settings: ``class CFG: lr = .1``."""
    bound = [part for part in node.body if not isinstance(part, ast.Pass) and not _is_text(part)]
    plain = not node.decorator_list and all(syntax.last_name(base) == "object" for base in node.bases)
    return plain and bool(bound) and all(isinstance(part, ast.Assign | ast.AnnAssign) for part in bound)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def returns_settings(function: ast.AST) -> bool:
    """Return whether a function returns a container of settings that it makes: ``return parser.parse_args(argv)``."""
    if not isinstance(function, ast.FunctionDef):
        return False
    returned = [node.value for node in syntax.own_nodes(function) if isinstance(node, ast.Return)]
    return bool(returned) and all(_is_of_settings(value, function) for value in returned)


def _is_of_settings(value: ast.expr | None, function: ast.FunctionDef) -> bool:
    if isinstance(value, ast.Name):
        bound = list(_bound_to(value.id, function))
        return len(bound) == 1 and not isinstance(bound[0], ast.Name) and _is_of_settings(bound[0], function)
    if isinstance(value, ast.Dict):
        return bool(value.keys) and all(map(constant_folding.is_constant, value.values))
    return isinstance(value, ast.Call) and syntax.last_name(value.func) in known_names.SETTING_MAKERS


def _bound_to(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in syntax.own_nodes(function):
        if isinstance(node, ast.Assign) and any(
            one.id == name for each in node.targets for one in syntax.targets(each)
        ):
            yield node.value
