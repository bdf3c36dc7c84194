"""The points of a curve as columns: filled by the loop's thread, taken by any other, with no lock between them."""

from __future__ import annotations

from typing import NamedTuple

_NANOSECONDS = 1_000_000


class Points(NamedTuple):
    """Some points of one curve, in order; the three lists are of equal length.

    Attributes
    ----------
    key
        The metric.
    steps
        Growing.
    timestamps
        Milliseconds since the epoch UTC.
    values
        The values, never None.
    """

    key: str
    steps: list[int]
    timestamps: list[int]
    values: list[float]


class Column:
    """The points of one key that nobody has taken yet.

    One thread adds and one takes at a time. A point counts once its value is there, which is added last.
    """

    __slots__ = ("_step", "_value", "key", "moments", "steps", "values")

    def __init__(self, key: str) -> None:
        self.key = key
        self.steps: list[int] = []
        self.moments: list[int] = []
        """Nanoseconds since the epoch UTC."""
        self.values: list[float] = []
        self._step: int | None = None
        self._value: float | None = None

    def add(self, step: int, moment: int, value: float) -> None:
        """Add a point."""
        self.steps.append(step)
        self.moments.append(moment)
        self.values.append(value)

    @property
    def step(self) -> int | None:
        """The last step, taken or not; None before the first."""
        try:
            return self.steps[-1]
        except IndexError:
            return self._step

    @property
    def value(self) -> float | None:
        """The last value, taken or not; None before the first."""
        try:
            return self.values[-1]
        except IndexError:
            return self._value

    def mend(self) -> None:
        """Drop what was begun of a point that never got its value."""
        count = len(self.values)
        del self.steps[count:], self.moments[count:]

    def take(self) -> Points | None:
        """Return the points there are, and forget them; None if there are none."""
        count = len(self.values)
        if not count:
            return None
        steps, moments, values = self.steps[:count], self.moments[:count], self.values[:count]
        self._step, self._value = steps[-1], values[-1]
        del self.steps[:count], self.moments[:count], self.values[:count]
        return Points(self.key, steps, [moment // _NANOSECONDS for moment in moments], values)
