"""The saved views of a run table: by name from Python, and the one that a table begins with."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from traitlets import TraitError

from nbtrack.endpoints import saved_views
from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbtrack.notebook.panels.chart_panel import Chart
    from nbtrack.notebook.panels.table_panel import RunTable
    from nbtrack.stores.interface import Store

_ALWAYS = ("kind", "x", "log_x", "log_y")
_OF_CURVES = ("smoothing", "band")


def home(experiment_ids: Sequence[str] | None) -> str:
    """Return the experiment that has the views of runs of these experiments, `saved_views.ALL` for several or all."""
    return experiment_ids[0] if experiment_ids is not None and len(experiment_ids) == 1 else saved_views.ALL


def view_at_first(store: Store, experiment_ids: Sequence[str] | None, name: str | None) -> dict[str, Any]:
    """Return the view of a name, or the default one, which may be none.

    Raises
    ------
    NotFound
        When there is no view of that name.
    """
    place = home(experiment_ids)
    if name is not None:
        return saved_views.view(store, place, name)
    with suppress(NbtrackError):
        default = saved_views.default(store, place)
        return saved_views.view(store, place, default) if default else {}
    return {}


class SavedViews:
    """The views of a table: what it shows is saved under a name, and shown again, here and in the Tracking UI.

    A view has the filter, the order, the columns and the groups of the table, and how the chart is set up. The views of
    one experiment belong to it; those of all experiments, or of several, are a list of their own.
    """

    def __init__(self, table: RunTable) -> None:
        self._table = table

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the views."""
        return iter(saved_views.views(self._store, self._place))

    def __repr__(self) -> str:
        """Name the views."""
        return f"SavedViews({', '.join(self) or 'none'})"

    @property
    def _store(self) -> Store:
        return self._table.client.store

    @property
    def _place(self) -> str:
        return home(self._table.experiment_ids)

    @property
    def default(self) -> str:
        """The view that the table begins with; empty for none."""
        return saved_views.default(self._store, self._place)

    @default.setter
    def default(self, name: str) -> None:
        saved_views.set_default(self._store, self._place, name)

    def show(self, name: str) -> None:
        """Show a view.

        Raises
        ------
        NotFound
            When there is no view of that name.
        """
        found = saved_views.view(self._store, self._place, name)
        for option in (*saved_views.TABLE_OPTIONS, "chart"):
            self._table.set_trait(option, found.get(option, self._table.traits()[option].default()))

    def save(self, name: str) -> None:
        """Save what the table shows as a view, in place of the one of that name if there is one.

        Raises
        ------
        InvalidValue
            When the name can't be one, or when the view is too large.
        """
        options = {each: getattr(self._table, each) for each in (*saved_views.TABLE_OPTIONS, "chart")}
        view = {name: value for name, value in options.items() if value}
        saved_views.save(self._store, self._place, name, view)

    def rename(self, name: str, new_name: str) -> None:
        """Give a view another name.

        Raises
        ------
        NotFound
            When there is no such view.
        AlreadyExists
            When there is one of the new name.
        """
        saved_views.rename(self._store, self._place, name, new_name)

    def delete(self, name: str) -> None:
        """Delete a view; raise `NotFound` when there is no such view."""
        saved_views.delete(self._store, self._place, name)


def chart_options(chart: Chart) -> dict[str, Any]:
    """Return how a chart is set up, as a view has it."""
    found = {name: getattr(chart, name) for name in saved_views.CHART_OPTIONS}
    apart = ("axes", "logs", "colour_by_metric") if chart.kind == "history" else ("metrics", "band", "smoothing")
    return {name: value for name, value in found.items() if name not in apart and value != _default(chart, name)}


def set_up(chart: Chart, options: Mapping[str, Any]) -> None:
    """Set up a chart as a view has it, or leave it when that says nothing; so is what its runs do not have."""
    usual = _ALWAYS if "kind" in options else (*_ALWAYS, *_OF_CURVES)
    wanted = {name: _default(chart, name) for name in usual} | dict(options) if options else {}
    for name in saved_views.CHART_OPTIONS:
        if name in wanted and getattr(chart, name) != wanted[name]:
            with suppress(NbtrackError, TraitError):
                chart.set_trait(name, wanted[name])


def _default(chart: Chart, name: str) -> object:
    return chart.traits()[name].default()
