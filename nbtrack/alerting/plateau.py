"""What counts as a plateau, in alert rules and in notes on curves: a number of points without a better one."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Plateau:
    """Follows a curve, and reports when `most` points in a row were not better than the best.

    `lower` says whether lower values are better. Where that is not known, a value outside the range so far is. NaN and
    infinite values are points, but never better.
    """

    def __init__(self, most: int, lower: bool | None) -> None:
        self._most, self._lower = most, lower
        self._least, self._greatest = float("inf"), float("-inf")
        self.since = 0
        """The number of points since the best one."""
        self.step = 0
        """The step of the best one."""

    def take(self, values: Sequence[float], steps: Sequence[int]) -> str | None:
        """Return a description if a plateau is reached or continues with one of these points, else None."""
        if not isfinite(sum(values)) or self._improves(min(values), max(values)):
            return self._one_by_one(values, steps)
        self.since += len(values)
        return self._description() if self.since >= self._most else None

    def _one_by_one(self, values: Sequence[float], steps: Sequence[int]) -> str | None:
        """Check the points one by one, where one of them may be better."""
        found = None
        for value, step in zip(values, steps, strict=True):
            if isfinite(value) and self._improves(value, value):
                self._least, self._greatest = min(value, self._least), max(value, self._greatest)
                self.since, self.step = 0, step
            else:
                self.since += 1
                found = self._description() if self.since == self._most else found
        return found

    def _improves(self, least: float, greatest: float) -> bool:
        falls, rises = least < self._least, greatest > self._greatest
        return falls if self._lower else rises if self._lower is False else falls or rises

    def _description(self) -> str:
        if self._lower is None:
            return f"between {self._least:.6g} and {self._greatest:.6g} since step {self.step:,}"
        return f"best {self._least if self._lower else self._greatest:.6g} at step {self.step:,}"
