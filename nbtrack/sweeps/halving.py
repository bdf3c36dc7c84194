"""Successive halving: at the steps 1, 3, 9, 27 … of its curve a trial continues only if it is among the best third.

Trials are compared at the same step with those that came that far before, as asynchronous halving does, so that no
trial waits for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.sweeps.search import Search
    from nbtrack.sweeps.trials import Trial

FACTOR = 3
"""The reduction factor: one of this many trials continues at each rung, and rungs are spaced by this factor."""


class Halving:
    """Stops the trials of a search early; see `nbtrack.sweeps.search.Search`."""

    stops_early = True

    def __init__(self, search: Search) -> None:
        self._search = search
        self.total = search.total
        self._rungs: dict[int, dict[int, float]] = {}
        """For each rung, the values of the trials that have reached it."""

    def next(self) -> Trial | None:
        """Return the next trial of the search."""
        return self._search.next()

    def ended(self, trial: Trial, value: float | None) -> None:
        """See `Search.ended`."""
        self._search.ended(trial, value)

    def stops(self, trial: Trial, curve: Sequence[float]) -> str | None:
        """Stop a trial that is not among the best third at a rung it has reached."""
        points = 1
        while points <= len(curve):
            rung = self._rungs.setdefault(points, {})
            if trial.number not in rung:
                rung[trial.number] = curve[points - 1]
                better = sum(value > curve[points - 1] for value in rung.values())
                if better >= max(1, len(rung) // FACTOR):
                    return f"halving: {better + 1} of {len(rung)} after {points} steps"
            points *= FACTOR
        return None
