"""The progress of a running cell: the iterations of its loop, and a few points of each curve."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbtrack.presentation.formatting import number

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from nbtrack.capture import Points
    from nbtrack.entities import Metric

SPARK = 60
"""Points of a spark line, at least; at most twice as many are kept."""
MOST_METRICS = 8


class Progress:
    """What one cell has computed so far.

    `done` is the number of iterations of its loop that have ended; None where the curves show it.
    """

    def __init__(self) -> None:
        self.done: int | None = None
        self._curves: dict[str, list[float]] = {}
        self._every: dict[str, int] = {}
        self._given: dict[str, int] = {}
        self._last: dict[str, float] = {}
        self._turns: dict[str, int] = {}
        self._step = 0
        self._first: tuple[int, float] | None = None
        self._looked_at, self._looked_turns = 0.0, 0

    def add_inferred(self, curves: Iterable[Points], hidden: Container[str] = ()) -> None:
        """Add points that were inferred; those of hidden keys only count as iterations of the loop."""
        for each in curves:
            self._turns[each.key] = self._turns.get(each.key, 0) + len(each.values)
            if each.key not in hidden:
                self._add(each.key, each.values)

    def add_logged(self, metrics: Iterable[Metric]) -> None:
        """Add points that the user logged."""
        values: dict[str, list[float]] = {}
        for key, value, _, step in metrics:
            values.setdefault(key, []).append(value)
            self._step = max(self._step, step)
        for key, fresh in values.items():
            self._add(key, fresh)

    def _add(self, key: str, values: Sequence[float]) -> None:
        """Keep every n-th value, with an n that grows with the curve."""
        if not values or (key not in self._curves and len(self._curves) >= MOST_METRICS):
            return
        curve, every, given = self._curves.setdefault(key, []), self._every.get(key, 1), self._given.get(key, 0)
        curve.extend(values[-given % every :: every])
        self._given[key] = given + len(values)
        while len(curve) > 2 * SPARK:
            del curve[1::2]
            every *= 2
        self._every[key] = every
        self._last[key] = values[-1]

    @property
    def turns(self) -> int:
        """How many iterations are done: as counted, else by the curves, else by the latest logged step."""
        if self.done is not None:
            return self.done
        return max(self._turns.values(), default=self._step)

    def look(self, now: float, *, paused: bool) -> None:
        """Note how far the loop is, by a clock in seconds; its pace excludes set-up and pauses."""
        turns, waited = self.turns, now - self._looked_at if paused else 0.0
        if self._first is None or turns < self._looked_turns:
            self._first = (turns, now) if turns else None
        else:
            self._first = self._first[0], self._first[1] + waited
        self._looked_at, self._looked_turns = now, turns

    @property
    def pace(self) -> float | None:
        """Milliseconds that an iteration of the loop takes on average; None before the first ones."""
        if self._first is None or self.turns <= self._first[0]:
            return None
        return 1000 * (self._looked_at - self._first[1]) / (self.turns - self._first[0])

    def as_dict(self) -> dict[str, Any]:
        """Return the state for the front end: iterations, pace and time (ms), value and curve of each metric."""
        return {
            "turns": self.turns,
            "pace": self.pace,
            "at": int(time.time() * 1000),
            "metrics": [
                {"key": key, "value": number(self._last[key]), "curve": [_plain(each) for each in curve]}
                for key, curve in self._curves.items()
            ],
        }


def _plain(value: float) -> float | None:
    return value if value - value == 0 else None
