"""The run table."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, Int, List, Unicode, validate

from nbtrack.endpoints import run_table, table_query
from nbtrack.endpoints.run_table import PAGE, RunListing
from nbtrack.endpoints.table_query import TableQuery
from nbtrack.errors import FilterError, NbtrackError
from nbtrack.notebook.panels.live_updates import StoreWatcher
from nbtrack.notebook.panels.panel import Panel, RunIds
from nbtrack.presentation import formatting, html, terminal
from nbtrack.tracking import MlflowClient, events
from nbtrack.tracking.experiments import set_experiment
from nbtrack.tracking.tracking_uri import get_tracking_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from nbtrack.entities import Run
    from nbtrack.notebook.panels.rpc_widget import Reply

STATIC = 12
"""Rows of the static output."""
CHANGES = frozenset({"create", "update", "delete", "restore"})
"""Last words of the endpoints that change what a table shows."""


class RunTable(Panel):
    """A table of runs that reads no more of the store than the page it shows.

    Parameters
    ----------
    filter : str
        Such as ``metrics.acc > 0.9``.
    sort : list of [column, "asc" | "desc"]
        Column ids are written as in a filter: ``metrics.acc``, ``params.lr``, ``attributes.start_time``.
    experiment_ids : sequence of str, optional
        The experiments to search; by default all.
    client : MlflowClient, optional
        The store; by default the one in force.

    Raises
    ------
    FilterError
        When the filter can't be read; one that is set later leaves the table unchanged and is described in `error`.
    InvalidValue
        When `sort`, `columns`, `values` or `marks` name what can't be, then and whenever they are set.
    """

    front = "table"
    painted = ("page",)

    page = Dict(help="The columns, and the rows of the first page.").tag(sync=True)
    filter = Unicode(help="Which runs are shown, in MLflow's filter grammar.").tag(sync=True)
    sort: List[list[str]] = List(help="Pairs of column id and 'asc' or 'desc'.").tag(sync=True)
    selected = RunIds(help="Ids of the selected runs; runs are taken, too.").tag(sync=True)
    columns = List(
        Unicode(), help="The columns in their order, such as params.lr or the key of a metric; empty: what differs."
    ).tag(sync=True)
    group = Unicode(help="What to group by: experiment, cell, parent (a tree), or a column such as params.lr.").tag(
        sync=True
    )
    closed = List(Unicode(), help="Groups, and runs with others below them, that are closed.").tag(sync=True)
    values: Dict[str, str] = Dict(
        help="For a metric, such as metrics.acc or acc, 'best', 'min' or 'max' in place of its 'last' value."
    ).tag(sync=True)
    marks: Dict[str, str] = Dict(help="For a metric, such as metrics.acc or acc, 'heat' or 'bars'.").tag(sync=True)
    experiment_ids = List(Unicode(), help="Whose runs are shown; empty: those of all experiments.").tag(sync=True)
    opens = List(
        Unicode(), ["experiments"], help="Which buttons there are: 'compare', 'chart', 'show', 'skip', 'experiments'."
    ).tag(sync=True)
    visible = Bool(default_value=False, help="Whether the table is in view.").tag(sync=True)
    error: Dict[str, Any] = Dict(
        default_value=None, allow_none=True, help="What is wrong with the filter, and where."
    ).tag(sync=True)
    chart = Dict(help="How the chart beside it is set up, as a saved view has it.").tag(sync=True)
    height = Int(360, help="The most height of the rows, in pixels.").tag(sync=True)

    _watcher: StoreWatcher | None = None

    def __init__(
        self,
        filter: str = "",
        *,
        sort: Sequence[Sequence[str]] = (),
        experiment_ids: Sequence[str] | None = None,
        client: MlflowClient | None = None,
        **traits: Any,
    ) -> None:
        self.client = client or MlflowClient()
        asked = [str(each) for each in experiment_ids or ()]
        self.listing = RunListing(self.client.store, None if experiment_ids is None else asked)
        self._watcher = StoreWatcher(self.client.store, self.refresh)
        self._lock, self.first_runs = threading.RLock(), list["Run"]()
        self._openers: dict[str, Callable[[list[str]], None]] = {}
        chosen = {name: traits[name] for name in ("columns", "group", "values") if name in traits}
        sorted_by = table_query.sort_keys(sort)
        self.listing.load(TableQuery(filter, sorted_by, **chosen))
        page = self._first_page(traits.get("marks", {}))
        super().__init__(filter=filter, sort=sorted_by, experiment_ids=asked, page=page, **traits)
        self.observe(self._query_changed, ["filter", "sort", "columns", "group", "closed", "values", "marks"])
        self.observe(self._experiments_changed, "experiment_ids")
        self.observe(self._visibility_changed, "visible")
        self._listener = events.Subscriber(self._refresh)

    def __repr__(self) -> str:
        """Say how many runs are shown, if there are any yet."""
        total = self.listing.shape.total
        return f"RunTable({formatting.counted(total, 'run') if total else ''})"

    def close(self) -> None:
        """Stop all updates as well, also of a table whose construction failed."""
        if self._watcher is not None:
            self._watcher.close()
        super().close()

    # validation

    @validate("columns")
    def _named(self, proposal: Any) -> list[str]:
        return table_query.column_ids(proposal["value"], self.listing.overview)

    @validate("sort")
    def _sorted(self, proposal: Any) -> list[list[str]]:
        return table_query.sort_keys(proposal["value"])

    @validate("values")
    def _read(self, proposal: Any) -> dict[str, str]:
        return table_query.aggregates(proposal["value"])

    @validate("marks")
    def _marked(self, proposal: Any) -> dict[str, str]:
        return table_query.highlights(proposal["value"])

    # loading

    def refresh(self) -> None:
        """Reload the runs; an invalid filter leaves the table unchanged and is described in `error`."""
        with self._lock:
            try:
                self.listing.load(
                    TableQuery(self.filter, self.sort, self.columns, self.group, self.closed, self.values)
                )
                page = self._first_page(self.marks)
            except FilterError as error:
                self.error = {"message": error.reason, "column": error.column, "filter": self.filter}
            except NbtrackError as error:
                self.error = {"message": str(error), "column": None, "filter": self.filter}
            else:
                self.set_trait("error", None)
                self._drop_deleted()
                self.page = page

    def _drop_deleted(self) -> None:
        """Take deleted runs out of the selection."""
        if self.selected:
            there = {each.info.run_id for each in self.listing.by_id(self.selected)}
            self.selected = [each for each in self.selected if each in there]

    def _query_changed(self, _: Any) -> None:
        self.refresh()

    def _experiments_changed(self, _: Any) -> None:
        self.listing.experiment_ids = list(self.experiment_ids) or None
        self.refresh()

    def _refresh(self, _: object) -> None:
        self.refresh()

    def _visibility_changed(self, change: Any) -> None:
        """Follow what other processes record while the table is in view."""
        if self._watcher is None:
            return
        if change["new"]:
            self._watcher.open()
        else:
            self._watcher.close()

    def _first_page(self, marks: Mapping[str, str]) -> dict[str, Any]:
        self.first_runs = self.listing.first_page
        return run_table.page(self.listing, 0, PAGE, marks, self.first_runs)

    # answering

    def answer(self, endpoint: str, arguments: Mapping[str, Any]) -> Reply:
        """Return the answer of an endpoint, reloading after a change; or open a panel.

        An experiment that is created is the one that the next runs are in.
        """
        if endpoint == "kernel/open":
            self._openers[str(arguments["panel"])]([str(each) for each in arguments["run_ids"]])
            return {}, []
        reply = super().answer(endpoint, arguments)
        if endpoint == "mlflow/experiments/create" and self.client.tracking_uri == get_tracking_uri():
            set_experiment(experiment_id=str(reply[0]["experiment_id"]))
        if endpoint.rpartition("/")[2] in CHANGES:
            self._changed(arguments)
        return reply

    def _changed(self, arguments: Mapping[str, Any]) -> None:
        """Reload after a change, and notify the other panels."""
        for run_id in arguments.get("run_ids", ()):
            events.publish(run_id)
        self.refresh()

    def on_open(self, kind: str, open_: Callable[[list[str]], None]) -> None:
        """Call `open_` with the ids of the selected runs when the button of that name is pressed."""
        self._openers[kind] = open_
        self.opens = ["experiments", *sorted(self._openers)]

    # what the buttons do, from Python

    def rename(self, run: Run | str, name: str) -> None:
        """Give a run, or the one with this id, another name."""
        run_id = run if isinstance(run, str) else run.info.run_id
        self.answer("nbtrack/runs/update", {"run_ids": [run_id], "run_name": name})

    def create_experiment(self, name: str) -> str:
        """Make an experiment and return its id.

        Raises
        ------
        AlreadyExists
            When there is one of that name.
        """
        return str(self.answer("mlflow/experiments/create", {"name": name})[0]["experiment_id"])

    def rename_experiment(self, experiment_id: str, name: str) -> None:
        """Give an experiment another name.

        Raises
        ------
        NotFound
            When there is no such experiment.
        AlreadyExists
            When there is one of that name.
        """
        self.answer("mlflow/experiments/update", {"experiment_id": experiment_id, "new_name": name})

    def delete_experiment(self, experiment_id: str) -> None:
        """Move an experiment and its runs to the trash, from which `restore_experiment` takes them back.

        Raises
        ------
        NotFound
            When there is no such experiment.
        """
        self.answer("mlflow/experiments/delete", {"experiment_id": experiment_id})
        self.experiment_ids = [each for each in self.experiment_ids if each != experiment_id]

    def restore_experiment(self, experiment_id: str) -> None:
        """Restore an experiment, and the runs that were deleted with it.

        Raises
        ------
        NotFound
            When there is no such experiment.
        """
        self.answer("mlflow/experiments/restore", {"experiment_id": experiment_id})

    # reading from Python

    def frame(self) -> pd.DataFrame:
        """Return every run that the filter finds, in the order shown, as a pandas frame."""
        found: pd.DataFrame = self.listing.frame()
        return found

    def static(self) -> dict[str, Any]:
        """Return the first rows as static HTML."""
        runs = self.first_runs[:STATIC]
        if not runs:
            said = str(self.page["empty"])
            return {"text/html": html.empty(said, self.uid), "text/plain": said}
        return {
            "text/html": html.static_table(self.listing.shape, runs, self.uid),
            "text/plain": terminal.table(self.listing.shape, runs),
        }
