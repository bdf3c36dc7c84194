"""A cache of recent results, valid until anything is recorded in their store."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Result = TypeVar("Result")


class RecentResults(Generic[Result]):
    """An LRU cache whose entries are valid until their store changes.

    Parameters
    ----------
    limit : int
        The most that the sizes of all results may add up to.
    size : callable
        Gives the size of a result; by default each counts 1.
    """

    def __init__(self, limit: int, size: Callable[[Result], int] = lambda _: 1) -> None:
        self._limit, self._size = limit, size
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[object, Result]] = OrderedDict()

    def get(self, key: Hashable, mark: object) -> Result | None:
        """Return the result of a key, or None when there is none or the store has changed since."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry[0] != mark:
                return None
            self._entries.move_to_end(key)
            return entry[1]

    def put(self, key: Hashable, mark: object, result: Result) -> None:
        """Cache a result, and evict the least recently used ones."""
        with self._lock:
            self._entries[key] = (mark, result)
            self._entries.move_to_end(key)
            while len(self._entries) > 1 and sum(self._size(each) for _, each in self._entries.values()) > self._limit:
                self._entries.popitem(last=False)
