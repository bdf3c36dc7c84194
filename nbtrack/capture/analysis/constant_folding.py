"""Evaluates constant expressions without running anything."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Scalar: TypeAlias = int | float | str | bool | None
Value: TypeAlias = Scalar | list[Scalar] | tuple[Scalar, ...]

SHORT = 16
"""The most elements that a list may have and still be one parameter."""
_LONGEST_TEXT = 10_000
_LARGEST_POWER = 1024


class Missing:
    """The type of `MISSING`, which means "not constant", since None is a constant."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}


def scalar(node: ast.AST | None) -> Scalar | Missing:
    """Return the value of a constant expression of numbers, strings, booleans and None, otherwise `MISSING`."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) in {int, float, str, bool, type(None)} else MISSING  # type: ignore[return-value] # mypy does not narrow by a set of types
    if isinstance(node, ast.UnaryOp):
        return _computed(_UNARY[type(node.op)], scalar(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _binary(node)
    return MISSING


def _binary(node: ast.BinOp) -> Scalar | Missing:
    left, right = scalar(node.left), scalar(node.right)
    if _too_large(node.op, left, right):
        return MISSING
    return _computed(_BINARY[type(node.op)], left, right)


def _too_large(op: ast.operator, left: object, right: object) -> bool:
    if isinstance(op, ast.Pow | ast.LShift):
        return isinstance(right, int) and abs(right) > _LARGEST_POWER
    texts = [side for side in (left, right) if isinstance(side, str)]
    numbers = [side for side in (left, right) if isinstance(side, int)]
    return isinstance(op, ast.Mult) and bool(texts) and any(n * len(texts[0]) > _LONGEST_TEXT for n in numbers)


def _computed(function: Callable[..., Any], *values: object) -> Scalar | Missing:
    if MISSING in values:
        return MISSING
    try:
        result = function(*values)
    except (ArithmeticError, TypeError, ValueError):
        return MISSING
    return result if isinstance(result, int | float | str) else MISSING


def sequence(node: ast.AST | None) -> list[Scalar] | tuple[Scalar, ...] | Missing:
    """Return the value of a short flat list or tuple of scalars, otherwise `MISSING`; also for an empty one."""
    if isinstance(node, ast.BinOp):
        return _repeated(node)
    if not isinstance(node, ast.List | ast.Tuple) or not 0 < len(node.elts) <= SHORT:
        return MISSING
    values = [scalar(element) for element in node.elts]
    known = [value for value in values if not isinstance(value, Missing)]
    if len(known) < len(values):
        return MISSING
    return known if isinstance(node, ast.List) else tuple(known)


def _repeated(node: ast.BinOp) -> list[Scalar] | tuple[Scalar, ...] | Missing:
    """``[64] * 3`` and ``[64] + [32]``."""
    left, right = value(node.left), value(node.right)
    if (
        isinstance(node.op, ast.Mult)
        and isinstance(left, list | tuple)
        and isinstance(right, int)
        and 0 < right * len(left) <= SHORT
    ):
        return left * right
    if (
        isinstance(node.op, ast.Add)
        and isinstance(left, list)
        and isinstance(right, list)
        and len(left) + len(right) <= SHORT
    ):
        return left + right
    return MISSING


def value(node: ast.AST | None) -> Value | Missing:
    """Return the value of a constant scalar or of a short flat list or tuple of them, otherwise `MISSING`."""
    known = scalar(node)
    return sequence(node) if isinstance(known, Missing) else known


def is_constant(node: ast.AST | None) -> bool:
    """Return whether an expression is a constant of the cell."""
    return not isinstance(value(node), Missing)
