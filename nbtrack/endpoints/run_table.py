"""Run tables: which runs, in which order and groups, what each column holds, pages of rows, and the runs as a file."""

from __future__ import annotations

import math
import time
from json import dumps
from typing import TYPE_CHECKING, Any

from nbtrack.endpoints import table_query
from nbtrack.endpoints.pinned_runs import PinnedRuns
from nbtrack.endpoints.run_groups import RunGroups
from nbtrack.endpoints.table_query import TableQuery
from nbtrack.entities import Overview, ViewType
from nbtrack.errors import FilterError
from nbtrack.presentation import metric_goals, run_values, table_layout
from nbtrack.presentation.row_marks import row_marks
from nbtrack.query import Comparison, Query, parse, parse_with_headings
from nbtrack.statistics.seeds import SETTINGS
from nbtrack.wire import records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Experiment, Run
    from nbtrack.presentation.table_layout import Line
    from nbtrack.stores.interface import Store
    from nbtrack.wire.values import Json


GROUPS = ("experiment", "cell", "parent", SETTINGS)
"""What runs can be grouped by, besides a parameter such as ``params.lr``."""
PAGE = 20
"""Rows of the first page: about a screen of them."""
MOST_EXPERIMENTS = 10_000
MOST_RUNS = 1_000_000


def active_experiments(store: Store) -> Sequence[Experiment]:
    """Return the experiments that are not deleted."""
    return store.search_experiments(Query(), ViewType.ACTIVE_ONLY, MOST_EXPERIMENTS)


def now() -> int:
    """Return the time in ms since the epoch UTC."""
    return time.time_ns() // 1_000_000


class RunListing:
    """The runs of some experiments as a table shows them; nothing is read before `load`.

    Parameters
    ----------
    store : Store
        Where the runs are.
    experiment_ids : sequence of str, optional
        The experiments to search; by default all.
    """

    def __init__(self, store: Store, experiment_ids: Sequence[str] | None = None) -> None:
        self.store, self.experiment_ids = store, experiment_ids
        self.experiments: Sequence[Experiment] = ()
        self.goals: dict[str, str] = {}
        self.query, self.shape, self.overview = (
            Query(),
            table_layout.Shape(0, table_layout.FIXED, (), 0),
            Overview(0, {}, {}, {}),
        )
        self.first_page: list[Run] = []
        self._where: list[str] = []
        self._groups = RunGroups(store, TableQuery())
        self._pinned = PinnedRuns(store, ())
        self._asked, self._lines, self._kept = (
            TableQuery(),
            list[table_layout.Line](),
            dict[tuple[str, str, int], float](),
        )

    @property
    def experiment(self) -> Experiment | None:
        """The experiment, when the runs of exactly one were requested."""
        return self.experiments[0] if self.experiment_ids is not None and len(self.experiments) == 1 else None

    @property
    def total(self) -> int:
        """How many lines there are."""
        return len(self._lines) if self._asked.group else self.shape.total

    def _experiments_now(self) -> Sequence[Experiment]:
        if self.experiment_ids is None:
            return active_experiments(self.store)
        return [self.store.get_experiment(each) for each in self.experiment_ids]

    def load(self, asked: TableQuery) -> None:
        """Read the query and summarize the runs that it finds; an `InvalidValue` changes nothing."""
        order = table_query.order_by(table_query.sort_keys(asked.sort))
        values = table_query.aggregates(asked.values)
        experiments = self._experiments_now()
        where = [each.experiment_id for each in experiments]
        query, overview = self._search(asked.filter, order, where)
        known = overview if overview.total else self._overview(Query(), where)
        columns = table_query.column_ids(asked.columns, known)
        self.experiments, self._where, self.goals = experiments, where, metric_goals.from_experiments(experiments)
        self.query, self._asked, self.overview = query, asked._replace(columns=columns, values=values), known
        self._groups = RunGroups(self.store, self._asked, experiments, query, table_layout.differing(known))
        self._pinned = PinnedRuns(self.store, where, query)
        self._lines = self._groups.lines() if asked.group else []
        self.first_page = self.runs(0, PAGE)
        seen = self.first_page if overview.total else list(self._found(parse("", order), PAGE))
        self.shape = table_layout.shape(known, columns, seen)
        self._groups.read_metrics(self.shape.columns)
        if not overview.total:
            self.shape = self.shape._replace(total=0, constant=())

    def _search(self, text: str, order: Sequence[str], where: Sequence[str]) -> tuple[Query, Overview]:
        """Return the query of a filter and what it finds; headings are only tried if the grammar finds nothing."""
        try:
            query = parse(text, order)
        except FilterError:
            query = self._with_headings(text, order, where)
            return query, self._overview(query, where)
        found = self._overview(query, where)
        if found.total or not query.text:
            return query, found
        query = self._with_headings(text, order, where)
        return query, self._overview(query, where)

    def _with_headings(self, text: str, order: Sequence[str], where: Sequence[str]) -> Query:
        return parse_with_headings(text, order, table_query.headings(self._overview(Query(), where)))

    def _overview(self, query: Query, where: Sequence[str]) -> Overview:
        return self.store.overview(where, query, ViewType.ACTIVE_ONLY)

    def lower_is_better(self, metric: str) -> bool:
        """Return whether lower values of a metric are better."""
        return metric_goals.lower_is_better(metric, self.goals)

    def aggregate(self, metric: str) -> str:
        """Return which value of a metric is shown."""
        return self._asked.values.get(f"metrics.{metric}", "last")

    def best(self, metric: str) -> float | None:
        """Return the best value of a metric that is shown by its last one; None if there is none, or no goal."""
        seen, goal = self.overview.metrics[metric], metric_goals.goal_of(metric, self.goals)
        found = seen.low if goal == "min" else seen.high
        is_known = goal is not None and not self.overview.estimated
        if not is_known or seen.low == seen.high or self.aggregate(metric) != "last":
            return None
        return found if isinstance(found, float) and math.isfinite(found) else None

    # rows

    def runs(self, offset: int, limit: int) -> list[Run]:
        """Return runs of some lines."""
        if self._asked.group:
            return list(self.by_id([each.run_id for each in self._lines[offset : offset + limit] if each.run_id]))
        return self._pinned.page(offset, limit)

    def first_runs(self, most: int) -> list[Run]:
        """Return the runs that the filter finds, at most so many, without groups."""
        return self._pinned.page(0, most)

    def rows(self, offset: int, limit: int, runs: Sequence[Run] | None = None) -> list[dict[str, Any]]:
        """Return lines for the front end; `runs` are their runs, where they are known."""
        runs = self.runs(offset, limit) if runs is None else runs
        if not self._asked.group:
            return [self.row(each) for each in runs]
        known = {each.info.run_id: each for each in runs}
        lines = self._lines[offset : offset + limit]
        return [self._line(each, known.get(each.run_id)) for each in lines]

    def row(self, run: Run) -> dict[str, Any]:
        """Return a run as the front end draws it."""
        values = table_layout.row(run, self.shape.columns, self._aggregates(run), now=now())
        found = {"id": run.info.run_id, "v": values, **row_marks(run, {each.id for each in self.shape.columns})}
        found |= self._pinned.marks(run, self.shape.columns, values)
        missing = run_values.missing_in_charts(run)
        return found if missing is None else {**found, f"without_{missing}": True}

    def _line(self, line: Line, run: Run | None) -> dict[str, Any]:
        row = self.row(run) if run is not None else {"id": "", "v": self._groups.summaries(line, self.shape.columns)}
        result = {"label": line.label, "depth": line.depth, "key": line.key, "runs": line.runs, "closed": line.closed}
        return {**row, **{name: value for name, value in result.items() if value}}

    def _found(self, query: Query, limit: int, offset: int = 0) -> Sequence[Run]:
        return self.store.search_runs(self._where, query, ViewType.ACTIVE_ONLY, limit, offset=offset)

    def all_runs(self) -> Sequence[Run]:
        """Return every run that the filter finds, in the order shown."""
        return self._found(self.query, MOST_RUNS)

    def by_id(self, run_ids: Sequence[str]) -> Sequence[Run]:
        """Return runs by their ids."""
        if not run_ids:
            return ()
        return self._found(Query(Comparison("attribute", "run_id", "IN", tuple(run_ids))), len(run_ids))

    def frame(self) -> Any:
        """Return every run that the filter finds, in the order shown, as a pandas frame."""
        from nbtrack.presentation.frames import columns_frame

        return columns_frame(self.store.run_columns(self._where, self.query, ViewType.ACTIVE_ONLY, MOST_RUNS))

    # other values of a metric than the last

    def _aggregates(self, run: Run) -> dict[str, float]:
        asked = {column.removeprefix("metrics."): kind for column, kind in self._asked.values.items() if kind != "last"}
        wanted = {key: kind for key, kind in asked.items() if key in run.data.metrics}
        steps = {each.key: each.timestamp for each in run.data.latest}
        return {key: self._extreme(run.info.run_id, key, kind, steps.get(key, 0)) for key, kind in wanted.items()}

    def _extreme(self, run_id: str, key: str, kind: str, latest: int) -> float:
        low = kind == "min" or (kind == "best" and self.lower_is_better(key))
        known = (run_id, f"{key}\n{low}", latest)
        if known not in self._kept:
            values = [each for each in self.store.metric_history(run_id, key).values if not math.isnan(each)]
            self._kept[known] = float((min if low else max)(values, default=math.nan))
        return self._kept[known]


MOST_ROWS = 600
"""Most rows of one request."""
EMPTY = "No runs yet. Put %%track above a cell and run it."
NOTHING = "No run matches this filter."


def page(
    listing: RunListing, offset: int, limit: int, marks: Mapping[str, str], runs: Sequence[Run] | None = None
) -> Json:
    """Return rows with the header of the table; `runs` are their runs, where they are known."""
    shape, marked, experiment = listing.shape, table_query.highlights(marks), listing.experiment
    return {
        "total": listing.total,
        "runs": shape.total,
        "estimated": shape.estimated,
        "offset": offset,
        "now": now(),
        "experiment": {"id": experiment.experiment_id, "name": experiment.name} if experiment is not None else None,
        "columns": [_column(listing, each, marked) for each in shape.columns],
        "constant": [list(each) for each in shape.constant],
        "more_columns": shape.more_columns,
        "rows": listing.rows(offset, limit, runs),
        "empty": None if shape.total else (NOTHING if listing.query.text else EMPTY),
    }


def _column(listing: RunListing, column: table_layout.Column, marks: Mapping[str, str]) -> dict[str, Any]:
    """Return a column for the front end: for a metric also its range, and its best value or which value is shown."""
    result, key = column._asdict(), column.id.removeprefix("metrics.")
    seen = listing.overview.metrics.get(key)
    if seen is None or column.group != "metric":
        return result
    best = listing.best(key)
    if best is not None:
        result["best"] = best
    goal = metric_goals.goal_of(key, listing.goals)
    if goal is not None:
        result["goal"] = goal
    if listing.aggregate(key) != "last":
        result["reading"] = listing.aggregate(key)
    if column.id in marks:
        lower = listing.lower_is_better(key)
        result |= {"mark": marks[column.id], "low": seen.low, "high": seen.high, "lower": lower}
    return result


def available_columns(listing: RunListing) -> Json:
    """Return all columns that can be chosen, and what runs can be grouped by."""
    return {
        "columns": [each._asdict() for each in table_layout.labelled_columns(listing.overview)],
        "groups": list(GROUPS),
    }


def csv_export(listing: RunListing, run_ids: Sequence[str] = ()) -> bytes:
    """Return the runs of a listing as CSV, all or some of them."""
    written: str = _chosen(listing.frame(), run_ids).to_csv(index=False)
    return written.encode()


def json_export(listing: RunListing, run_ids: Sequence[str] = ()) -> bytes:
    """Return the runs of a listing as a JSON list, all or some of them, each in the form of MLflow's ``runs/get``."""
    runs = listing.by_id(run_ids) if run_ids else listing.all_runs()
    return dumps([records.write_run(each) for each in runs], ensure_ascii=False, allow_nan=False).encode()


def _chosen(frame: Any, run_ids: Sequence[str]) -> Any:
    return frame[frame["run_id"].isin(list(run_ids))] if run_ids else frame
