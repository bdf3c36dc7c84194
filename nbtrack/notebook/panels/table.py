"""The run table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Int, List, Unicode

from nbtrack.entities import ViewType
from nbtrack.errors import FilterError, NbtrackError
from nbtrack.notebook.panels.panel import Panel
from nbtrack.query import Query, parse
from nbtrack.tracking import MlflowClient, feed
from nbtrack.tracking.client import now
from nbtrack.views import html, table, terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from nbtrack.entities import Run
    from nbtrack.notebook.panels.panel import Reply

PAGE = 20
"""Rows of the first page: about a screen of them."""
MOST_ROWS = 600
"""Rows that are sent at once when they are asked for."""
STATIC = 12
"""Rows of the static sibling."""
EMPTY = "No runs yet. Put %%track above a cell and run it."
NOTHING = "No run matches this filter."


class RunTable(Panel):
    """A table of runs that asks the store for no more than the page it shows.

    Parameters
    ----------
    filter : str
        Such as ``metrics.acc > 0.9``.
    sort : list of [column, "asc" | "desc"]
        Column ids are written as in a filter: ``metrics.acc``, ``params.lr``, ``attributes.start_time``.
    experiment_ids : sequence of str, optional
        Where to look; by default everywhere.
    client : MlflowClient, optional
        The store; by default the one in force.
    """

    front = "table"

    page = Dict(help="The columns, and the rows of the first page.").tag(sync=True)
    filter = Unicode(help="Which runs are shown, in MLflow's filter grammar.").tag(sync=True)
    sort: List[list[str]] = List(help="Pairs of column id and 'asc' or 'desc'.").tag(sync=True)
    selected = List(Unicode(), help="Ids of the selected runs.").tag(sync=True)
    error: Dict[str, Any] = Dict(
        default_value=None, allow_none=True, help="What is wrong with the filter, and where."
    ).tag(sync=True)
    height = Int(360, help="The most height of the rows, in pixels.").tag(sync=True)

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
        self._experiments = None if experiment_ids is None else [str(each) for each in experiment_ids]
        self._version = 0
        self._query = Query()
        self._shape = table.Shape(0, table.FIXED, (), 0)
        self.first: list[Run] = []
        sorted_by = [list(each) for each in sort]
        self._look(filter, sorted_by)
        super().__init__(filter=filter, sort=sorted_by, page=self._first_page(), **traits)
        self.observe(self._asked_otherwise, ["filter", "sort"])
        self._listener = feed.Listener(self._refresh)

    def __repr__(self) -> str:
        """Say what is shown."""
        return f"RunTable({self._shape.total} runs)"

    # looking

    def _look(self, text: str, sort: Sequence[Sequence[str]]) -> None:
        """Read the filter and ask the store what there is."""
        query = parse(text, [_ordering(*each) for each in sort])
        overview = self.client.store.overview(self._where(), query, ViewType.ACTIVE_ONLY)
        self._query, self._shape = query, table.shape(overview)

    def _where(self) -> list[str]:
        if self._experiments is not None:
            return self._experiments
        return [each.experiment_id for each in self.client.search_experiments(max_results=10_000)]

    def _runs(self, offset: int, limit: int) -> list[Run]:
        return list(
            self.client.store.search_runs(self._where(), self._query, ViewType.ACTIVE_ONLY, limit, offset=offset)
        )

    def _first_page(self) -> dict[str, Any]:
        self._version += 1
        shape = self._shape
        self.first = self._runs(0, PAGE)
        return {
            "version": self._version,
            "total": shape.total,
            "offset": 0,
            "now": now(),
            "columns": [each._asdict() for each in shape.columns],
            "constant": [list(each) for each in shape.constant],
            "more_columns": shape.more_columns,
            "rows": self._rows(self.first),
            "empty": None if shape.total else (NOTHING if self._query.text else EMPTY),
        }

    def _rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        return [{"id": run.info.run_id, "v": table.row(run, self._shape.columns)} for run in runs]

    # answering

    def _asked_otherwise(self, _: Any) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Look again; a filter that can't be read leaves the table as it is and says why in `error`."""
        try:
            self._look(self.filter, self.sort)
        except FilterError as error:
            self.error = {"message": error.reason, "column": error.column, "filter": self.filter}
        except NbtrackError as error:
            self.error = {"message": str(error), "column": None, "filter": self.filter}
        else:
            self.set_trait("error", None)
            self.page = self._first_page()

    def _refresh(self, _: object) -> None:
        self.refresh()

    def answer(self, kind: str, request: Mapping[str, Any]) -> Reply:
        """Return a page of rows."""
        if kind != "rows":
            return super().answer(kind, request)
        offset, limit = max(0, int(request["offset"])), min(max(1, int(request["limit"])), MOST_ROWS)
        return {"version": self._version, "offset": offset, "rows": self._rows(self._runs(offset, limit))}, []

    # reading from Python

    def frame(self) -> pd.DataFrame:
        """Return every run that the filter finds, in the order shown, as a pandas frame."""
        from nbtrack.views.frames import columns_frame

        found = self.client.store.run_columns(self._where(), self._query, ViewType.ACTIVE_ONLY, 1_000_000)
        return columns_frame(found)

    def static(self) -> dict[str, Any]:
        """Return the first rows as plain HTML."""
        runs = self.first[:STATIC]
        if not runs:
            return {"text/html": html.empty(str(self.page["empty"]), self.uid), "text/plain": str(self.page["empty"])}
        return {
            "text/html": html.static_table(self._shape, runs, now(), self.uid),
            "text/plain": terminal.table(self._shape, runs),
        }


def _ordering(column: str, direction: str) -> str:
    entity, _, key = column.partition(".")
    quote = '"' if "`" in key else "`"
    return f"{entity}.{quote}{key}{quote} {direction.upper()}"
