"""A hook inside the code of a function: it is a constant of that code, which nothing but its own calls can see.

Where such code is sent to another process, its hooks do nothing there.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Hook(functools.partial):  # type: ignore[type-arg] # whatever it is called with
    """A hook at a statement: it returns whether the statement has to raise an error, or to leave its loop."""

    def __reduce__(self) -> tuple[Callable[[], Hook], tuple[()]]:
        """Leave the probe behind."""
        return inert, ()


class ExpressionHook(Hook):
    """A hook around an expression: it returns the value that it is given."""

    def __reduce__(self) -> tuple[Callable[[], Hook], tuple[()]]:
        """Leave the probe behind."""
        return inert_around_expression, ()


def inert() -> Hook:
    """Return a hook that does nothing."""
    return Hook(_answer)


def inert_around_expression() -> Hook:
    """Return a hook that only gives back what it is given."""
    return ExpressionHook(_give_back)


def _answer(*_values: Any) -> bool:
    return False


def _give_back(value: Any) -> Any:
    return value
