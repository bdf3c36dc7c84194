"""An element of a list, dict or array, which is read when an iteration ends."""

from __future__ import annotations

from typing import Any

from nbtrack.capture.runtime import value_reading


class Element:
    """One element of a container."""

    __slots__ = ("_container", "_index")

    def __init__(self, container: Any, index: Any) -> None:
        self._container, self._index = container, index

    def value(self) -> object:
        """Return the current value of the element; None if its container is of an unknown type."""
        kind, index = type(self._container), value_reading.whole(self._index)
        if index is None:
            return None
        if kind is list:
            return self._container[index] if -len(self._container) <= index < len(self._container) else None
        if kind is dict:
            return self._container.get(index)
        return self._container[index] if value_reading.is_vector(self._container) else None
