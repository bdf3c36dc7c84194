"""What ranks the trials of a sweep: one metric, and whether higher or lower is better."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation import metric_goals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbtrack.sweeps.trials import Outcome

_OF_VALIDATION = ("val", "valid", "test", "eval", "cv")


class Ranking:
    """Ranks outcomes; without a requested metric, one of the first outcome's is chosen."""

    def __init__(self, metric: str | None, goal: str | None, goals: Mapping[str, str]) -> None:
        self.metric, self._goal, self._goals = metric, goal, goals

    @property
    def goal(self) -> str:
        """``max`` or ``min``."""
        if self._goal is not None:
            return self._goal
        return "min" if self.metric is not None and metric_goals.lower_is_better(self.metric, self._goals) else "max"

    def learn(self, metrics: Iterable[str]) -> bool:
        """Choose the metric from those of a trial, unless it is known; return whether it was chosen now."""
        known = [each for each in metrics if not metric_goals.is_system_metric(each)]
        if self.metric is not None or not known:
            return False
        with_goal = [each for each in known if metric_goals.goal_of(each, self._goals) is not None]
        held_out = [each for each in with_goal if any(word in each.lower() for word in _OF_VALIDATION)]
        self.metric = next(iter([*held_out, *with_goal, *known[-1:]]))
        return True

    def value(self, metrics: Mapping[str, float]) -> float | None:
        """Return the value that ranks a trial, negated if lower is better; None if it has none."""
        found = metrics.get(self.metric) if self.metric is not None else None
        return None if found is None or math.isnan(found) else self.turned(found)

    def turned(self, value: float) -> float:
        """Return a value of the metric, negated if lower is better."""
        return value if self.goal == "max" else -value

    def best(self, outcomes: Iterable[Outcome]) -> Best | None:
        """Return the best of the finished trials: the first of those with the best mean over seeds."""
        groups: dict[str, list[tuple[float, Outcome]]] = {}
        for one in outcomes:
            value = self.value(one.metrics) if one.status == "FINISHED" else None
            if value is not None:
                groups.setdefault(one.combination, []).append((value, one))
        if not groups:
            return None
        means = {name: fmean(value for value, _ in group) for name, group in groups.items()}
        won = max(means, key=lambda name: means[name])
        return Best(groups[won][0][1], self.turned(means[won]), len(groups[won]))


class Best(NamedTuple):
    """The winner of a sweep: a trial with the best values, and their mean over so many seeds."""

    outcome: Outcome
    mean: float
    seeds: int
