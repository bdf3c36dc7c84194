"""Values that are recorded on request, although no rule takes them.

They are added to a run that has ended, and recorded by its cell from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.capture.rules.asked_values import AskedMetrics
from nbtrack.entities import Metric
from nbtrack.errors import NotFound
from nbtrack.presentation import passed_over
from nbtrack.tracking import cell_runs, run_annotations
from nbtrack.tracking.client import now
from nbtrack.tracking.experiments import resolve_experiment_id

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.tracking.client import MlflowClient


def keep(client: MlflowClient, run: Run, name: str, number: float | None = None) -> None:
    """Record a number that a run did not record, or else `number`, and make its cell record it from now on.

    Raise `NotFound` when the run has no unrecorded number of that name, and `number` is None.
    """
    found = {each.name: each for each in passed_over.of_run(run)}
    value = found[name].value if name in found else number
    if value is None:
        there = ", ".join(map(repr, found)) or "none"
        raise NotFound(f"Run {run.info.run_name!r} has no unrecorded number {name!r}; it has {there}")
    fresh = [] if name in run.data.metrics else [Metric(name, value, now(), 0)]
    line = found[name].line if name in found else 1
    tags = [
        run_annotations.kept_tag([*run_annotations.kept_names(run), name]),
        passed_over.tag(each for each in found.values() if each.name != name),
        *([run_annotations.inferred_tag(run, {name: (AskedMetrics.code, line)})] if fresh else []),
    ]
    client.log_batch(run.info.run_id, metrics=fresh, tags=tags)


def names_of_cell(client: MlflowClient, experiment: str | None, cell: str) -> list[str]:
    """Return the names that a cell records on request, by its latest run in an experiment."""
    latest = cell_runs.latest(client, resolve_experiment_id(experiment, client), cell)
    return run_annotations.kept_names(latest) if latest is not None else []
