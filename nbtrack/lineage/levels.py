"""The kinds of values, and what operations make of them."""

from __future__ import annotations

import ast
from enum import IntEnum
from typing import NamedTuple


class Level(IntEnum):
    """Kinds in the order in which the greater wins when values meet."""

    SETTING = 0
    TIME = 1
    SIZE = 2
    COUNT = 3
    TRUTH = 4
    COMPUTED = 5


class Kind(NamedTuple):
    """A level, and the names of earlier cells that it rests on.

    A setting that rests on names of earlier cells is one only if these hold scalars or containers of
    them, which is known when the cell runs.
    """

    level: Level
    earlier: frozenset[str] = frozenset()

    def __or__(self, other: Kind) -> Kind:
        return Kind(max(self.level, other.level), self.earlier | other.earlier)

    def at(self, level: Level) -> Kind:
        """Return the same at another level; only a setting rests on anything."""
        return Kind(level, self.earlier if level is Level.SETTING else frozenset())

    @property
    def open(self) -> bool:
        """Whether only the values on entry will tell a setting from something computed."""
        return self.level is Level.SETTING and bool(self.earlier)


SETTING = Kind(Level.SETTING)
COMPUTED = Kind(Level.COMPUTED)


def quotient(left: Level, right: Level) -> Level:
    """Return the level of ``left / right``: shares and rates are results, sizes of parts are not."""
    if max(left, right) is Level.COMPUTED or Level.TRUTH in {left, right}:
        return Level.COMPUTED
    if Level.COUNT in {left, right} or left is right is Level.SIZE:
        return Level.COMPUTED
    return max(left, right)


def of_truths(op: ast.operator, left: Level, right: Level) -> Level:
    """Return the level of an operation with truths in it, none of its sides being computed."""
    if isinstance(op, ast.BitAnd | ast.BitOr | ast.BitXor):
        return Level.TRUTH
    if isinstance(op, ast.Mult) and left is right:
        return Level.TRUTH
    return Level.COUNT if isinstance(op, ast.Add | ast.Sub) else Level.COMPUTED


def counted(kind: Kind) -> Kind:
    """Return the kind of what a builtin makes of a value; a truth made a number is a count."""
    return kind.at(Level.COUNT) if kind.level is Level.TRUTH else kind


def is_computed(kind: Kind) -> bool:
    """Tell whether a kind is a computed value, or may turn out to be one when the cell runs."""
    return kind.level is Level.COMPUTED or (kind.level is Level.SETTING and bool(kind.earlier))
