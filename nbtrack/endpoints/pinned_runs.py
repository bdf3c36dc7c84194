"""Baselines in a run table: they stay on top of it, and the metrics of other runs are compared with theirs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nbtrack.entities import ViewType
from nbtrack.query import All, Comparison, Not, Query
from nbtrack.stores.baselines import Baselines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
    from nbtrack.presentation.table_layout import Cell, Column
    from nbtrack.query.model import Condition
    from nbtrack.stores.interface import Store


class PinnedRuns:
    """The runs that a query finds, with baselines before all others.

    Parameters
    ----------
    store : Store
        Where the runs are.
    experiment_ids : sequence of str
        The experiments that are searched.
    query : Query
        Which runs, in which order.
    """

    def __init__(self, store: Store, experiment_ids: Sequence[str], query: Query | None = None) -> None:
        self._store, self._where, self._query = store, experiment_ids, query or Query()
        self._baselines = Baselines(store, experiment_ids)
        self._among = Comparison("attribute", "run_id", "IN", tuple(each.info.run_id for each in self._baselines.runs))
        self._top = self._on_top()

    def _on_top(self) -> list[Run]:
        """Return the baselines that the query finds."""
        if self._query.where is None or not self._baselines.runs:
            return self._baselines.runs
        return self._found(self._restricted(self._among), len(self._baselines.runs), 0)

    def _restricted(self, condition: Condition) -> Query:
        where = condition if self._query.where is None else All((self._query.where, condition))
        return Query(where, self._query.order, order_by=self._query.order_by)

    def _found(self, query: Query, limit: int, offset: int) -> list[Run]:
        return list(self._store.search_runs(self._where, query, ViewType.ACTIVE_ONLY, limit, offset=offset))

    def page(self, offset: int, limit: int) -> list[Run]:
        """Return runs from a position, which counts those on top."""
        if not self._top:
            return self._found(self._query, limit, offset)
        top = self._top[offset : offset + limit]
        if len(top) == limit:
            return top
        others = self._restricted(Not(self._among))
        return top + self._found(others, limit - len(top), max(0, offset - len(self._top)))

    def marks(self, run: Run, columns: Sequence[Column], values: Sequence[Cell]) -> dict[str, Any]:
        """Return the marks of a row: that it is a baseline, or by how much its metrics differ from the baseline's."""
        if any(each.info.run_id == run.info.run_id for each in self._baselines.runs):
            return {"baseline": True}
        base = self._baselines.of(run)
        if base is None:
            return {}
        changes = [_change(base, column, value) for column, value in zip(columns, values, strict=True)]
        return {"change": changes} if any(each is not None for each in changes) else {}


def _change(base: Run, column: Column, value: Cell) -> float | None:
    """Return by how much a metric differs from that of the baseline, if both are finite."""
    before = base.data.metrics.get(column.id.removeprefix("metrics."), math.nan) if column.group == "metric" else None
    if before is None or not isinstance(value, int | float) or not math.isfinite(before):
        return None
    return value - before
