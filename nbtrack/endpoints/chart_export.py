"""Charts as files: pictures as matplotlib draws them, and the recorded points as CSV."""

from __future__ import annotations

import csv
import io
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import process
from nbtrack.endpoints import chart_data
from nbtrack.endpoints.chart_endpoints import runs_of_curves, runs_of_scatter
from nbtrack.endpoints.service import File, Service, answers
from nbtrack.errors import InvalidValue
from nbtrack.presentation import figures, metric_goals, run_values, scatter
from nbtrack.wire import endpoint_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.figure import Figure

    from nbtrack.entities import Run

PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
MOST_POINTS = 1_000_000
"""Points in one file."""
DPI = 200


class _Drawing:
    """Only one thread draws: matplotlib is not made for several."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


class _Chart(NamedTuple):
    """What a chart shows; see `export`."""

    run_ids: Sequence[str]
    rows: str
    kind: str
    metrics: Sequence[str]
    x: str
    band: str
    smoothing: float
    axes: Sequence[str]
    logs: Sequence[str]
    colour: str


@answers(endpoint_table.EXPORT_CHART)
def export(service: Service, format: str, **asked: Any) -> File:
    """Return a chart as a picture, or the points that were recorded, neither smoothed nor decimated.

    `logs` are the logarithmic axes: ``x`` and ``y`` of curves, else some of `axes`. The `colour` of parallel lines is
    that of the ``metric`` on the last axis, or of the ``run``.
    """
    if format not in {*PICTURES, "csv"}:
        msg = f"a chart can't be exported as {format[:40]!r}; accepted are csv, {' and '.join(PICTURES)}"
        raise InvalidValue(msg)
    chart = _Chart(**asked)
    return _of_curves(service, chart, format) if chart.kind == "history" else _of_scatter(service, chart, format)


def _of_curves(service: Service, chart: _Chart, format: str) -> File:
    runs = runs_of_curves(service, chart.run_ids, chart.metrics, chart.x, chart.smoothing)
    if format == "csv":
        return _csv(("run_id", "run", "metric", "step", "timestamp", "value"), _points(service, runs, chart.metrics))
    return _picture(partial(_curves, service, runs, chart), format)


def _curves(service: Service, runs: Sequence[Run], chart: _Chart) -> Figure:
    bands = chart_data.bands(runs, chart.band) if chart.band else None
    names = {each.info.run_id: each.info.run_name for each in runs}
    drawn = chart_data.curves(service.store, names, chart.metrics, chart.x, bands=bands, smoothing=chart.smoothing)
    known = chart_data.metric_goals_of(service.store, runs)
    goals = {each: metric_goals.goal_of(each, known) for each in chart.metrics}
    log_x, log_y = ("x" in chart.logs and chart.x != "time"), "y" in chart.logs
    return figures.metric_history(drawn, chart.metrics, axis=chart.x, log_x=log_x, log_y=log_y, goals=goals)


def _of_scatter(service: Service, chart: _Chart, format: str) -> File:
    drawn, axes = runs_of_scatter(service, chart.run_ids, chart.rows, chart.kind, chart.axes)
    if format == "csv":
        return _csv(("run_id", "run", *axes), _values(drawn, axes))
    by_metric = chart.colour == "metric"
    draw = partial(scatter.scatter_figure, chart.kind, drawn, axes, logs=chart.logs, colour_by_metric=by_metric)
    return _picture(draw, format)


def _picture(draw: Callable[[], Figure], format: str) -> File:
    from nbtrack.media.figures import figure_bytes

    with process.state(_Drawing).lock:
        return File(f"chart.{format}", PICTURES[format], figure_bytes(draw(), f".{format}", {"dpi": DPI}))


def _points(service: Service, runs: Sequence[Run], metrics: Sequence[str]) -> Iterable[Sequence[object]]:
    left = MOST_POINTS
    for run in runs:
        for metric in metrics:
            history = service.store.metric_history(run.info.run_id, metric)
            left -= len(history.values)
            if left < 0:
                msg = f"a file has up to {MOST_POINTS:,} points: export fewer runs or metrics, or use nbtrack.history"
                raise InvalidValue(msg)
            for step, moment, value in zip(history.steps, history.timestamps, history.values, strict=True):
                yield run.info.run_id, run.info.run_name, metric, step, moment, value


def _values(runs: Sequence[Run], columns: Sequence[str]) -> Iterable[Sequence[object]]:
    for run in runs:
        yield run.info.run_id, run.info.run_name, *(run_values.value(run, each) for each in columns)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> File:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(heads)
    table.writerows(rows)
    return File("chart.csv", "text/csv", written.getvalue().encode(errors="backslashreplace"))
