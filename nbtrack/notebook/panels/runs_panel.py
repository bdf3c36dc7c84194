"""The run table with the chart of what is selected in it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbtrack.endpoints.chart_data import MOST_RUNS
from nbtrack.endpoints.saved_views import CHART_OPTIONS
from nbtrack.notebook import static_fallback
from nbtrack.notebook.panels import fallback, table_views
from nbtrack.notebook.panels.chart_panel import Chart
from nbtrack.notebook.panels.details_panel import ComparisonPanel, RunPanel
from nbtrack.notebook.panels.fallback import FallbackRunTable
from nbtrack.notebook.panels.panel import Stack, ids, show
from nbtrack.notebook.panels.table_panel import RunTable
from nbtrack.notebook.panels.table_views import SavedViews, view_at_first
from nbtrack.presentation.run_values import drawn_unasked
from nbtrack.presentation.scatter import MOST
from nbtrack.tracking import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from nbtrack.entities import Run

AT_FIRST = 5
"""Runs that the chart draws as long as none is selected."""


class RunsPanel(Stack):
    """A run table, and below it the metric histories of the selected runs, or of the first few.

    The parts are the widgets `table` and `chart`, to be placed elsewhere or read from Python. The chart is made when
    it is first asked for, so that the table can be painted before. What is `selected`, `filter` and `sort` are those
    of the table, to be read and set; `views` are its saved views.
    """

    def __init__(
        self,
        filter: str = "",
        *,
        sort: Sequence[Sequence[str]] = (),
        experiment_ids: Sequence[str] | None = None,
        view: str | None = None,
    ) -> None:
        self.table = _table(filter, sort, experiment_ids, view)
        self.views = SavedViews(self.table)
        super().__init__([self.table])
        self.opened: ComparisonPanel | RunPanel | None = None
        self.table.on_open("compare", self._compare)
        self.table.on_open("chart", self._curves)
        self.table.on_open("show", lambda run_ids: self._open(RunPanel(run_ids[0], client=self.table.client)))

    @cached_property
    def chart(self) -> Chart:
        """The metric histories of the selected runs."""
        found = self.table.listing.shape.total
        chart = Chart(self._shown(), client=self.table.client, table_uid=self.table.uid, found=found)
        self.children = [self.table, chart]
        self.table.observe(self._table_changed, ["selected", "page"])
        table_views.set_up(chart, self.table.chart)
        self.table.observe(lambda change: table_views.set_up(chart, change["new"]), "chart")
        chart.observe(self._chart_set_up, list(CHART_OPTIONS))
        chart.observe(self._kind_changed, "kind")
        chart.observe(self._band_changed, "band")
        chart.observe(self._chart_selection_changed, "selected")
        return chart

    def _chart_set_up(self, _: Any) -> None:
        """Have the table know how the chart is set up, for the view that it may be saved in."""
        self.table.chart = table_views.chart_options(self.chart)

    def __repr__(self) -> str:
        """Say what is shown."""
        return repr(self.table)

    @property
    def selected(self) -> list[Run]:
        """The selected runs; others are selected by setting runs, or their ids."""
        return [self.table.client.get_run(each) for each in self.table.selected]

    @selected.setter
    def selected(self, runs: Iterable[Run | str] | Run | str) -> None:
        self.table.selected = ids(runs)

    @property
    def filter(self) -> str:
        """Which runs the table shows, in MLflow's filter grammar; an invalid filter is reported in the table."""
        return self.table.filter

    @filter.setter  # noqa: A003 - the property above is meant
    def filter(self, filter: str) -> None:
        self.table.filter = filter

    @property
    def sort(self) -> list[list[str]]:
        """By what the table is sorted: pairs of a column and ``asc`` or ``desc``, such as ``["metrics.acc", "desc"]``.

        `InvalidValue` is raised when it is set to what can be no column.
        """
        return self.table.sort

    @sort.setter
    def sort(self, sort: Sequence[Sequence[str]]) -> None:
        self.table.sort = [list(each) for each in sort]

    def frame(self) -> pd.DataFrame:
        """Return the runs of the table as a pandas frame."""
        return self.table.frame()

    def _compare(self, run_ids: list[str]) -> None:
        self._open(ComparisonPanel(run_ids, client=self.table.client))

    def _curves(self, run_ids: list[str]) -> None:
        """Show the curves of some runs below, in place of what was opened before."""
        self.table.selected = run_ids
        self.chart.kind = "history"
        self._show_below()

    def _open(self, panel: ComparisonPanel | RunPanel) -> None:
        """Show a panel below, in place of the one that was opened before."""
        self._show_below(panel)

    def _show_below(self, panel: ComparisonPanel | RunPanel | None = None) -> None:
        """Show a panel between the table and the chart."""
        before, self.opened = self.opened, panel
        if panel is not None:
            panel.details.on_close(self._show_below)
        self.children = [self.table, *([panel] if panel is not None else []), self.chart]
        if before is not None:
            before.close()

    def _shown(self) -> list[str]:
        """Return the selected runs, else the first few, or the first page of them where they share lines."""
        band = self.chart.band if "chart" in self.__dict__ else self.table.chart.get("band")
        first = [run.info.run_id for run in drawn_unasked(self.table.first_runs)]
        return list(self.table.selected[:MOST_RUNS]) or (first if band else first[:AT_FIRST])

    def _band_changed(self, _: Any) -> None:
        if self.chart.kind == "history":
            self.chart.show(self._shown(), self.table.listing.shape.total)

    def _table_changed(self, change: Any) -> None:
        if self.chart.kind == "history":
            wanted, found = self._shown(), self.table.listing.shape.total
            if wanted != [run["id"] for run in self.chart.runs] or found != self.chart.found:
                self.chart.show(wanted, found)
        elif change["name"] == "page":
            self._draw_all()
        else:
            self.chart.selected = self._of_chart(self.table.selected)

    def _draw_all(self) -> None:
        """Draw the runs that the filter finds, as many as a scatter takes."""
        listing = self.table.listing
        self.chart.show(listing.first_runs(MOST), listing.shape.total)

    def _of_chart(self, run_ids: Sequence[str]) -> list[str]:
        drawn = {run["id"] for run in self.chart.runs}
        return [each for each in run_ids if each in drawn]

    def _kind_changed(self, change: Any) -> None:
        if change["new"] == "history":
            self.chart.show(self._shown(), self.table.listing.shape.total)
        elif change["old"] == "history":
            self._draw_all()
            self.chart.selected = self._of_chart(self.table.selected)

    def _chart_selection_changed(self, change: Any) -> None:
        """Select in the table what was selected in the chart; the selection of other runs is unchanged."""
        if self.chart.kind == "history" or self._of_chart(self.table.selected) == change["new"]:
            return
        drawn = {run["id"] for run in self.chart.runs}
        self.table.selected = [*(each for each in self.table.selected if each not in drawn), *change["new"]]

    def _display_(self) -> Any:
        """Return what marimo shows, the chart included."""
        self.children = [self.table, self.chart]
        return super()._display_()

    def _ipython_display_(self) -> None:
        show(self)
        for panel in (self.table, self.chart):
            static_fallback.fallbacks().leave(panel)


def _table(
    filter: str, sort: Sequence[Sequence[str]], experiment_ids: Sequence[str] | None, view: str | None
) -> RunTable:
    """Return a table that begins with a view, or with the default one unless something else is asked for."""
    client = MlflowClient()
    begun = {} if view is None and (filter or sort) else view_at_first(client.store, experiment_ids, view)
    asked = {"filter": filter, "sort": sort}
    shown = begun | {name: value for name, value in asked.items() if value}
    return RunTable(experiment_ids=experiment_ids, client=client, **shown)


def runs(
    filter: str = "",
    *,
    sort: Sequence[Sequence[str]] = (),
    experiment_ids: Sequence[str] | None = None,
    view: str | None = None,
) -> RunsPanel | FallbackRunTable:
    """Return the live table of runs, with the chart of those that are selected.

    Parameters
    ----------
    filter : str
        Such as ``metrics.acc > 0.9 and params.lr = '0.1'``.
    sort : sequence of [column, "asc" | "desc"]
        Such as ``[["metrics.acc", "desc"]]``; by default the newest first.
    experiment_ids : sequence of str, optional
        The experiments to search; by default all.
    view : str, optional
        The name of a saved view, whose filter and order count where none are given; by default the default view of the
        experiment, if there is one.

    Raises
    ------
    FilterError
        When the filter can't be read, naming the column where the fault stands.
    NotFound
        When there is no view of that name.
    """
    if not fallback.wanted():
        return RunsPanel(filter, sort=sort, experiment_ids=experiment_ids, view=view)
    saved = {} if view is None else view_at_first(MlflowClient().store, experiment_ids, view)
    return FallbackRunTable(
        filter or saved.get("filter", ""), sort=sort or saved.get("sort", ()), experiment_ids=experiment_ids
    )
