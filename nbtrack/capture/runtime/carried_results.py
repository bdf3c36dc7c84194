"""The results that functions hand to the loop around their calls: they become points when its iteration ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.capture.runtime.curve_columns import Column
    from nbtrack.capture.runtime.loop_nesting import LoopNesting


class CarriedResults:
    """Results that are not in the columns of their keys yet; `pending` has those of the current iteration."""

    def __init__(self, columns: Mapping[str, Column], nesting: LoopNesting, clock: Callable[[], int]) -> None:
        self.pending: dict[str, float] = {}
        self.governing = nesting.governing
        """Is empty where no loop around waits for results."""
        self._columns, self._clock = columns, clock
        self._shifts: dict[str, int] = {}
        self._lanes = {
            key: (column.steps, column.steps.append, column.moments.append, column.values.append)
            for key, column in columns.items()
        }
        """What is needed to add a point, looked up once."""

    def hand(self, key: str, value: float) -> None:
        """Take a result for the surrounding loop; without one, it becomes a point when the next result follows."""
        if self.governing:
            self.pending[key] = value
            return
        column = self._columns[key]
        if column.step is None and column.alone is None:
            column.alone = (self._clock(), value)
        else:
            self._add(key, 0, value, self._clock())

    def flush(self, step: int) -> None:
        """Turn the pending results into points, at the step of the iteration that ends."""
        moment, lanes, shifts = self._clock(), self._lanes, self._shifts
        for key, value in self.pending.items():
            steps, add_step, add_moment, add_value = lanes[key]
            try:
                follows = steps[-1] < step and not shifts
            except IndexError:
                follows = False
            if follows:
                add_step(step)
                add_moment(moment)
                add_value(value)
            else:
                self._add(key, step, value, moment)
        self.pending.clear()

    def _add(self, key: str, step: int, value: float, moment: int) -> None:
        column = self._columns[key]
        if column.alone is not None:
            column.add(0, *column.alone)
            column.alone = None
        last = column.step
        step += self._shifts.get(key, 0)
        if last is not None and step <= last:
            self._shifts[key] = self._shifts.get(key, 0) + last + 1 - step
            step = last + 1
        column.add(step, moment, value)
