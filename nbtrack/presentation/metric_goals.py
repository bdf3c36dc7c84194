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


def goal_of(key: str, goals: Mapping[str, str] = NO_GOALS) -> str | None:
    """Return ``max`` or ``min`` for a metric: its goal, or the one that its name implies; None if it implies none."""
    if key in goals:
        return goals[key]
    words = key.lower().replace("-", "_").replace(".", "_").replace("/", "_").split("_")
    if any(word.startswith(_LOWER) or word.endswith(("loss", "error")) for word in words):
        return "min"
    return "max" if any(word.startswith(_HIGHER) or word in _HIGHER_WORDS for word in words) else None


_LOWER = ("loss", "err", "mse", "rmse", "mae", "mape", "perplex", "nll", "cost", "deviance", "brier")
_HIGHER = ("acc", "auc", "auroc", "auprc", "score", "precision", "recall", "sensitivity", "specificity", "reward")
_HIGHER_WORDS = frozenset({"f1", "r2", "ap", "map", "mcc", "kappa", "iou", "dice", "bleu", "rouge", "likelihood"})


def lower_is_better(key: str, goals: Mapping[str, str] = NO_GOALS) -> bool:
    """Return whether lower values of a metric are better; by default higher ones are."""
    return goal_of(key, goals) == "min"
