"""Classes of the notebook that hold nothing but settings."""

from __future__ import annotations

import ast

from nbtrack.capture.analysis import syntax

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
    """Return whether a class of the notebook is a dataclass or namedtuple, or has no behaviour of its own."""
    marks = {syntax.last_name(mark.func if isinstance(mark, ast.Call) else mark) for mark in node.decorator_list}
    if "dataclass" in marks or any(syntax.last_name(base) in {"NamedTuple", "TypedDict"} for base in node.bases):
        return True
    return is_plain(node)


def is_plain(node: ast.ClassDef) -> bool:
    """Return whether a class has no methods but those that make, show and compare it."""
    methods = [part.name for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
    plain_bases = all(syntax.last_name(base) == "object" for base in node.bases)
    return plain_bases and _PASSIVE.issuperset(methods)


def is_settings_class(node: ast.ClassDef) -> bool:
    """Return whether a class body is nothing but settings: ``class CFG: lr = .1``."""
    bound = [part for part in node.body if not isinstance(part, ast.Pass) and not _is_text(part)]
    plain = not node.decorator_list and all(syntax.last_name(base) == "object" for base in node.bases)
    return plain and bool(bound) and all(isinstance(part, ast.Assign | ast.AnnAssign) for part in bound)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
