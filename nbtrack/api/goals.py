"""What is better of a metric for some runs, by the goals of their experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.views.goals import among

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.entities import Run
    from nbtrack.stores.base import Store


def of(store: Store, runs: Iterable[Run]) -> dict[str, str]:
    """Return ``max`` or ``min`` for each metric that has a goal in the experiments of some runs."""
    return among(store.get_experiment(each) for each in dict.fromkeys(run.info.experiment_id for run in runs))
