"""The number of iterations of a loop, if its head tells it without running anything."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_WRAPPERS = frozenset({"enumerate", "tqdm", "trange", "track", "progress_bar"})
"""Calls that give as many items as their first argument has."""
_SIZED = (list, tuple, range, dict, set, str)


def turns(loop: ast.AST, names: Mapping[str, Any]) -> int | None:
    """Return how many iterations a ``for`` loop will have, or None if that is unknown."""
    return _count(loop.iter, names) if isinstance(loop, ast.For | ast.AsyncFor) else None


def _count(source: ast.expr, names: Mapping[str, Any]) -> int | None:
    if isinstance(source, ast.Name):
        held = names.get(source.id)
        return len(held) if type(held) in _SIZED else None  # type: ignore[arg-type] # it is one of them
    if isinstance(source, ast.List | ast.Tuple):
        return len(source.elts)
    if isinstance(source, ast.Call) and source.args:
        return _called(source, names)
    return None


def _called(call: ast.Call, names: Mapping[str, Any]) -> int | None:
    called = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
    if called in {"range", "trange"}:
        given = [_number(each, names) for each in call.args]
        whole = [each for each in given if each is not None]
        return len(range(*whole)) if len(whole) == len(given) <= 3 and 0 not in whole[2:] else None
    return _count(call.args[0], names) if called in _WRAPPERS else None


def _number(source: ast.expr, names: Mapping[str, Any]) -> int | None:
    """Return the integer that an expression of names and plain arithmetic has as its value."""
    if isinstance(source, ast.Constant):
        return source.value if type(source.value) is int else None
    if isinstance(source, ast.Name):
        held = names.get(source.id)
        return held if type(held) is int else None
    if isinstance(source, ast.UnaryOp) and isinstance(source.op, ast.USub):
        held = _number(source.operand, names)
        return None if held is None else -held
    if isinstance(source, ast.BinOp):
        left, right = _number(source.left, names), _number(source.right, names)
        if left is not None and right is not None:
            return _combined(source.op, left, right)
    return None


def _combined(operator: ast.operator, left: int, right: int) -> int | None:
    if isinstance(operator, ast.Add):
        return left + right
    if isinstance(operator, ast.Sub):
        return left - right
    if isinstance(operator, ast.Mult):
        return left * right
    return left // right if isinstance(operator, ast.FloorDiv) and right else None
