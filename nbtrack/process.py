"""The state of the process: one object holds the state of all modules, and tests replace it.

A module that has state describes it as a class and asks for the process's instance of it::

    class OpenStores:
        def __init__(self) -> None:
            self.by_address: dict[str, Store] = {}

    stores = process.state(OpenStores).by_address

No module has a global container that others need to know and clear; `fresh` replaces the whole state at once.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

State = TypeVar("State")


class ProcessContext:
    """The state of one process: an instance of each class that was asked for, made on first use.

    A class with a ``close`` method has it called by `close`, in the reverse order of creation.
    """

    def __init__(self) -> None:
        self.parts: dict[type, object] = {}
        # The constructor of a class may ask for the state of another one.
        self._lock = threading.RLock()

    def state(self, kind: type[State]) -> State:
        """Return the instance of a class that belongs to this process."""
        found = self.parts.get(kind)
        if found is None:
            with self._lock:
                found = self.parts.get(kind)
                if found is None:
                    found = self.parts[kind] = kind()
        return cast("State", found)

    def close(self) -> None:
        """Close every part that can be closed, and forget all of them."""
        while self.parts:
            _, part = self.parts.popitem()
            close = getattr(part, "close", None)
            if close is not None:
                close()


_current = ProcessContext()


def current() -> ProcessContext:
    """Return the current context."""
    return _current


def state(kind: type[State]) -> State:
    """Return the process's instance of a class, made on first use."""
    found = _current.parts.get(kind)
    return _current.state(kind) if found is None else found  # type: ignore[return-value] # the context maps each class to its instance


@contextmanager
def fresh() -> Iterator[ProcessContext]:
    """Use an empty context in a block, then close it and restore the previous one."""
    global _current  # noqa: PLW0603 - the only global variable of nbtrack
    before, _current = _current, ProcessContext()
    try:
        yield _current
    finally:
        _current.close()
        _current = before
