"""The results that functions have left for the loop around their calls: they become points when its iteration ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.capture.runtime.curve_columns import Column
    from nbtrack.capture.runtime.loop_nesting import LoopNesting


class CarriedResults:
    """Results on their way to the columns of their keys; `pending` has those of the current iteration."""

    def __init__(self, columns: Mapping[str, Column], nesting: LoopNesting, clock: Callable[[], int]) -> None:
        self.pending: dict[str, float] = {}
        self._columns, self._governing, self._clock = columns, nesting.governing, clock
        self._shifts = dict.fromkeys(columns, 0)

    def hand(self, key: str, value: float) -> None:
        """Take a result: for the loop around, if there is one; else it becomes a point once another one follows."""
        if self._governing:
            self.pending[key] = value
            return
        column = self._columns[key]
        if column.step is None and column.alone is None:
            column.alone = (self._clock(), value)
        else:
            self._add(key, 0, value, self._clock())

    def flush(self, step: int) -> None:
        """Make points of the pending results, at the step of the iteration that ends."""
        moment = self._clock()
        for key, value in self.pending.items():
            column = self._columns[key]
            last = column.step
            if last is not None and last < step and not self._shifts[key]:
                column.add(step, moment, value)
            else:
                self._add(key, step, value, moment)
        self.pending.clear()

    def _add(self, key: str, step: int, value: float, moment: int) -> None:
        column = self._columns[key]
        if column.alone is not None:
            column.add(0, *column.alone)
            column.alone = None
        last = column.step
        step += self._shifts[key]
        if last is not None and step <= last:
            self._shifts[key] += last + 1 - step
            step = last + 1
        column.add(step, moment, value)
