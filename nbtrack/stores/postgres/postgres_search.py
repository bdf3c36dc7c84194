"""Searching runs in PostgreSQL: a page comes with all of its data, and very many runs are estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.entities import KeySummary, Overview
from nbtrack.query import Comparison, Query
from nbtrack.stores.postgres import postgres_runs
from nbtrack.stores.sql import pagination
from nbtrack.stores.sql.run_search import RunSearch

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.query.sql import Fragment
    from nbtrack.stores.postgres.session import Session, Statement

MANY = 10_000
"""More runs than these are estimated."""
SAMPLE = 1_000
"""The number of the newest runs that the estimate is based on."""
_NEWEST = """
    SELECT r.id, r.start_time FROM runs r WHERE {chosen} ORDER BY r.start_time DESC, r.run_id LIMIT ?"""
_SUMMARIES = """
    SELECT key, COUNT(*), MIN(value), MAX(value) FROM {table} WHERE run = ANY(CAST(? AS BIGINT[]))
    GROUP BY key ORDER BY key"""
_TABLES = ("params", "latest_metrics", "tags")
_NEWER = "SELECT COUNT(*) FROM runs r WHERE {among} AND r.start_time >= ?"
_PLANNED = "EXPLAIN (FORMAT JSON) SELECT 1 FROM runs r WHERE {among}"


class PostgresSearch(RunSearch):
    """See `RunSearch`."""

    _connection: Session

    def _runs(self, statement: Fragment) -> list[tuple[Run, tuple[Any, ...]]]:
        """Return the runs of a page, which come in one answer with what they have logged."""
        return postgres_runs.of_page(self._connection, self._roots, statement)

    def overview(self) -> Overview:
        """Return how many runs there are, and a summary of each of their keys; see `MANY`."""
        start = self._start()
        chosen = self._chosen(self._columns._replace(listed=(start,) if isinstance(start, Comparison) else ()))
        newest = list(self._connection.execute(_NEWEST.format(chosen=chosen.sql), (*chosen.values, MANY + 1)))
        is_estimated = len(newest) > MANY
        numbers = [number for number, _ in newest[: SAMPLE if is_estimated else MANY]]
        found = [self._connection.execute(_SUMMARIES.format(table=each), (numbers,)) for each in _TABLES]
        total = self._estimated_total(newest[-1][1]) if is_estimated else len(newest)
        share = total / len(numbers) if numbers else 1.0
        params, metrics, tags = (_summaries(each, share) for each in found)
        return Overview(total, params, metrics, tags, is_estimated)

    def _estimated_total(self, oldest: int) -> int:
        """Return about how many runs are found, if `MANY` + 1 of those that have started since `oldest` are.

        The planner knows about how many runs there are, but little about how many meet a filter.
        """
        among = pagination.filter_condition(Query(), self._columns, self._dialect, self._among)
        newer = self._connection.execute(_NEWER.format(among=among.sql), (*among.values, oldest))
        planned = self._connection.execute(_PLANNED.format(among=among.sql), among.values)
        seen = int(next(iter(newer))[0])
        expected = int(next(iter(planned))[0][0]["Plan"]["Plan Rows"])
        return max(MANY + 1, expected * (MANY + 1) // seen)


def _summaries(found: Statement, share: float) -> dict[str, KeySummary]:
    """Return the summaries of keys; each of the runs that were read counts for several runs."""
    return {key: KeySummary(round(count * share), low, high) for key, count, low, high in found}
