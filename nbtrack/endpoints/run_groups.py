"""The lines of a run table whose runs are grouped or nested, and what the heading of a group says of its metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.entities import ViewType
from nbtrack.presentation import group_summary, metric_goals, table_layout
from nbtrack.query import Query
from nbtrack.statistics.seeds import SETTINGS, group_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.endpoints.table_query import TableQuery
    from nbtrack.entities import Experiment, RunColumns
    from nbtrack.presentation.table_layout import Column, Line
    from nbtrack.stores.interface import Store

MOST = 20_000
"""Runs that are grouped or nested at most."""


class RunGroups:
    """The runs that a query finds, grouped as a table asks for.

    Parameters
    ----------
    store : Store
        Where the runs are.
    asked : TableQuery
        By what they are grouped, and which groups are closed.
    experiments : sequence of Experiment
        The experiments that are searched.
    query : Query
        Which runs, in which order.
    params : sequence of str
        The parameters in which they differ.
    """

    def __init__(
        self,
        store: Store,
        asked: TableQuery,
        experiments: Sequence[Experiment] = (),
        query: Query | None = None,
        params: Sequence[str] = (),
    ) -> None:
        self._params = params
        self._store, self._asked, self._experiments = store, asked, experiments
        self._query = query or Query()
        self._goals = metric_goals.from_experiments(experiments)
        self._values: dict[str, Mapping[int, float]] = {}

    def lines(self) -> list[Line]:
        """Return the headings of the groups with their runs, or the runs below their parents."""
        if self._asked.group == SETTINGS:
            return self._by_settings()
        kind, key = self._grouping()
        keys = {kind: [key, reserved.RUN_NAME] if self._asked.group == "cell" else [key]} if kind else {}
        held = self._columns(keys)
        ids: list[str] = held.infos["run_id"]
        found = group_summary.values_by_place(getattr(held, kind), key) if kind else {}
        if self._asked.group == "parent":
            parents = {ids[place]: str(parent) for place, parent in found.items()}
            return table_layout.nested(ids, parents, self._asked.closed)
        names = group_summary.values_by_place(held.tags, reserved.RUN_NAME)
        return table_layout.grouped(ids, self._labels(held, found, key), self._asked.closed, names)

    def _by_settings(self) -> list[Line]:
        """Return the headings of groups of runs that differ only in their seeds, with the runs."""
        held = self._columns({"params": self._params})
        values: list[dict[str, str]] = [{} for _ in held.infos["run_id"]]
        for key in self._params:
            for place, value in group_summary.values_by_place(held.params, key).items():
                values[place][key] = value
        labels = [group_of(each, self._params) for each in values]
        return table_layout.grouped(held.infos["run_id"], labels, self._asked.closed)

    def _labels(self, held: RunColumns, found: Mapping[int, Any], key: str) -> list[str | None]:
        """Return the heading of the group of each run."""
        if self._asked.group == "experiment":
            names = {each.experiment_id: each.name for each in self._experiments}
            return [names.get(each, each) for each in held.infos["experiment_id"]]
        labels = [found.get(place) for place in range(len(held.infos["run_id"]))]
        if self._asked.group.startswith(("params.", "tags.")):
            return [f"{key} = {'–' if each is None else each}" for each in labels]
        return labels

    def _grouping(self) -> tuple[str, str]:
        """Return where the store keeps what the runs are grouped by."""
        entity, _, key = self._asked.group.partition(".")
        own = {"parent": ("tags", reserved.PARENT_RUN), "cell": ("tags", reserved.CELL), "experiment": ("", "")}
        return own.get(self._asked.group) or (entity if entity in {"params", "tags"} else "params", key)

    def _columns(self, keys: Mapping[str, Sequence[str]]) -> RunColumns:
        where = [each.experiment_id for each in self._experiments]
        return self._store.run_columns(where, self._query, ViewType.ACTIVE_ONLY, MOST, keys)

    def read_metrics(self, columns: Sequence[Column]) -> None:
        """Read the metrics that are columns, for the headings of groups."""
        if self._asked.group not in {"", "parent"}:
            keys = [each.id.removeprefix("metrics.") for each in columns if each.group == "metric"]
            held = self._columns({"metrics": keys}).metrics
            self._values = {key: group_summary.values_by_place(held, key) for key in keys}

    def summaries(self, line: Line, columns: Sequence[Column]) -> list[str | None]:
        """Return the cells of the heading of a group: metrics as mean, spread and best value."""
        keys = (each.id.removeprefix("metrics.") for each in columns)
        return [self._summary(key, line.members) if key in self._values else None for key in keys]

    def _summary(self, metric: str, members: Sequence[int]) -> str | None:
        values = self._values[metric]
        known = (values[each] for each in members if each in values)
        return group_summary.summary(known, lower_is_better=metric_goals.lower_is_better(metric, self._goals))
