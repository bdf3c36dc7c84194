"""Searching runs in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.entities import KeySummary, Overview, Page, RunColumns
from nbtrack.query import Comparison
from nbtrack.query.model import without
from nbtrack.query.ordering import Term, index_parts, listing, ordering
from nbtrack.query.sql import Columns, Fragment
from nbtrack.stores.sql import columnar, pagination, rows, selectivity
from nbtrack.stores.sql.selectivity import Start
from nbtrack.validation import experiment_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run, ViewType
    from nbtrack.query import Query
    from nbtrack.query.ordering import Ordering
    from nbtrack.query.sql import Dialect
    from nbtrack.stores.interface import Keys
    from nbtrack.stores.sql.database import Connection

_NEWEST_FIRST = (Term("r.start_time", descending=True), Term("r.run_id"))


def _columns(roots: rows.ArtifactRoots) -> Columns:
    attributes = {each: f"r.{each}" for each in ("run_id", "user_id", "status", "start_time", "end_time")}
    home = roots.root.replace("'", "''")
    artifacts = (
        f"CASE WHEN r.artifact_uri IS NULL THEN '{home}/' || r.experiment || '/' || r.run_id || '/artifacts'"
        f" WHEN r.artifact_uri LIKE './%' THEN '{home}' || SUBSTR(r.artifact_uri, 2) ELSE r.artifact_uri END"
    )
    return Columns(
        table="runs",
        attributes={
            **attributes,
            "run_name": "r.name",
            "artifact_uri": artifacts,
            "duration": "(r.end_time - r.start_time)",
            "experiment_id": "CAST(r.experiment AS TEXT)",
        },
        tables={"metric": ("latest_metrics", "run"), "param": ("params", "run"), "tag": ("tags", "run")},
    )


def _of(experiment_ids: Sequence[str]) -> Fragment:
    numbers = tuple(number for number in map(experiment_number, experiment_ids) if number >= 0)
    return Fragment(f"r.experiment IN ({','.join('?' * len(numbers))})", numbers) if numbers else Fragment("1 = 0")


def _under(keys: Sequence[str] | None, whose: Fragment) -> Fragment:
    """Restrict a condition to some keys, if they are given."""
    if keys is None:
        return whose
    marks = ",".join("?" * len(keys))
    return Fragment(f"key IN ({marks}) AND {whose.sql}", (*keys, *whose.values)) if keys else Fragment("1 = 0")


_ALL = Fragment("1 = 1")
_SUMMARY = "SELECT key, COUNT(*), MIN(value), MAX(value) FROM {table} WHERE {whose} GROUP BY key"
_WHOLE_SUMMARY = """
    WITH RECURSIVE keys (key) AS (
        SELECT MIN(key) FROM {table}
        UNION ALL SELECT (SELECT MIN(t.key) FROM {table} t WHERE t.key > keys.key) FROM keys WHERE key IS NOT NULL
    )
    SELECT key, (SELECT COUNT(*) FROM {table} t WHERE t.key = keys.key),
        (SELECT MIN(value) FROM {table} t WHERE t.key = keys.key),
        (SELECT MAX(value) FROM {table} t WHERE t.key = keys.key)
    FROM keys WHERE key IS NOT NULL"""
"""The same for whole tables: goes from key to key along the index, where the minimum and maximum are found directly."""


class RunSearch:
    """The runs that a query finds in some experiments, as one transaction sees them."""

    whole_summary = _WHOLE_SUMMARY
    last: tuple[Term, ...] = _NEWEST_FIRST
    required = frozenset({"run_id", "run_name", "user_id", "status", "start_time", "experiment_id"})

    def __init__(
        self,
        connection: Connection,
        roots: rows.ArtifactRoots,
        dialect: Dialect,
        experiment_ids: Sequence[str],
        query: Query,
        view: ViewType,
    ) -> None:
        self._connection, self._roots, self._dialect, self._query = connection, roots, dialect, query
        self._mark = ("runs", sorted(experiment_ids), query.text, query.order_by, int(view))
        self._columns = _columns(roots)._replace(required=self.required)
        self._among = [_of(experiment_ids), *pagination.stage_condition(view)]

    def page(self, limit: int, token: str | None = None, offset: int = 0) -> Page[Run]:
        """Return a page of runs, after skipping `offset` of them."""
        parts = self._parts()
        place = pagination.read_token(token, self._mark, parts[0].terms)._replace(offset=offset)
        statement = pagination.page_statement(rows.RUN_COLUMNS, parts, limit, place)
        found = self._runs(statement)
        sorted_by = [values for _, values in found[:limit]]
        following = pagination.write_token(sorted_by[-1], self._mark) if len(found) > limit else None
        return Page([run for run, _ in found[:limit]], following)

    def _runs(self, statement: Fragment) -> list[tuple[Run, tuple[Any, ...]]]:
        """Return the runs that a statement selects, each with what it is sorted by."""
        found = list(self._connection.execute(statement.sql, statement.values))
        runs = rows.runs(self._connection, self._roots, [row[: rows.RUN_WIDTH] for row in found])
        return [(run, row[rows.RUN_WIDTH :]) for run, row in zip(runs, found, strict=True)]

    def columns(self, limit: int, keys: Keys | None) -> RunColumns:
        """Return the first runs as columns."""
        parts = self._parts()
        statement = pagination.page_statement(rows.INFO_COLUMNS, parts, limit, pagination.Position())
        read = [row[: rows.INFO_WIDTH] for row in self._connection.execute(statement.sql, statement.values)]
        found = read[:limit]
        at = {row[0]: place for place, row in enumerate(found)}
        whose = self._whose("run", len(found))
        if len(read) > limit:
            page = pagination.page_statement("r.id AS number", parts, limit - 1, pagination.Position())
            whose = Fragment(f"run IN (SELECT number FROM ({page.sql}) AS page)", page.values)
        metrics, params, tags = (None if keys is None else keys.get(each, ()) for each in ("metrics", "params", "tags"))
        connection, dialect = self._connection, self._dialect
        return RunColumns(
            rows.infos(found, self._roots),
            columnar.group_runs(columnar.metric_groups(connection, dialect, _under(metrics, whose)), at),
            columnar.group_runs(columnar.text_groups(connection, dialect, "params", _under(params, whose)), at),
            columnar.group_runs(columnar.text_groups(connection, dialect, "tags", _under(tags, whose)), at),
        )

    def overview(self) -> Overview:
        """Return how many runs there are, and a summary of each of their keys."""
        chosen = self._chosen(self._columns)
        counted = rows.first_row(self._connection, f"SELECT COUNT(*) FROM runs r WHERE {chosen.sql}", chosen.values)
        total = counted[0] if counted else 0
        # The unary plus keeps SQLite from using the index on runs instead of the one on keys.
        whose = self._whose("+run", total)
        summaries: list[dict[str, KeySummary]] = []
        for table in ("params", "latest_metrics", "tags"):
            sql = _SUMMARY.format(table=table, whose=whose.sql)
            if whose == _ALL:
                sql = self.whole_summary.format(table=table, whose=_ALL.sql)
            found = self._connection.execute(sql, whose.values)
            summaries.append({key: KeySummary(*summary) for key, *summary in found})
        return Overview(total, summaries[0], summaries[1], summaries[2])

    def _chosen(self, columns: Columns) -> Fragment:
        return pagination.filter_condition(self._query, columns, self._dialect, self._among)

    def _whose(self, column: str, total: int) -> Fragment:
        """Return the condition that a row belongs to one of the `total` runs that are found."""
        if rows.first_row(self._connection, "SELECT COUNT(*) FROM runs") == (total,):
            return _ALL
        chosen = self._chosen(self._columns)
        return Fragment(f"{column} IN (SELECT r.id FROM runs r WHERE {chosen.sql})", chosen.values)

    def _parts(self) -> list[Ordering]:
        """Return the parts in which the rows of the search are read.

        These are the matches of the most selective condition, if there are not too many; otherwise rows are read along
        an index and tested.
        """
        start = self._start()
        columns, query, dialect = self._columns._replace(listed=()), self._query, self._dialect
        if isinstance(start, Comparison):
            query = query._replace(where=without(query.where, start))
            parts = [listing(start, query.order, columns, dialect, self.last)]
        else:
            parts = index_parts(query, columns, dialect, self.last) if start == Start.ORDER else []
        parts = parts or [ordering(query.order, columns, dialect, self.last)]
        return [
            each.also(
                pagination.filter_condition(query, columns._replace(identity=each.identity), dialect, self._among)
            )
            for each in parts
        ]

    def _start(self) -> Comparison | Start:
        return selectivity.start(self._connection, self._query, self._columns, self._dialect, self._among)


class UnindexedRunSearch(RunSearch):
    """A search over views, in which there is no way from one key to the next."""

    whole_summary = _SUMMARY
    required = frozenset()

    def _start(self) -> Start:
        return Start.ORDER

    last = (Term("(r.start_time IS NULL)", is_flag=True), *_NEWEST_FIRST)
