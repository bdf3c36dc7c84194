"""The panels without a front end of our own: plain ipywidgets, HTML and images by matplotlib.

They are for front ends that can't load the live ones, and where the setting ``panels = "plain"`` (``NBTRACK_PANELS``)
asks for them.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, Box, Button, Dropdown, HBox, Image, Label, Layout, SelectMultiple, Text, VBox, Widget

from nbtrack.endpoints import chart_data
from nbtrack.endpoints.run_table import RunListing
from nbtrack.endpoints.table_query import TableQuery
from nbtrack.errors import FilterError
from nbtrack.notebook import front_end
from nbtrack.presentation import figures, formatting, html, metric_goals, run_values, scatter
from nbtrack.presentation.section_painting import static_html
from nbtrack.tracking import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from nbtrack.entities import Run
    from nbtrack.presentation.sections import Section


def wanted() -> bool:
    """Return whether panels are plain; where the front end is the reason, a message says so once."""
    if front_end.has_live_panels():
        return False
    front_end.explain_plain_panels()
    return True


PAGE = 20
AT_FIRST = 5
NEWEST = "attributes.start_time desc"


class PlainPanel(VBox):
    """Widgets that are HTML as well, for what shows no widgets, such as most viewers of saved notebooks."""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super()._repr_mimebundle_(**options)
        return {**shown, "text/html": html.element("div", *_static(self))}


def _static(widget: Widget) -> Iterator[html.Html]:
    """Yield the tables and pictures of a panel, without what chooses them."""
    if isinstance(widget, HTML):
        yield html.Html(widget.value)
    elif isinstance(widget, Image) and widget.value:
        picture = base64.b64encode(widget.value).decode()
        yield html.element("img", src=f"data:image/png;base64,{picture}", alt="", style="max-width:100%")
    elif isinstance(widget, Box):
        for each in widget.children:
            yield from _static(each)


class FallbackChart(PlainPanel):
    """Curves of metrics as an image, drawn again whenever something else is chosen."""

    def __init__(self, runs: Sequence[Run], metrics: Sequence[str] = (), *, client: MlflowClient) -> None:
        self.client, self._asked = client, list(metrics)
        self.metrics = SelectMultiple(description="metrics", rows=4)
        self.x = Dropdown(options=("step", "time", "relative"), description="x")
        self.log_y = Dropdown(options=(("linear", False), ("logarithmic", True)), description="y")
        self.image = Image(format="png", layout=Layout(max_width="100%", align_self="flex-start"))
        super().__init__([HBox([self.metrics, VBox([self.x, self.log_y])]), self.image])
        self.show(runs)
        for each in (self.metrics, self.x, self.log_y):
            each.observe(self._draw, "value")

    def show(self, runs: Sequence[Run]) -> None:
        """Draw these runs instead."""
        self._goals = chart_data.metric_goals_of(self.client.store, runs)
        self.runs = {each.info.run_id: each.info.run_name for each in runs}
        available = list(dict.fromkeys(key for run in runs for key in run.data.metrics))
        wanted = [each for each in self._asked or chart_data.charted(runs) if each in available]
        self.metrics.options = available
        self.metrics.value = wanted
        self._draw(None)

    @property
    def figure(self) -> Any:
        """A matplotlib figure of what is drawn, made afresh."""
        metrics = list(self.metrics.value)
        goals = {each: metric_goals.goal_of(each, self._goals) for each in metrics}
        drawn = chart_data.curves(self.client.store, self.runs, metrics, self.x.value)
        return figures.metric_history(drawn, metrics, axis=self.x.value, log_y=self.log_y.value, goals=goals)

    def _draw(self, _: Any) -> None:
        self.image.value = figures.png(self.figure) if self.metrics.value else b""
        self.image.layout.display = "" if self.metrics.value else "none"


class FallbackScatter(PlainPanel):
    """A scatter or parallel coordinates as an image, drawn again whenever other axes are chosen."""

    def __init__(self, kind: str, runs: Sequence[Run], axes: Sequence[str] = (), found: int | None = None) -> None:
        self.kind, self.runs = kind, list(runs)
        choices = run_values.axis_choices(runs)
        wanted = [run_values.full_name(runs, each) for each in axes] or scatter.default_axes(kind, choices)
        self.up = Dropdown(options=choices, value=wanted[-1] if wanted else None, description="up")
        self.across: Dropdown | SelectMultiple
        if kind == "scatter":
            self.across = Dropdown(options=choices, value=wanted[0] if wanted else None, description="across")
        else:
            self.across = SelectMultiple(options=choices, value=wanted[:-1], description="axes", rows=4)
        self.image = Image(format="png", layout=Layout(max_width="100%", align_self="flex-start"))
        said = Label(scatter.run_count(len(runs), len(runs) if found is None else found))
        super().__init__([HBox([self.across, self.up, said]), self.image])
        for each in (self.across, self.up):
            each.observe(self._draw, "value")
        self._draw(None)

    @property
    def axes(self) -> list[str]:
        """What is set against one another."""
        across = [self.across.value] if self.kind == "scatter" else list(self.across.value)
        return [each for each in (*across, self.up.value) if each is not None]

    @property
    def figure(self) -> Any:
        """A matplotlib figure of what is drawn, made afresh."""
        return scatter.scatter_figure(self.kind, self.runs, self.axes)

    def _draw(self, _: Any) -> None:
        drawn = bool(self.runs) and len(self.axes) > 1
        self.image.value = figures.png(self.figure) if drawn else b""
        self.image.layout.display = "" if drawn else "none"


class FallbackRunTable(PlainPanel):
    """A run table, page by page, and the curves of the runs that are selected in it."""

    def __init__(
        self, filter: str = "", *, sort: Sequence[Sequence[str]] = (), experiment_ids: Sequence[str] | None = None
    ) -> None:
        self.client = MlflowClient()
        self.listing = RunListing(self.client.store, experiment_ids)
        self.listing.load(TableQuery(filter, sort))
        self._offset, self._sort = 0, sort
        self.filter = Text(filter, placeholder="metrics.acc > 0.9 and params.lr = '0.1'", continuous_update=False)
        self.order = Dropdown(options=self._orders(), layout=Layout(width="260px"))
        self.selection = SelectMultiple(rows=6, layout=Layout(width="260px"))
        self._error, self._table = HTML(), HTML()
        before, after = Button(description="‹ before"), Button(description="after ›")
        self.chart = FallbackChart((), client=self.client)
        head, foot = HBox([self.filter, self.order, before, after]), HBox([self.selection, self.chart])
        super().__init__([head, self._error, self._table, foot])
        before.on_click(lambda _: self._turn(-PAGE))
        after.on_click(lambda _: self._turn(PAGE))
        self.filter.observe(self._asked, "value")
        self.order.observe(self._asked, "value")
        self.selection.observe(self._selected, "value")
        self._fill()

    def __repr__(self) -> str:
        """Say what is shown."""
        return f"RunTable({formatting.counted(self.listing.shape.total, 'run')})"

    @property
    def selected(self) -> list[Run]:
        """The selected runs."""
        return [self.client.get_run(each) for each in self.selection.value]

    def frame(self) -> pd.DataFrame:
        """Return every run that the filter finds as a pandas frame."""
        found: pd.DataFrame = self.listing.frame()
        return found

    def _orders(self) -> list[tuple[str, str]]:
        names = [each.id for each in self.listing.shape.columns if each.id != "attributes.start_time"]
        ways = [(f"{each} {arrow}", f"{each} {way}") for each in names for arrow, way in (("↓", "desc"), ("↑", "asc"))]
        return [("newest first", NEWEST), *ways]

    def _asked(self, _: Any) -> None:
        column, _, direction = self.order.value.rpartition(" ")
        sort = self._sort if self.order.value == NEWEST else [[column, direction]]
        try:
            self.listing.load(TableQuery(self.filter.value, sort))
        except FilterError as error:
            self._error.value = html.element("pre", str(error))
            return
        self._error.value, self._offset = "", 0
        self._fill()

    def _turn(self, by: int) -> None:
        if 0 <= self._offset + by < self.listing.total:
            self._offset += by
            self._fill()

    def _fill(self) -> None:
        runs = self.listing.runs(self._offset, PAGE)
        uid = os.urandom(8).hex()
        self._table.value = html.static_table(self.listing.shape, runs, uid) if runs else "No runs."
        self.selection.options = [(each.info.run_name, each.info.run_id) for each in runs]
        self.chart.show(run_values.drawn_unasked(runs)[:AT_FIRST])

    def _selected(self, _: Any) -> None:
        if self.selection.value:
            self.chart.show(self.selected)


class FallbackDetails(PlainPanel):
    """A comparison or a run as HTML, with its curves below."""

    def __init__(self, title: str, sections: Sequence[Section], runs: Sequence[Run], client: MlflowClient) -> None:
        self.title = title
        page = HTML(static_html(title, sections, os.urandom(8).hex()))
        super().__init__([page, FallbackChart(runs, client=client)])

    def __repr__(self) -> str:
        """Say what is shown."""
        return f"Details({self.title})"
