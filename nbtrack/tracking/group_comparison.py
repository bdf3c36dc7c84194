"""Comparing groups of runs over their seeds: which runs, by which metric, and what their code is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue, NbtrackError, NotFound
from nbtrack.presentation import metric_goals, run_values
from nbtrack.statistics.comparison import compare_samples
from nbtrack.statistics.samples import by_columns, by_settings
from nbtrack.statistics.seeds import code_without_values
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
    from nbtrack.statistics.comparison import GroupComparison

MOST_RUNS = 5_000
CODE = "cell.py"
"""The artifact with the source of the cell."""
MOST_CODE = 1 << 20
"""The most bytes of code that are read of a run."""


def compare_groups(
    runs: Sequence[Run | str] | None = None,
    *,
    filter: str = "",
    by: Sequence[str] | str | None = None,
    metric: str | None = None,
    client: MlflowClient | None = None,
) -> GroupComparison:
    """Return runs grouped by everything but their seed and compared by a metric.

    Parameters
    ----------
    runs : sequence of Run or str, optional
        The runs, their ids or names; by default those of the current experiment.
    filter : str
        Which runs of the current experiment, in MLflow's filter grammar.
    by : str or sequence of str, optional
        Parameters or tags to group by, of the runs that have any of them; by default all parameters and the code of
        the cell, but not the seed.
    metric : str, optional
        By default the first one with a goal, or whose name implies one.
    client : MlflowClient, optional
        The store; by default that of the current tracking URI.

    Raises
    ------
    InvalidValue
        When no run has a finite value of the metric, or what they are grouped by.
    NotFound
        When there is no such run, or none to compare.
    Unsupported
        When SciPy is not installed.
    """
    client = client or MlflowClient()
    chosen = _finished(_chosen(client, runs, filter))
    goals = metric_goals.from_experiments(
        client.get_experiment(each) for each in dict.fromkeys(run.info.experiment_id for run in chosen)
    )
    name = _default_metric(chosen, goals) if metric is None else metric.removeprefix("metrics.")
    columns = [by] if isinstance(by, str) else list(by or ())
    _check(chosen, name, columns)
    samples = (
        by_columns(chosen, name, columns) if columns else by_settings(chosen, name, lambda run: _code(client, run))
    )
    return compare_samples(samples, name, metric_goals.goal_of(name, goals))


def _chosen(client: MlflowClient, runs: Sequence[Run | str] | None, filter: str) -> list[Run]:
    """Return the requested runs, the newest first."""
    if runs is None:
        where, query = [current_experiment_id(client)], client.parse_query(filter)
        return list(client.store.search_runs(where, query, ViewType.ACTIVE_ONLY, MOST_RUNS))
    if filter:
        raise InvalidValue("pass runs to compare or a filter that finds them, not both")
    ids = dict.fromkeys(find_run(client.store, each).info.run_id for each in runs)
    return sorted(map(client.get_run, ids), key=lambda run: run.info.start_time, reverse=True)


def _finished(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that have ended, without those that only contain the trials of a sweep."""
    ended = [each for each in runs if each.info.status not in {"RUNNING", "SCHEDULED"}]
    found = [each for each in ended if reserved.SWEEP not in each.data.tags]
    if not found:
        raise NotFound("There is no run to compare: no run that has ended matches")
    return found


def _default_metric(runs: Sequence[Run], goals: dict[str, str]) -> str:
    choices = [each for each in run_values.axis_choices(runs, goals) if each.startswith("metrics.")]
    if not choices:
        raise InvalidValue(f"none of the {len(runs)} runs has a metric to compare by")
    return choices[0].removeprefix("metrics.")


def _check(runs: Sequence[Run], metric: str, columns: Sequence[str]) -> None:
    known = dict.fromkeys(key for run in runs for key in run.data.metrics)
    if metric not in known:
        there = ", ".join(map(repr, list(known)[:20])) or "none"
        raise InvalidValue(f"none of the {len(runs)} runs has a metric {metric!r}; they have {there}")
    for column in columns:
        if all(run_values.value(run, column) is None for run in runs):
            raise InvalidValue(f"none of the {len(runs)} runs has a parameter or tag {column!r} to group by")


def _code(client: MlflowClient, run: Run) -> str:
    """Return the code of a run's cell without seeds and parameters; empty for a run without one."""
    if reserved.CELL not in run.data.tags:
        return ""
    try:
        source = client.artifact_folder(run.info.run_id).head(CODE, MOST_CODE).decode("utf-8", "replace")
    except NbtrackError:
        return ""
    return code_without_values(source, run.data.params)
