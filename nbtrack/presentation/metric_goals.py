"""Whether lower or higher values of a metric are better, by the goals in the tags of experiments."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from nbtrack import tags as reserved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbtrack.entities import Experiment

NO_GOALS: Mapping[str, str] = MappingProxyType({})


def from_experiments(experiments: Iterable[Experiment]) -> dict[str, str]:
    """Return ``max`` or ``min`` for each metric that has a goal; where experiments disagree, the first one wins."""
    found: dict[str, str] = {}
    for each in experiments:
        for key, value in each.tags.items():
            if key.startswith(reserved.GOAL):
                found.setdefault(key.removeprefix(reserved.GOAL), value)
    return found


def is_system_metric(metric: str) -> bool:
    """Return whether a metric is a system metric; these come last."""
    return metric.startswith("system/")


def lower_is_better(key: str, goals: Mapping[str, str] = NO_GOALS) -> bool:
    """Return whether lower values of a metric are better: by its goal, ``max`` or ``min``, or else by its name."""
    if key in goals:
        return goals[key] == "min"
    words = key.lower().replace("-", "_").replace(".", "_").replace("/", "_").split("_")
    return any(
        word.startswith(("loss", "err", "mse", "rmse", "mae", "mape", "perplex", "nll", "cost", "deviance", "brier"))
        for word in words
    ) or any(word.endswith(("loss", "error")) for word in words)
