"""A hook inside the code of a function: it is a constant of that code, visible only to the calls of the hook.

In code that is sent to another process the hooks do nothing; since nbtrack may not be installed there,
they are replaced by functions of the standard library.
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
        """Pickle as a function that returns a false value whatever it is given, without the probe."""
        return getattr, ("", "format")


class LeavingHook(Hook):
    """A hook that is called when the ``with`` statement of which it is the context manager is left."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: object, *error: object) -> bool:
        """Call the hook; the next statement raises the error that it has, instead of one that leaves the loop."""
        return self() and kind is not None

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Pickle as a context manager that does nothing, without the probe."""
        return contextlib.nullcontext, ()


class ExpressionHook(Hook):
    """A hook around an expression: it returns the value that it is given."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Pickle as a function that returns what it is given, without the probe."""
        return functools.partial, (typing.cast, object)


class HandingHook(Hook):
    """A hook around a tuple of an expression and of names: it returns the value of the expression."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Pickle as a function that returns the first element of what it is given, without the probe."""
        return operator.itemgetter, (0,)
