"""One thing that a cell displays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ast

    from nbtrack.capture.analysis import syntax


class Display(NamedTuple):
    """A displayed expression whose value is a metric, or holds one per key."""

    key: str | None
    name: str | None
    """The variable it reads, where the expression is a mere name."""
    line: int
    earlier: frozenset[str]
    expression: ast.expr
    last: bool
    known: dict[str, str | None]
    """Keys whose values a name has already, or (None) that are not metrics."""
    prefix: str | None = None
    """The name before the keys of what is displayed, where it has one."""
    loops: tuple[syntax.Loop, ...] = ()
    """The loops around it, outermost first."""
