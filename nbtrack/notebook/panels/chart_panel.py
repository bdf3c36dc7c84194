"""The metric-history chart."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Bytes, Dict, Enum, Float, Int, List, Unicode, observe, validate

from nbtrack.endpoints import chart_data, run_rows
from nbtrack.entities import Run
from nbtrack.errors import InvalidValue
from nbtrack.notebook.panels.live_updates import LiveUpdates
from nbtrack.notebook.panels.panel import Panel, RunIds
from nbtrack.presentation import figures, html, run_values, scatter, terminal
from nbtrack.presentation.metric_curves import MAX_SMOOTHING as MOST_SMOOTHING
from nbtrack.statistics.seeds import SETTINGS
from nbtrack.tracking import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.figure import Figure

    from nbtrack.notebook.panels.live_updates import Choose
    from nbtrack.presentation.figures import Curve


class Chart(Panel):
    """Curves of metrics, one small chart for each metric, one line for each run.

    Parameters
    ----------
    runs : sequence of Run or str
        The runs to draw, or their ids.
    metrics : sequence of str, optional
        Which metrics; by default the first few, those with a history before others.
    client : MlflowClient, optional
        The store; by default the one in force.
    choose : callable, optional
        Gives the runs to draw instead whenever there may be newer ones.
    """

    front = "chart"
    painted = ("frame", "points", "runs", "logs", "selected", "colour_by_metric", "log_x", "log_y")

    visible = Bool(default_value=False, help="Whether the chart is in view.").tag(sync=True)
    table_uid = Unicode(help="The uid of the table whose runs it draws; empty: none.").tag(sync=True)
    kind = Enum(
        ("history", "scatter", "parallel"),
        "history",
        help="Curves of metrics, a point for each run, or a line for each run across several axes.",
    ).tag(sync=True)
    axes: List[str] = List(
        Unicode(),
        help="Of a scatter what goes across and up, of parallel coordinates all axes: 'params.lr', 'metrics.acc'.",
    ).tag(sync=True)
    logs = List(Unicode(), help="Of those the logarithmic ones.").tag(sync=True)
    choices = List(Unicode(), help="What these runs have that may be an axis.").tag(sync=True)
    points = List(Dict(), help="Of a scatter or parallel coordinates: each run with its values.").tag(sync=True)
    rows = Unicode(help="The id of the run whose rows these set against one another, if it has any.").tag(sync=True)
    found = Int(help="How many runs there are to draw; more than are drawn when they are too many.").tag(sync=True)
    selected = RunIds(help="Ids of the runs that are selected by clicking or brushing; runs are taken, too.").tag(
        sync=True
    )
    colour_by_metric = Bool(
        default_value=True, help="Whether the metric on the last of parallel axes gives the colours."
    ).tag(sync=True)

    runs = List(Dict(), help="The runs that are drawn: id and name of each.").tag(sync=True)
    metrics = List(Unicode(), help="The metrics that are drawn.").tag(sync=True)
    available = List(Unicode(), help="The metrics that these runs have.").tag(sync=True)
    x = Enum(("step", "time", "relative"), "step", help="The horizontal axis.").tag(sync=True)
    smoothing = Float(0.0, min=0.0, max=MOST_SMOOTHING, help="Exponential smoothing, from 0 to 0.99.").tag(sync=True)
    log_x = Bool(default_value=False, help="A logarithmic horizontal axis.").tag(sync=True)
    log_y = Bool(default_value=False, help="A logarithmic vertical axis.").tag(sync=True)
    band = Unicode(
        help="A parameter or tag, or 'settings' for all but the seed: runs that share it become one line with a band."
    ).tag(sync=True)
    groups = List(Unicode(), help="The parameters in which the runs differ.").tag(sync=True)
    baseline = Dict(help="The run that they are compared with, drawn in grey beneath: its id and name, if any.").tag(
        sync=True
    )
    lines = List(Dict(), help="What is drawn in place of the runs: id and name of each band.").tag(sync=True)
    lower = List(Unicode(), help="The metrics of which less is better: the least point is marked.").tag(sync=True)
    higher = List(Unicode(), help="The metrics of which more is better; of others no point is marked.").tag(sync=True)
    height = Int(220, help="The height of each small chart, in pixels.").tag(sync=True)
    empty = Unicode(default_value=None, allow_none=True, help="The message when there is nothing to draw.").tag(
        sync=True
    )
    frame = Dict(help="Which stretch of `data` belongs to which curve, along which axis.").tag(sync=True)
    data = Bytes(help="float64: for each curve its x, then its y.").tag(sync=True)

    _updates: LiveUpdates | None = None

    def __init__(
        self,
        runs: Iterable[Run | str] = (),
        metrics: Sequence[str] | None = None,
        *,
        client: MlflowClient | None = None,
        choose: Choose | None = None,
        **traits: Any,
    ) -> None:
        self.client = client or MlflowClient()
        self._asked_metrics = list(metrics) if metrics is not None else None
        self._asked_axes = {traits.get("kind", ""): list(traits.pop("axes", ()))}
        self.lock = threading.RLock()
        self.known: list[Run] = []
        self.version = 0
        self._rows: list[Run] = []
        self.runs_found = 0
        self._goals: dict[str, str] = {}
        self._bands: dict[str, str] | None = None
        super().__init__(**traits)
        self.draw(known_runs(self.client, runs), traits.get("found"))
        self._updates = LiveUpdates(self, choose)

    def __repr__(self) -> str:
        """Say what is drawn."""
        drawn = self.metrics if self.kind == "history" else self.axes
        return f"Chart({', '.join(drawn) or 'nothing'} of {self._count})"

    @property
    def _count(self) -> str:
        """How many runs are drawn, or rows of one."""
        if self.kind == "history" or not self._rows:
            return scatter.run_count(len(self.runs), self.found)
        return scatter.run_count(len(self.plotted), self.found, "row")

    # choosing

    def show(self, runs: Iterable[Run | str], found: int | None = None) -> None:
        """Draw these runs instead, the first of so many as were `found`, and from now on no others."""
        if self._updates is not None:
            self._updates.pin_runs()
        self.draw(known_runs(self.client, runs), found)

    def draw(self, runs: Iterable[Run], found: int | None = None) -> None:
        """Draw runs as they are now."""
        drawn = list(runs)
        wanted = self._asked_metrics if self._asked_metrics is not None else chart_data.charted(drawn)
        with self.lock, self.hold_sync():
            self.known = drawn
            self._rows = self._read_rows()
            self._bands = chart_data.bands(drawn, self.band) if self.band else None
            self._goals = chart_data.metric_goals_of(self.client.store, drawn)
            self.baseline = chart_data.run_name(chart_data.baseline_of_runs(self.client.store, drawn, self._bands))
            for name, value in chart_data.chart_options(drawn, self._goals).items():
                self.set_trait(name, value)
            self.runs_found = len(drawn) if found is None else found
            self._choosing = True
            self.metrics = list(wanted)
            self._choosing = False
            self.choices = run_values.axis_choices(self.plotted, self._goals)
            self._set_axes()
            self._draw()

    def rename(self, names: Mapping[str, str]) -> None:
        """Draw the same runs under other names, by their ids."""
        with self.lock, self.hold_sync():
            self.known = [_named(run, names.get(run.info.run_id, run.info.run_name)) for run in self.known]
            self.runs = [{**each, "name": names.get(each["id"], each["name"])} for each in self.runs]
            if self.kind != "history":
                self.points = scatter.plotted_runs(self.plotted, self.axes)

    @observe("metrics", "x", "smoothing")
    def _options_changed(self, change: Any) -> None:
        if self.version and not self._choosing:
            if change["name"] == "metrics" and change["old"] != change["new"]:
                self._asked_metrics = list(self.metrics)
            self._draw()

    def _set_axes(self) -> None:
        """Use the requested axes where these runs have them, else the default ones."""
        if self.kind == "history":
            return
        wanted = scatter.checked_axes(self.kind, self._asked_axes.get(self.kind) or [])
        try:
            axes = [run_values.full_name(self.plotted, each) for each in wanted]
        except InvalidValue:
            if self.version == 0 and self.known:
                raise
            axes = []
        self._choosing = True
        self.axes = axes or scatter.default_axes(self.kind, self.choices)
        self._choosing = False

    @validate("axes")
    def _full_names(self, proposal: Any) -> list[str]:
        if not self.known:
            return list(proposal["value"])
        return [run_values.full_name(self.plotted, each) for each in proposal["value"]]

    @observe("axes")
    def _axes_changed(self, _: Any) -> None:
        if not self._choosing:
            self._asked_axes[self.kind] = list(self.axes)
            self._draw()

    @observe("kind")
    def _kind_changed(self, _: Any) -> None:
        if self.version:
            self._set_axes()
            self._draw()

    @validate("band")
    def _known_band(self, proposal: Any) -> str:
        key = str(proposal["value"])
        if key and key != SETTINGS and self.known and all(run_values.value(run, key) is None for run in self.known):
            msg = f"none of the {len(self.known)} runs has a parameter or tag {key!r} to share a line by"
            raise InvalidValue(msg)
        return key

    @observe("band")
    def _band_changed(self, _: Any) -> None:
        if self.version:
            self.draw(self.known, self.runs_found)

    _choosing = False
    """Whether metrics or axes are being set by default rather than by the user."""

    # drawing

    @property
    def plotted(self) -> Sequence[Run]:
        """What a scatter or parallel coordinates draw: the runs, or the rows of one, each as a run."""
        return self._rows[: scatter.MOST] or self.known

    def _read_rows(self) -> list[Run]:
        run = next((each for each in self.known if each.info.run_id == self.rows), None)
        return [] if run is None else run_rows.to_draw(run, self.client.artifact_folder)

    def curves(self) -> list[Curve]:
        """Return the curves that are drawn."""
        runs = {run["id"]: run["name"] for run in ([self.baseline] if self.baseline else []) + self.runs}
        return chart_data.curves(
            self.client.store,
            runs,
            self.metrics,
            self.x,
            bands=self._bands,
            smoothing=self.smoothing,
        )

    @property
    def takes_more(self) -> bool:
        """Whether metrics that get a curve are drawn by themselves."""
        return self._asked_metrics is None and len(self.metrics) < chart_data.MOST_METRICS

    def _draw(self) -> None:
        with self.lock:
            self.version += 1
            if self.kind == "history":
                self._draw_curves()
            else:
                self._draw_points()

    def _draw_curves(self) -> None:
        curves = self.curves()
        layout, data = chart_data.packed(curves)
        with self.hold_sync():
            self.lines = chart_data.lines(curves)
            self.data, self.found = data, self.runs_found
            self.frame = {"version": self.version, "x": self.x, "smoothing": self.smoothing, "series": layout}
            self.points = []
            self.empty = None if layout else chart_data.empty(self._asked_metrics, self.runs)

    def _draw_points(self) -> None:
        with self.hold_sync():
            self.data, self.lines = b"", []
            self.frame = {"version": self.version, "x": self.x, "series": []}
            self.points = scatter.plotted_runs(self.plotted, self.axes)
            self.found = len(self._rows) or self.runs_found
            self.empty = None if self.axes and self.points else scatter.EMPTY

    def close(self) -> None:
        """Close the updates as well, also of a chart whose construction failed."""
        if self._updates is not None:
            self._updates.close()
        super().close()

    # painting

    @property
    def figure(self) -> Figure:
        """A matplotlib figure of what is drawn, made afresh: style it and save it."""
        if self.kind != "history":
            return scatter.scatter_figure(
                self.kind,
                self.plotted,
                self.axes,
                logs=self.logs,
                selected=self.selected,
                colour_by_metric=self.colour_by_metric,
            )
        goals = {**dict.fromkeys(self.lower, "min"), **dict.fromkeys(self.higher, "max")}
        return figures.metric_history(
            self.curves(),
            self.metrics,
            axis=self.x,
            log_x=self.log_x,
            log_y=self.log_y,
            goals=goals,
            baseline=self.baseline.get("id", ""),
        )

    def static(self) -> dict[str, Any]:
        """Return a picture of the chart."""
        if self.empty:
            return {"text/html": html.empty(self.empty, self.uid), "text/plain": self.empty}
        picture = base64.b64encode(figures.png(self.figure)).decode()
        image = html.element("img", src=f"data:image/png;base64,{picture}", alt=repr(self), style="max-width:100%")
        left_out = (len(self.runs) if self.kind == "history" else len(self.points)) < self.found
        shown = [image, html.element("div", self._count)] if left_out else [image]
        text = (terminal.curves(self.curves()) if self.kind == "history" else "") or repr(self)
        return {"text/html": html.element("div", *shown, data_nbtrack_static=self.uid), "text/plain": text}


def _named(run: Run, name: str) -> Run:
    return Run(run.info._replace(run_name=name), run.data, run.inputs)


def known_runs(client: MlflowClient, runs: Iterable[Run | str]) -> list[Run]:
    """Return runs, each of which is given as it is or by its id."""
    return [client.get_run(each) if isinstance(each, str) else each for each in runs]
