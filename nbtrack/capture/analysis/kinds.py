"""The kinds of values: a setting, a point in time, a size, an index, a count, a boolean, or computed."""

from __future__ import annotations

import ast
import operator
from enum import IntEnum
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Level(IntEnum):
    """The levels of values; when values are combined, the greatest level wins."""

    SETTING = 0
    TIME = 1
    SIZE = 2
    INDEX = 3
    COUNT = 4
    BOOLEAN = 5
    COMPUTED = 6


class Kind(NamedTuple):
    """A level, and the names of earlier cells that it depends on.

    A setting that depends on names of earlier cells is one only if these hold scalars or containers of
    them, which is known when the cell runs.
    """

    level: Level
    earlier: frozenset[str] = frozenset()

    def __or__(self, other: Kind) -> Kind:
        return Kind(max(self.level, other.level), self.earlier | other.earlier)

    def at(self, level: Level) -> Kind:
        """Return a copy with another level; only a setting depends on names."""
        return Kind(level, self.earlier if level is Level.SETTING else frozenset())

    @property
    def open_names(self) -> frozenset[str]:
        """The names of earlier cells whose values on entry decide whether this is a setting."""
        return self.earlier if self.level is Level.SETTING else frozenset()

    @property
    def open(self) -> bool:
        """Whether only the values on entry decide if this is a setting or computed."""
        return self.level is Level.SETTING and bool(self.earlier)


SETTING = Kind(Level.SETTING)
COMPUTED = Kind(Level.COMPUTED)


def union(kinds: Iterable[Kind]) -> Kind:
    """Return the kind of a value that may be of any of these kinds."""
    return reduce(operator.or_, kinds, SETTING)


def quotient(left: Level, right: Level) -> Level:
    """Return the level of ``left / right``: shares and rates are results, sizes of parts are not."""
    levels = {left, right}
    if levels & {Level.COMPUTED, Level.BOOLEAN, Level.INDEX, Level.COUNT} or left is right is Level.SIZE:
        return Level.COMPUTED
    return max(left, right)


def operation(node: ast.BinOp) -> ast.operator:
    """Return the operator of an operation; ``100 * right // n`` is a share as ``100 * right / n`` is."""
    left = node.left if isinstance(node.op, ast.FloorDiv) and isinstance(node.left, ast.BinOp) else None
    factors = (left.left, left.right) if left is not None and isinstance(left.op, ast.Mult) else ()
    is_share = any(isinstance(one, ast.Constant) and one.value == 100 for one in factors)
    return ast.Div() if is_share else node.op


def of_booleans(op: ast.operator, left: Level, right: Level) -> Level:
    """Return the level of an operation on booleans if neither operand is computed."""
    if isinstance(op, ast.BitAnd | ast.BitOr | ast.BitXor):
        return Level.BOOLEAN
    if isinstance(op, ast.Mult) and left is right:
        return Level.BOOLEAN
    return Level.COUNT if isinstance(op, ast.Add | ast.Sub) else Level.COMPUTED


def counted(kind: Kind) -> Kind:
    """Return the kind of a builtin's result for a value; a boolean as a number is a count."""
    return kind.at(Level.COUNT) if kind.level is Level.BOOLEAN else kind


def is_computed(kind: Kind) -> bool:
    """Return whether a kind is a computed value, or may turn out to be one when the cell runs."""
    return kind.level is Level.COMPUTED or kind.open
