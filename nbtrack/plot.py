"""``nbtrack.plot``: matplotlib figures of runs, for papers and reports.

Each function returns a new `matplotlib.figure.Figure` without using pyplot; ``rcParams`` apply. A column is a metric
or parameter by its name, or with a prefix as in filters (``metrics.loss``, ``params.lr``) where a name is ambiguous.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import validation
from nbtrack.endpoints import chart_data, run_rows
from nbtrack.errors import InvalidValue
from nbtrack.presentation import figures, metric_goals, run_values
from nbtrack.presentation import metric_curves as curves
from nbtrack.presentation.figures import ScatterPoint
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from nbtrack.entities import Run

__all__ = ["compare", "metric_history", "parallel", "scatter"]

POINTS = 2000
"""Points drawn per curve; a longer curve is reduced to the minima and maxima of its sections."""


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
    """Return curves of metrics, one subplot per metric and one line per run.

    Parameters
    ----------
    *metrics : str
        The metrics; by default the first few, those with a history before others.
    runs : sequence of Run or str, optional
        The runs; by default the `most` newest that match the filter.
    filter : str
        The runs to choose from, in MLflow's filter grammar.
    x : {"step", "time", "relative"}
        The horizontal axis.
    log_x, log_y : bool
        Whether an axis is logarithmic.
    band : str, optional
        A parameter or tag, or ``"settings"`` for all parameters but the seed; runs with the same value are drawn as
        their mean, with a band of one standard deviation on either side.
    best : bool
        Whether to mark the best point, by the goal of the metric (`nbtrack.goal`) or else by its name.
    most : int
        The maximum number of runs.
    """
    client = MlflowClient()
    chosen = _select(client, runs, filter, most)
    wanted = list(metrics) or chart_data.charted(chosen)
    bands = {} if band is None else chart_data.bands(chosen, band)
    drawn = [
        figures.Curve(
            run.info.run_id,
            run.info.run_name,
            metric,
            curves.series(client.store.metric_history(run.info.run_id, metric), x, most=POINTS),
            bands.get(run.info.run_id),
        )
        for run in chosen
        for metric in wanted
        if metric in run.data.metrics
    ]
    known = chart_data.metric_goals_of(client.store, chosen) if best else {}
    goals = {each: metric_goals.goal_of(each, known) for each in wanted} if best else None
    return figures.metric_history(drawn, wanted, axis=x, log_x=log_x, log_y=log_y, goals=goals)


@validation.typed
def scatter(
    x: str,
    y: str,
    *,
    runs: Sequence[Run | str] | None = None,
    rows: Run | str | None = None,
    filter: str = "",
    most: int = 1000,
) -> Figure:
    """Return a scatter plot of runs: one column against another, such as a metric against a parameter.

    Parameters
    ----------
    x, y : str
        The columns.
    rows : Run or str, optional
        A run, its id or its name: the rows of its sweep are drawn instead.
    runs, filter, most
        As in `metric_history`.
    """
    points = [_point(run, (x, y)) for run in _select_or_rows(rows, runs, filter, most)]
    for each in (x, y):
        _require(points, each)
    return figures.scatter(points, x, y)


@validation.typed
def parallel(
    *axes: str,
    metric: str,
    runs: Sequence[Run | str] | None = None,
    rows: Run | str | None = None,
    filter: str = "",
    most: int = 500,
) -> Figure:
    """Return a parallel coordinates plot: one line per run across columns, coloured by a metric.

    Parameters
    ----------
    *axes : str
        The columns; by default the parameters that differ.
    metric : str
        The metric of the last axis and the colours.
    runs, rows, filter, most
        As in `scatter`.
    """
    chosen = _select_or_rows(rows, runs, filter, most)
    wanted = axes or run_values.differing(chosen)
    points = [_point(run, [*wanted, metric]) for run in chosen]
    _require(points, metric)
    return figures.parallel(points, wanted, metric)


@validation.typed
def compare(*runs: Run | str, metrics: Sequence[str] = ()) -> Figure:
    """Return the latest values of metrics as bars, one subplot per metric; by default of all metrics of the runs."""
    chosen = _select(MlflowClient(), runs, "", len(runs))
    wanted = list(metrics) or list(dict.fromkeys(key for run in chosen for key in run.data.metrics))
    return figures.bars([_point(run, [f"metrics.{each}" for each in wanted], wanted) for run in chosen], wanted)


def _select(client: MlflowClient, runs: Sequence[Run | str] | None, filter: str, most: int) -> list[Run]:
    if runs is not None:
        validation.run_ids(runs)
        return [client.get_run(each) if isinstance(each, str) else each for each in runs]
    everywhere = [each.experiment_id for each in client.search_experiments(max_results=10_000)]
    return list(client.search_runs(everywhere, filter, max_results=most))


def _select_or_rows(rows: Run | str | None, runs: Sequence[Run | str] | None, filter: str, most: int) -> Sequence[Run]:
    client = MlflowClient()
    if rows is None:
        return _select(client, runs, filter, most)
    return run_rows.needed(client.get_run(find_run(client.store, rows).info.run_id), client.artifact_folder)[:most]


def _require(points: Sequence[ScatterPoint], column: str) -> None:
    if not any(each.values[column] is not None for each in points):
        raise InvalidValue(f"none of the {len(points)} runs has a metric or parameter {column!r}")


def _point(run: Run, wanted: Sequence[str], names: Sequence[str] | None = None) -> ScatterPoint:
    values = {name: run_values.value(run, column) for name, column in zip(names or wanted, wanted, strict=True)}
    return ScatterPoint(run.info.run_id, run.info.run_name, values)
