"""``nbtrack.plot``: matplotlib figures of runs, to be styled and saved for a paper.

Each function returns a `matplotlib.figure.Figure` of its own: nothing is drawn through pyplot, and ``rcParams``
decide what it looks like. A column is a metric or a parameter, by its name, or as a filter writes it
(``metrics.loss``, ``params.lr``) where both have that name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import validation
from nbtrack.endpoints import chart_data
from nbtrack.errors import InvalidValue
from nbtrack.presentation import figures, metric_goals, run_values
from nbtrack.presentation import metric_curves as curves
from nbtrack.presentation.figures import ScatterPoint
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from nbtrack.entities import Run

__all__ = ["compare", "metric_history", "parallel", "scatter"]

POINTS = 2000
"""Points of a curve that are drawn; of more the lowest and highest of each stretch."""
MOST_METRICS = 6


@validation.typed
def metric_history(
    *metrics: str,
    runs: Sequence[Run | str] | None = None,
    filter: str = "",
    x: str = "step",
    log_x: bool = False,
    log_y: bool = False,
    band: str | None = None,
    best: bool = False,
    most: int = 5,
) -> Figure:
    """Return the curves of metrics, one panel each, one line per run.

    Parameters
    ----------
    *metrics : str
        Which ones; by default the first few that have a curve.
    runs : sequence of Run or str, optional
        Which runs; by default the `most` newest that the filter finds.
    filter : str
        Which runs to choose from, in MLflow's filter grammar.
    x : {"step", "time", "relative"}
        The horizontal axis.
    log_x, log_y : bool
        Whether an axis is logarithmic.
    band : str, optional
        A parameter or tag; runs that share its value become one line, their mean, with a band of one standard
        deviation on either side.
    best : bool
        Whether to mark the best point: by the goal of the metric (`nbtrack.goal`), else by what its name says.
    most : int
        How many runs to choose.
    """
    client = MlflowClient()
    chosen = _chosen(client, runs, filter, most)
    wanted = list(metrics) or _curved(chosen)
    drawn = [
        figures.Curve(
            run.info.run_id,
            run.info.run_name,
            metric,
            curves.series(client.store.metric_history(run.info.run_id, metric), x, most=POINTS),
            None if band is None else f"{band} = {run_values.value(run, band)}",
        )
        for run in chosen
        for metric in wanted
        if metric in run.data.metrics
    ]
    known = chart_data.metric_goals_of(client.store, chosen) if best else {}
    lower = [each for each in wanted if metric_goals.lower_is_better(each, known)] if best else None
    return figures.metric_history(drawn, wanted, axis=x, log_x=log_x, log_y=log_y, lower=lower)


@validation.typed
def scatter(x: str, y: str, *, runs: Sequence[Run | str] | None = None, filter: str = "", most: int = 1000) -> Figure:
    """Return a point for each run: one column against another, such as a parameter against a metric."""
    return figures.scatter(_scatter_points(runs, filter, most, (x, y)), x, y)


@validation.typed
def parallel(
    *axes: str, metric: str, runs: Sequence[Run | str] | None = None, filter: str = "", most: int = 500
) -> Figure:
    """Return parallel coordinates: a line for each run across its columns, coloured by the metric.

    Parameters
    ----------
    *axes : str
        Which ones; by default the parameters that differ.
    metric : str
        The last axis, and the colour.
    runs, filter, most
        As of `metric_history`.
    """
    chosen = _chosen(MlflowClient(), runs, filter, most)
    wanted = axes or run_values.differing(chosen)
    points = [_point(run, [*wanted, metric]) for run in chosen]
    _require(points, metric)
    return figures.parallel(points, wanted, metric)


@validation.typed
def compare(*runs: Run | str, metrics: Sequence[str] = ()) -> Figure:
    """Return the last values of metrics as bars, one panel each; by default of all that the runs have."""
    chosen = _chosen(MlflowClient(), runs, "", len(runs))
    wanted = list(metrics) or list(dict.fromkeys(key for run in chosen for key in run.data.metrics))
    return figures.bars([_point(run, [f"metrics.{each}" for each in wanted], wanted) for run in chosen], wanted)


def _chosen(client: MlflowClient, runs: Sequence[Run | str] | None, filter: str, most: int) -> list[Run]:
    if runs is not None:
        validation.run_ids(runs)
        return [client.get_run(each) if isinstance(each, str) else each for each in runs]
    everywhere = [each.experiment_id for each in client.search_experiments(max_results=10_000)]
    return list(client.search_runs(everywhere, filter, max_results=most))


def _curved(runs: Sequence[Run]) -> list[str]:
    keys = dict.fromkeys(each.key for run in runs for each in run.data.latest if each.step > 0)
    return list(keys)[:MOST_METRICS]


def _scatter_points(
    runs: Sequence[Run | str] | None, filter: str, most: int, wanted: Sequence[str]
) -> list[ScatterPoint]:
    points = [_point(run, wanted) for run in _chosen(MlflowClient(), runs, filter, most)]
    for each in wanted:
        _require(points, each)
    return points


def _require(points: Sequence[ScatterPoint], column: str) -> None:
    if not any(each.values[column] is not None for each in points):
        msg = f"none of the {len(points)} runs has a metric or parameter {column!r}"
        raise InvalidValue(msg)


def _point(run: Run, wanted: Sequence[str], names: Sequence[str] | None = None) -> ScatterPoint:
    values = {name: run_values.value(run, column) for name, column in zip(names or wanted, wanted, strict=True)}
    return ScatterPoint(run.info.run_id, run.info.run_name, values)
