"""How the trials of a sweep are chosen, one after the other, and which of them are stopped early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.sweeps.trials import Trial


class Search(Protocol):
    """Chooses trials; `value` is what ranks a trial; higher is better."""

    total: int
    """How many trials there are at most."""
    stops_early: bool
    """Whether `stops` must be called."""

    def next(self) -> Trial | None:
        """Return the next trial, None when there are no more."""

    def ended(self, trial: Trial, value: float | None) -> None:
        """Record the result of a trial; `value` is None if the trial was interrupted or has none."""

    def stops(self, trial: Trial, curve: Sequence[float]) -> str | None:
        """Return why a running trial should stop, given its curve so far; None if it should continue."""


class ListedTrials:
    """Trials that are known from the beginning."""

    stops_early = False

    def __init__(self, listed: Sequence[Trial]) -> None:
        self.total = len(listed)
        self._waiting: Iterator[Trial] = iter(listed)

    def next(self) -> Trial | None:
        """Return the next trial of the list."""
        return next(self._waiting, None)

    def ended(self, trial: Trial, value: float | None) -> None:
        """Ignore it: the list does not depend on results."""

    def stops(self, trial: Trial, curve: Sequence[float]) -> str | None:
        """Return None: no trial is stopped."""
        return None
