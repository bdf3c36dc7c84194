"""A hook inside the code of a function: it is a constant of that code, which nothing but its own calls can see.

Where such code is sent to another process, its hooks do nothing there; and since nbtrack may not be installed there,
what stands in for them is of the standard library.
"""

from __future__ import annotations

import contextlib
import functools
import operator
import typing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Hook(functools.partial):  # type: ignore[type-arg] # whatever it is called with
    """A hook at a statement: it returns whether the statement has to raise an error, or to leave its loop."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Leave the probe behind, for a function that returns something false whatever it is given."""
        return getattr, ("", "format")


class LeavingHook(Hook):
    """A hook that is called when the ``with`` statement of which it is the context manager is left."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, *error: object) -> None:
        """Call the hook; an error that it has is raised by the next statement, or the next hook."""
        self()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Leave the probe behind, for a context manager that does nothing."""
        return contextlib.nullcontext, ()


class ExpressionHook(Hook):
    """A hook around an expression: it returns the value that it is given."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Leave the probe behind, for a function that only gives back what it is given."""
        return functools.partial, (typing.cast, object)


class HandingHook(Hook):
    """A hook around a tuple of an expression and of names: it returns the value of the expression."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Leave the probe behind, for a function that only gives back the first of what it is given."""
        return operator.itemgetter, (0,)
