"""A page of what a search finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.entities import ViewType
from nbtrack.query.sql import Fragment, condition
from nbtrack.stores.sql import rows, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.query import Query
    from nbtrack.query.sql import Columns, Dialect, Ordering
    from nbtrack.stores.sql.sql_store import Connection


def in_stage(view: ViewType) -> list[Fragment]:
    """Return the condition that rows are in the stage that is looked at."""
    if view == ViewType.ALL:
        return []
    return [Fragment("r.stage = ?", ("active" if view == ViewType.ACTIVE_ONLY else "deleted",))]


def selected(query: Query, columns: Columns, dialect: Dialect, among: Sequence[Fragment]) -> Fragment:
    """Return the condition that rows are among some and pass the filter."""
    where = [condition(query.where, columns, dialect)] if query.where is not None else []
    parts = [*among, *where]
    sql = " AND ".join(each.sql for each in parts) or "1 = 1"
    return Fragment(sql, tuple(value for each in parts for value in each.values))


def page(
    connection: Connection, columns: str, chosen: Fragment, order: Ordering, limit: int, place: tokens.Place
) -> tuple[list[tuple[Any, ...]], tokens.Place | None]:
    """Return the rows of one page, and where the next one starts."""
    newest = place.newest
    if newest is None:
        found = rows.single(connection.execute(f"SELECT MAX(id) FROM {order.table}"))
        newest = (found and found[0]) or 0
    where = f"{order.joined.sql} AND {chosen.sql} AND r.id <= ?"
    sql = f"SELECT {columns} FROM {order.source.sql} WHERE {where} ORDER BY {order.terms} LIMIT ? OFFSET ?"
    values = (*order.source.values, *order.joined.values, *chosen.values, newest, limit + 1, place.offset)
    read = list(connection.execute(sql, values))
    following = tokens.Place(place.offset + limit, newest) if len(read) > limit else None
    return read[:limit], following
