"""The positional parameters of a callee, read from its code without running any.

Only plain Python functions, methods and classes are read, inside the wrappers of ``functools.wraps``; nothing is
imported, and no descriptor of an object is evaluated.
"""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ABSENT: Any = object()
_MOST_WRAPPERS = 8


def parameters(path: tuple[str, ...], namespace: Mapping[str, Any]) -> list[str]:
    """Return the names of the parameters of what a path names, without ``self``; none if that is unknown.

    ``""`` in a path stands for a call of what comes before it: ``("SVC", "", "fit")`` is the method of the object.
    """
    found: object = namespace.get(path[0], _ABSENT)
    is_object = not isinstance(found, type | types.ModuleType | types.FunctionType)
    for part in path[1:]:
        if part == "":
            if not isinstance(found, type):
                return []
            is_object = True
        elif isinstance(found, types.ModuleType):
            found = vars(found).get(part, _ABSENT)
        else:
            found = _on_class(found if isinstance(found, type) else type(found), part)
    return _parameters_of(found, bound=is_object)


def _on_class(kind: type, name: str) -> object:
    return next((vars(one)[name] for one in kind.__mro__ if name in vars(one)), _ABSENT)


def _parameters_of(callee: object, *, bound: bool) -> list[str]:
    if isinstance(callee, type):
        maker = next((vars(one)[name] for one in callee.__mro__ for name in _MAKERS if name in vars(one)), None)
        return _names(maker)[1:]
    if isinstance(callee, classmethod):
        return _names(callee.__func__)[1:]
    if isinstance(callee, staticmethod):
        return _names(callee)
    return _names(callee)[1:] if bound else _names(callee)


_MAKERS = ("__init__", "__new__")


def _names(function: object) -> list[str]:
    """Return the parameters of a plain function in order; a wrapper may take keyword-only ones by position."""
    if isinstance(function, staticmethod):
        function = function.__func__
    for _ in range(_MOST_WRAPPERS):
        if not isinstance(function, types.FunctionType):
            return []
        inner = vars(function).get("__wrapped__")
        if inner is None:
            code = function.__code__
            others = 0 if code.co_flags & inspect.CO_VARARGS else code.co_kwonlyargcount
            return list(code.co_varnames[: code.co_argcount + others])
        function = inner
    return []
