"""Choosing the run that others are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import validation
from nbtrack.stores import baselines
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking import events
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id
from nbtrack.tracking.run_annotations import resolve_run

if TYPE_CHECKING:
    from nbtrack.entities import Run


@validation.typed
def set_baseline(run: Run | str | None = None, *, of: str = "experiment") -> Run:
    """Make a run the baseline that others are compared with, and return it.

    Tables show by how much each metric differs from it and keep it on top, cards say what is better or worse than in
    it, and charts draw it in grey.

    Parameters
    ----------
    run : Run or str, optional
        The run, its id, or its name; by default the active run or the last one of this process.
    of : {"experiment", "cell"}
        The baseline of all runs of its experiment, or only of those of its cell, for which it takes precedence.

    Raises
    ------
    NotFound
        When there is no such run.
    InvalidValue
        When `of` is neither, or the run has no cell.
    """
    client, found = _resolved(run)
    baselines.set_baseline(client.store, found, of)
    events.publish(found.info.run_id)
    return found


@validation.typed
def clear_baseline(run: Run | str | None = None) -> list[Run]:
    """Remove a baseline, by default all of the current experiment, and return the runs that were baselines."""
    client = MlflowClient()
    chosen = (
        baselines.Baselines(client.store, [current_experiment_id(client)]).runs
        if run is None
        else [find_run(client.store, run)]
    )
    for each in chosen:
        baselines.clear_baseline(client.store, client.get_run(each.info.run_id))
        events.publish(each.info.run_id)
    return chosen


@validation.typed
def get_baseline(run: Run | str | None = None) -> Run | None:
    """Return the run that a run is compared with, by default the current one; None if there is no baseline."""
    client, found = _resolved(run)
    return baselines.baseline_of(client.store, found)


def _resolved(run: Run | str | None) -> tuple[MlflowClient, Run]:
    if run is None:
        return resolve_run()
    client = MlflowClient()
    return client, client.get_run(find_run(client.store, run).info.run_id)
