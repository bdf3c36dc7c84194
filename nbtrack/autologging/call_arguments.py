"""The arguments of a call, by the names in the signature of what is called."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def named(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return all arguments by name, with the defaults of those that were not given."""
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def settings(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], without: Iterable[str]
) -> dict[str, Any]:
    """Return the arguments that are settings: all but data and functions, which `without` names."""
    left_out = {"self", *without}
    return {name: value for name, value in named(function, args, kwargs).items() if name not in left_out}


def names(function: Callable[..., Any]) -> list[str]:
    """Return the names of the arguments, in order."""
    return list(inspect.signature(function).parameters)
