"""The name of a number, taken from the expression that made it: ``model.score(X, y)`` is ``score``."""

from __future__ import annotations

import ast

from nbtrack.capture.analysis import known_names, syntax

_OF_SERIES = frozenset({"mean", "std", "var", "median", "sum", "average", "nanmean", "min", "max"})
"""What a number may be of several; its name alone says nothing."""


def unwrapped(node: ast.expr) -> ast.expr:
    """Return an expression without wrappers that do not change which number it is."""
    while isinstance(node, ast.Call):
        if (
            isinstance(node.func, ast.Name)
            and node.func.id in known_names.WRAPPERS
            and node.args
            and not _chooses(node)
        ):
            node = node.args[0]
        elif isinstance(node.func, ast.Attribute) and node.func.attr in known_names.UNWRAPPING:
            node = node.func.value
        else:
            break
    return node


def _chooses(node: ast.Call) -> bool:
    """``min(a, b)`` computes a new value; ``round(a, 3)`` does not."""
    return isinstance(node.func, ast.Name) and node.func.id in {"min", "max"} and len(node.args) > 1


def name_of(node: ast.expr) -> str | None:
    """Return the name of a scalar, taken from the expression that made it, or None."""
    if isinstance(node, ast.Await):
        return name_of(node.value)
    if isinstance(node, ast.Call):
        return _name_of_call(node)
    if isinstance(node, ast.Attribute):
        return name_of(node.value) if node.attr in {"iloc", "loc", "iat", "at", "values", "T", "data"} else node.attr
    if isinstance(node, ast.Subscript):
        return _name_of_item(node)
    return None


def _name_of_item(node: ast.Subscript) -> str | None:
    if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    if isinstance(node.slice, ast.Slice):
        return None
    return None if isinstance(node.value, ast.Name) else name_of(node.value)


def _name_of_call(node: ast.Call) -> str | None:
    name = syntax.last_name(node.func)
    base = syntax.root(node.func)
    if name is None or name.startswith("_") or (base is not None and base.id == "get_ipython"):
        return None
    if name == "get" and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
        return node.args[0].value
    if isinstance(node.func, ast.Attribute) and name in known_names.SAME_KIND - known_names.SUMMARIES:
        return name_of(node.func.value)
    inner = _summarised(node) if name in known_names.SUMMARIES else None
    inner_name = name_of(inner) if inner is not None else _subject(node, name)
    if (
        name in known_names.UNWRAPPING
        or name == "round"
        or (name in known_names.WRAPPERS and isinstance(node.func, ast.Name))
    ):
        return inner_name
    return inner_name or name


def _subject(node: ast.Call, name: str) -> str | None:
    """``scores.mean()`` and ``np.mean(scores)`` are named with their subject: ``scores.mean``."""
    if name not in _OF_SERIES:
        return None
    subject = node.func.value if isinstance(node.func, ast.Attribute) else None
    if subject is None or (isinstance(subject, ast.Name) and node.args):
        subject = node.args[0] if len(node.args) == 1 else None
    while isinstance(subject, ast.Subscript) and isinstance(subject.slice, ast.Slice):
        subject = subject.value
    if isinstance(subject, ast.Name):
        return f"{subject.id}.{name}"
    of = name_of(subject) if isinstance(subject, ast.Attribute | ast.Subscript) else None
    return f"{of}.{name}" if of is not None else None


def says_nothing(key: str) -> bool:
    """Return whether the key of a callee does not tell what it measures."""
    return key in known_names.SUMMARIES or key in {"sqrt", "exp", "log", "dot", "norm", "power", "subtract", "divide"}


def _summarised(node: ast.Call) -> ast.expr | None:
    """Return the call whose value ``….mean()`` or ``np.mean(…)`` aggregates."""
    subject = node.func.value if isinstance(node.func, ast.Attribute) else None
    if node.args and (subject is None or isinstance(subject, ast.Name)):
        subject = node.args[0]
    inner: ast.AST | None = subject
    while isinstance(inner, ast.Subscript | ast.Attribute):
        inner = inner.value
    named = isinstance(inner, ast.Call) and syntax.last_name(inner.func) not in known_names.PLAIN_MAKERS
    return subject if named and isinstance(subject, ast.expr) else None
