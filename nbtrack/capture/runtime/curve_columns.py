"""The points of all curves of a cell, which are kept until they are taken."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from nbtrack.capture.facts import Points

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NANOSECONDS = 1_000_000
_COMPARED = 100
"""How many values of a curve are kept to compare it with another."""


class Column:
    """The points of one key that were not taken yet.

    One thread adds and one takes at a time. A point is complete when its value is there, which is added last.
    """

    __slots__ = ("_first", "_step", "_taken", "_value", "alone", "key", "moments", "steps", "values")

    def __init__(self, key: str) -> None:
        self.key = key
        self.steps: list[int] = []
        self.moments: list[int] = []
        """Nanoseconds since the epoch UTC."""
        self.values: list[float] = []
        self._step: int | None = None
        self._value: float | None = None
        self.alone: tuple[int, float] | None = None
        """The moment and value of a result that makes no curve as long as no other follows."""
        self._first: list[float] = []
        self._taken = 0

    def add(self, step: int, moment: int, value: float) -> None:
        """Add a point."""
        self.steps.append(step)
        self.moments.append(moment)
        self.values.append(value)

    @property
    def step(self) -> int | None:
        """The last step, whether taken or not; None before the first."""
        try:
            return self.steps[-1]
        except IndexError:
            return self._step

    @property
    def value(self) -> float | None:
        """The last value, whether taken or not; None before the first."""
        try:
            return self.values[-1]
        except IndexError:
            return self._value if self.alone is None else self.alone[1]

    def is_equal(self, values: Sequence[float]) -> bool:
        """Return whether the points have these values, including those that were taken, as far as these are known."""
        first = [*self._first, *self.values[: _COMPARED - len(self._first)]]
        same = self._taken + len(self.values) == len(values) and self.value == values[-1]
        return same and first == list(values[:_COMPARED])

    def drop_incomplete(self) -> None:
        """Drop the step and time of a point that never got its value."""
        count = len(self.values)
        del self.steps[count:], self.moments[count:]

    def take(self) -> Points | None:
        """Return the points and forget them; None if there are none."""
        count = len(self.values)
        if not count:
            return None
        steps, moments, values = self.steps[:count], self.moments[:count], self.values[:count]
        self._step, self._value = steps[-1], values[-1]
        self._first.extend(values[: _COMPARED - len(self._first)])
        self._taken += count
        del self.steps[:count], self.moments[:count], self.values[:count]
        return Points(self.key, steps, [moment // _NANOSECONDS for moment in moments], values)


class CurveColumns:
    """The columns of a cell, by key; all of them are created before it runs."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.by_key = {key: Column(key) for key in keys}
        self._taking = threading.Lock()

    def take(self) -> list[Points]:
        """Return the points that were not taken yet; thread-safe."""
        with self._taking:
            return [taken for column in self.by_key.values() if (taken := column.take()) is not None]

    def drop_incomplete(self) -> None:
        """Drop the points that an interrupt left without a value."""
        with self._taking:
            for column in self.by_key.values():
                column.drop_incomplete()

    @property
    def curves(self) -> frozenset[str]:
        """The keys that have points, taken or not."""
        return frozenset(key for key, column in self.by_key.items() if column.step is not None)
