"""The endpoints that charts are drawn from: curves, scatter, parallel coordinates."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack.endpoints import artifact_locations, chart_data, run_rows
from nbtrack.endpoints.recent_listings import listed
from nbtrack.endpoints.service import Packed, Service, answers
from nbtrack.errors import InvalidValue
from nbtrack.presentation import run_values, scatter
from nbtrack.presentation.metric_curves import MAX_SMOOTHING as MOST_SMOOTHING
from nbtrack.wire import endpoint_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
    from nbtrack.wire.values import Json

MOST_METRICS = 50
AXES = ("step", "time", "relative")


@answers(endpoint_table.CURVES)
def curves(
    service: Service,
    run_ids: Sequence[str],
    metrics: Sequence[str] | None,
    x: str,
    band: str,
    smoothing: float,
    x0: float | None,
    x1: float | None,
    width: int | None,
) -> Packed:
    """Return the curves of runs, decimated to what the eye can distinguish, and what a chart shows about the runs."""
    runs = runs_of_curves(service, run_ids, metrics or (), x, smoothing)
    wanted = chart_data.charted(runs) if metrics is None else metrics
    bands = chart_data.bands(runs, band) if band else None
    baseline = chart_data.baseline_of_runs(service.store, runs, bands)
    drawn = chart_data.curves(
        service.store,
        chart_data.with_baseline({each.info.run_id: each.info.run_name for each in runs}, baseline),
        wanted,
        x,
        bands=bands,
        window=None if x0 is None or x1 is None else (x0, x1),
        most=chart_data.most(width),
        smoothing=smoothing,
    )
    layout, data = chart_data.packed(drawn)
    head = {
        "x": x,
        "smoothing": smoothing,
        "series": layout,
        "metrics": list(wanted),
        "lines": chart_data.lines(drawn),
        "baseline": chart_data.run_name(baseline),
        **chart_data.chart_options(runs, chart_data.metric_goals_of(service.store, runs)),
    }
    return Packed({**head, "empty": None if layout else chart_data.empty(metrics, runs)}, data)


@answers(endpoint_table.SCATTER)
def scatter_chart(
    service: Service, run_ids: Sequence[str] | None, rows: str, kind: str, axes: Sequence[str], **query: Any
) -> Json:
    """Return runs for a scatter plot or parallel coordinates, and the columns that can be axes.

    The runs are those of `run_ids`, or the first ones that the query of a table finds. If the run `rows` has
    rows, these are drawn instead.
    """
    _check_scatter(kind, run_ids or (), axes)
    if run_ids is None:
        listing = listed(service, query)
        runs, found = listing.first_runs(scatter.MOST), listing.shape.total
    else:
        runs = [service.store.get_run(each) for each in dict.fromkeys(run_ids)]
        found = len(runs)
    of_rows = _rows_to_draw(service, rows)
    drawn, found = of_rows[: scatter.MOST] or runs, len(of_rows) or found
    choices = run_values.axis_choices(drawn, chart_data.metric_goals_of(service.store, drawn))
    asked = [run_values.full_name(drawn, each) for each in scatter.checked_axes(kind, axes)]
    wanted = asked or scatter.default_axes(kind, choices)
    points = scatter.plotted_runs(drawn, wanted)
    return {
        "runs": [{"id": run.info.run_id, "name": run.info.run_name} for run in runs],
        "choices": choices,
        "axes": wanted,
        "points": points,
        "found": found,
        "empty": None if wanted and points else scatter.EMPTY,
    }


def _rows_to_draw(service: Service, run_id: str) -> list[Run]:
    if not run_id:
        return []
    return run_rows.to_draw(service.store.get_run(run_id), partial(artifact_locations.artifacts_of, service))


def runs_of_curves(
    service: Service, run_ids: Sequence[str], metrics: Sequence[str], x: str, smoothing: float
) -> list[Run]:
    """Return the runs whose curves are asked for; raise `InvalidValue` for a chart that is too large, or not one."""
    if not 0 <= smoothing <= MOST_SMOOTHING:
        msg = f"curves are smoothed by 0 to {MOST_SMOOTHING}, not {smoothing}"
        raise InvalidValue(msg)
    if x not in AXES or len(run_ids) > chart_data.MOST_RUNS or len(metrics) > MOST_METRICS:
        msg = (
            f"a chart has up to {chart_data.MOST_RUNS} runs and {MOST_METRICS} metrics, along one of {', '.join(AXES)}"
        )
        raise InvalidValue(msg)
    return [service.store.get_run(each) for each in dict.fromkeys(run_ids)]


def runs_of_scatter(
    service: Service, run_ids: Sequence[str], rows: str, kind: str, axes: Sequence[str]
) -> tuple[list[Run], list[str]]:
    """Return what a scatter or parallel coordinates draw, runs or the rows of one, and the full names of its axes."""
    _check_scatter(kind, run_ids, axes)
    runs = [service.store.get_run(each) for each in dict.fromkeys(run_ids)]
    drawn = _rows_to_draw(service, rows)[: scatter.MOST] or runs
    return drawn, [run_values.full_name(drawn, each) for each in scatter.checked_axes(kind, axes)]


def _check_scatter(kind: str, run_ids: Sequence[str], axes: Sequence[str]) -> None:
    if kind not in scatter.NEEDED or len(run_ids) > scatter.MOST or len(axes) > MOST_METRICS:
        msg = f"a chart is one of {', '.join(scatter.NEEDED)}, with up to {scatter.MOST} runs and {MOST_METRICS} axes"
        raise InvalidValue(msg)
