"""Which names of a notebook some code may reach, also through the functions and classes that it uses."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

OF_THE_SHELL = frozenset({
    "In", "Out", "_", "__", "___", "_i", "_ii", "_iii", "_ih", "_oh", "_dh", "exit", "quit", "get_ipython", "open",
})  # fmt: skip
"""Names that IPython puts among those of the user."""


def is_of_notebook(kind: type) -> bool:
    """Return whether a class was defined in the notebook."""
    return kind.__module__ == "__main__"


def reached_names(names: Mapping[str, Any], identifiers: Iterable[str]) -> set[str]:
    """Return the names of a notebook that code in which these identifiers occur may reach.

    The classes of the notebook all count: the code may reach an object of any of them.
    """
    classes = [thing for thing in list(names.values()) if isinstance(thing, type) and is_of_notebook(thing)]
    reader = _Reader()
    waiting = [*identifiers, *(name for kind in classes for name in reader.names_in(kind))]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in names and name not in found and not name.startswith("__"):
            found.add(name)
            waiting.extend(reader.names_in(names[name]))
    return found - OF_THE_SHELL


class _Reader:
    """Reads the names in functions and classes, each once."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def names_in(self, thing: object) -> Iterator[str]:
        """Yield the names in what a name holds."""
        waiting = [thing]
        while waiting:
            one = waiting.pop()
            if id(one) not in self._seen:
                self._seen.add(id(one))
                if isinstance(one, types.FunctionType):
                    yield from _names_in_code(one.__code__)
                waiting.extend(_inside(one))


def _inside(thing: object) -> Iterator[object]:
    """Yield the functions and classes that a function, a method or a class rests on."""
    if isinstance(thing, type):
        if is_of_notebook(thing):
            yield from vars(thing).values()
    elif isinstance(thing, types.FunctionType):
        yield from vars(thing).values()
        yield from (content for cell in thing.__closure__ or () for content in contents(cell))
    elif isinstance(thing, property):
        yield from (thing.fget, thing.fset, thing.fdel)
    elif isinstance(thing, classmethod | staticmethod | types.MethodType):
        yield thing.__func__


def contents(cell: types.CellType) -> tuple[Any, ...]:
    """Return what a cell of a closure holds: one object, or none yet."""
    try:
        return (cell.cell_contents,)
    except ValueError:
        return ()


def _names_in_code(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names_in_code(constant)
