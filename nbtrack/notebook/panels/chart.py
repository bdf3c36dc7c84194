"""The metric-history chart."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Bytes, Dict, Enum, Float, Int, List, Unicode, observe

from nbtrack.errors import NbtrackError
from nbtrack.notebook.panels import drawing, plain
from nbtrack.notebook.panels.drawing import POINTS
from nbtrack.notebook.panels.panel import Panel
from nbtrack.notebook.panels.plain import PlainChart
from nbtrack.tracking import MlflowClient, feed, remarks
from nbtrack.views import columns, figures, html, series, words
from nbtrack.views.bands import band

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.figure import Figure

    from nbtrack.entities import Metric, Run
    from nbtrack.notebook.panels.panel import Reply
    from nbtrack.tracking.feed import News
    from nbtrack.views.figures import Curve

EMPTY = "No curves here yet. Select runs that logged a metric more than once."


class Chart(Panel):
    """Curves of metrics, one small chart for each metric, one line for each run.

    Parameters
    ----------
    runs : sequence of Run or str
        The runs to draw, or their ids.
    metrics : sequence of str, optional
        Which metrics; by default the first few that have a history.
    client : MlflowClient, optional
        The store; by default the one in force.
    """

    front = "chart"

    runs = List(Dict(), help="The runs that are drawn: id and name of each.").tag(sync=True)
    metrics = List(Unicode(), help="The metrics that are drawn.").tag(sync=True)
    available = List(Unicode(), help="The metrics that these runs have.").tag(sync=True)
    x = Enum(("step", "time", "relative"), "step", help="The horizontal axis.").tag(sync=True)
    smoothing = Float(0.0, help="Exponential smoothing, from 0 to 0.99.").tag(sync=True)
    log_x = Bool(default_value=False, help="A logarithmic horizontal axis.").tag(sync=True)
    log_y = Bool(default_value=False, help="A logarithmic vertical axis.").tag(sync=True)
    band = Unicode(help="A parameter or tag: runs that share its value become one line, with a band around it.").tag(
        sync=True
    )
    groups = List(Unicode(), help="The parameters in which the runs differ.").tag(sync=True)
    lines = List(Dict(), help="What is drawn in place of the runs: id and name of each band.").tag(sync=True)
    lower = List(Unicode(), help="The metrics of which less is better: the best point is marked.").tag(sync=True)
    height = Int(220, help="The height of each small chart, in pixels.").tag(sync=True)
    empty = Unicode(default_value=None, allow_none=True, help="What to say when there is nothing to draw.").tag(
        sync=True
    )
    frame = Dict(help="Which stretch of `data` belongs to which curve, along which axis.").tag(sync=True)
    data = Bytes(help="float64: for each curve its x, then its y.").tag(sync=True)

    def __init__(
        self,
        runs: Iterable[Run | str] = (),
        metrics: Sequence[str] | None = None,
        *,
        client: MlflowClient | None = None,
        **traits: Any,
    ) -> None:
        self.client = client or MlflowClient()
        self._asked_metrics = list(metrics) if metrics is not None else None
        self._version = 0
        self._starts: dict[tuple[str, str], int] = {}
        self._bands: dict[str, str] | None = None
        super().__init__(**traits)
        self.show(runs)
        self._listener = feed.Listener(self._heard)

    def __repr__(self) -> str:
        """Say what is drawn."""
        return f"Chart({', '.join(self.metrics) or 'nothing'} of {len(self.runs)} runs)"

    # choosing

    def show(self, runs: Iterable[Run | str]) -> None:
        """Draw these runs instead."""
        found = [self.client.get_run(each) if isinstance(each, str) else each for each in runs]
        self.available = list(dict.fromkeys(key for run in found for key in run.data.metrics))
        wanted = self._asked_metrics if self._asked_metrics is not None else drawing.curved(found)
        self._bands = drawing.bands(found, self.band) if self.band else None
        goals = remarks.goals_of(self.client, found)
        with self.hold_sync():
            self.groups = columns.differing(found)
            self.lower = [each for each in self.available if words.lower_is_better(each, goals)]
            self.runs = [{"id": run.info.run_id, "name": run.info.run_name} for run in found]
            self.metrics = list(wanted)
            self._draw()

    @observe("metrics", "x")
    def _chosen(self, change: Any) -> None:
        if self._version:
            if change["name"] == "metrics" and change["old"] != change["new"] and not self._drawing:
                self._asked_metrics = list(self.metrics)
            self._draw()

    @observe("band")
    def _banded(self, _: Any) -> None:
        if self._version:
            self.show([run["id"] for run in self.runs])

    _drawing = False

    # drawing

    def curves(self, window: tuple[float, float] | None = None, most: int = POINTS) -> list[Curve]:
        """Return the curves that are drawn, each of at most about `most` points."""
        runs = {run["id"]: run["name"] for run in self.runs}
        return drawing.curves(self.client, runs, self.metrics, self.x, bands=self._bands, window=window, most=most)

    def _draw(self) -> None:
        self._version += 1
        curves = self.curves()
        layout, data = _packed(curves)
        labels = dict.fromkeys(each.band for each in curves if each.band is not None)
        with self.hold_sync():
            self.lines = [{"id": _band_id(place), "name": label} for place, label in enumerate(labels)]
            self.data = data
            self.frame = {"version": self._version, "x": self.x, "series": layout}
            self.empty = None if layout else EMPTY

    def answer(self, kind: str, request: Mapping[str, Any]) -> Reply:
        """Return the curves of a part of the horizontal axis."""
        if kind != "series":
            return super().answer(kind, request)
        first, last = request.get("x0"), request.get("x1")
        window = (float(first), float(last)) if first is not None and last is not None else None
        most = min(max(100, int(request.get("width") or POINTS) * 2), 4 * POINTS)
        layout, data = _packed(self.curves(window, most))
        return {"version": self._version, "series": layout}, [data]

    def _heard(self, news: News) -> None:
        """Send the new points of the runs that are drawn."""
        drawn = {run["id"]: run["name"] for run in self.runs}
        heard = {run_id: points for run_id, points in news.items() if run_id in drawn and points}
        if not heard:
            return
        fresh = {point.key for points in heard.values() for point in points} - set(self.available)
        if fresh or self.band:
            try:
                self.show(list(drawn))
            except NbtrackError:
                return
            return
        parts = [
            self._part(run_id, drawn[run_id], key, [each for each in points if each.key == key])
            for run_id, points in heard.items()
            for key in dict.fromkeys(each.key for each in points)
            if key in self.metrics
        ]
        if parts:
            layout, data = _packed(parts)
            self.send({"kind": "points", "version": self._version, "series": layout}, [data])

    def _part(self, run_id: str, name: str, key: str, points: Sequence[Metric]) -> Curve:
        import numpy as np

        start = self._start(run_id, key) if self.x == "relative" else 0
        x = np.array([each.step if self.x == "step" else each.timestamp for each in points], dtype=np.float64)
        if self.x == "relative":
            x = (x - start) / 1000
        y = np.array([each.value for each in points], dtype=np.float64)
        return figures.Curve(run_id, name, key, series.Series(x, y, len(points)))

    def _start(self, run_id: str, key: str) -> int:
        """Return when a curve began, in ms."""
        if (run_id, key) not in self._starts:
            self._starts[run_id, key] = int(min(self.client.store.metric_history(run_id, key).timestamps))
        return self._starts[run_id, key]

    # painting

    @property
    def figure(self) -> Figure:
        """A matplotlib figure of what is drawn, made afresh: style it and save it."""
        return figures.metric_history(
            self.curves(), self.metrics, axis=self.x, log_x=self.log_x, log_y=self.log_y, lower=self.lower
        )

    def static(self) -> dict[str, Any]:
        """Return a picture of the chart."""
        if self.empty:
            return {"text/html": html.empty(self.empty, self.uid), "text/plain": self.empty}
        picture = base64.b64encode(figures.png(self.figure)).decode()
        image = html.element("img", src=f"data:image/png;base64,{picture}", alt=repr(self), style="max-width:100%")
        return {"text/html": html.element("div", image, data_nbtrack_static=self.uid), "text/plain": repr(self)}


def _band_id(place: int) -> str:
    """Return an id whose last digit, as that of a run, gives the colour."""
    return f"band-{place:x}"


def _packed(curves: Sequence[Curve]) -> tuple[list[dict[str, Any]], bytes]:
    """Return where each curve lies, counted in floats, and the floats."""
    if any(each.band is not None for each in curves):
        return _packed_bands(curves)
    layout, parts, offset = [], [], 0
    for each in curves:
        x, y, total = each.series
        layout.append({"run": each.run_id, "metric": each.metric, "offset": offset, "length": len(x), "total": total})
        parts += [x.tobytes(), y.tobytes()]
        offset += 2 * len(x)
    return layout, b"".join(parts)


def _packed_bands(curves: Sequence[Curve]) -> tuple[list[dict[str, Any]], bytes]:
    """Return where the mean of each band lies, and behind it its lower and upper side."""
    groups: dict[tuple[str, str], list[series.Series]] = {}
    for each in curves:
        groups.setdefault((str(each.band), each.metric), []).append(each.series)
    ids = {label: _band_id(place) for place, label in enumerate(dict.fromkeys(label for label, _ in groups))}
    layout, parts, offset = [], [], 0
    for (label, metric), members in groups.items():
        found = band(members)
        size = len(found.x)
        layout.append(
            {
                "run": ids[label],
                "metric": metric,
                "offset": offset,
                "length": size,
                "total": size,
                "spread": offset + 2 * size,
            }
        )
        parts += [each.tobytes() for each in (found.x, found.mean, found.low, found.high)]
        offset += 4 * size
    return layout, b"".join(parts)


def chart(
    *metrics: str, runs: Sequence[Run | str] | None = None, filter: str = "", most: int = 5, **traits: Any
) -> Chart | PlainChart:
    """Return a live chart of metrics.

    Parameters
    ----------
    *metrics : str
        Which metrics; by default the first few that have a history.
    runs : sequence of Run or str, optional
        Which runs; by default the newest that have such a history.
    filter : str
        Which runs to choose from, in MLflow's filter grammar.
    most : int
        How many runs to choose.
    **traits
        Of the `Chart`, such as ``x="time"``, ``log_y=True`` or ``band="lr"``.
    """
    client = MlflowClient()
    if runs is None:
        runs = drawing.chosen(client, metrics, filter, most)
    if plain.wanted():
        known = [client.get_run(each) if isinstance(each, str) else each for each in runs]
        return PlainChart(known, metrics, client=client)
    return Chart(runs, list(metrics) or None, client=client, **traits)
