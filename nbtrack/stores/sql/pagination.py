"""Pages of search results, and the tokens that lead from one to the next."""

from __future__ import annotations

import base64
import binascii
import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue
from nbtrack.query.sql import Fragment, condition
from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.query import Query
    from nbtrack.query.sql import Columns, Dialect, Ordering
    from nbtrack.stores.sql.database import Connection


def stage_condition(view: ViewType) -> list[Fragment]:
    """Return the condition that rows are in the lifecycle stage of a view."""
    if view == ViewType.ALL:
        return []
    return [Fragment("r.stage = ?", ("active" if view == ViewType.ACTIVE_ONLY else "deleted",))]


def filter_condition(query: Query, columns: Columns, dialect: Dialect, among: Sequence[Fragment]) -> Fragment:
    """Return the condition that rows meet some conditions and the filter of a query."""
    where = [condition(query.where, columns, dialect)] if query.where is not None else []
    parts = [*among, *where]
    sql = " AND ".join(each.sql for each in parts) or "1 = 1"
    return Fragment(sql, tuple(value for each in parts for value in each.values))


def read_page(
    connection: Connection, columns: str, chosen: Fragment, order: Ordering, limit: int, place: PagePosition
) -> tuple[list[tuple[Any, ...]], PagePosition | None]:
    """Return the rows of one page, and where the next page starts."""
    newest = place.newest
    if newest is None:
        found = rows.first_row(connection, f"SELECT MAX(id) FROM {order.table}")
        newest = (found and found[0]) or 0
    where = f"{order.joined.sql} AND {chosen.sql} AND r.id <= ?"
    sql = f"SELECT {columns} FROM {order.source.sql} WHERE {where} ORDER BY {order.terms} LIMIT ? OFFSET ?"
    values = (*order.source.values, *order.joined.values, *chosen.values, newest, limit + 1, place.offset)
    read = list(connection.execute(sql, values))
    following = PagePosition(place.offset + limit, newest) if len(read) > limit else None
    return read[:limit], following


class PagePosition(NamedTuple):
    """Where a page starts, among the rows that existed when the first page was read."""

    offset: int = 0
    newest: int | None = None

    def further(self, offset: int) -> PagePosition:
        """Return the position some rows further on."""
        return self._replace(offset=self.offset + offset)


def write_token(place: PagePosition, search: object) -> str:
    """Return the token for a position in a search."""
    return base64.urlsafe_b64encode(json.dumps([*place, _search_digest(search)]).encode()).decode()


def read_token(token: str | None, search: object) -> PagePosition:
    """Return the position of a token.

    Raises
    ------
    InvalidValue
        When it is not a token, or belongs to another search.
    """
    if not token:
        return PagePosition()
    try:
        offset, newest, mark = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, TypeError, binascii.Error, UnicodeEncodeError):
        msg = f"Invalid page token {token[:40]!r}"
        raise InvalidValue(msg) from None
    if mark != _search_digest(search) or type(offset) is not int or type(newest) is not int or offset < 0:
        msg = "This page token belongs to another search: pass the same arguments as for the page that returned it"
        raise InvalidValue(msg)
    return PagePosition(offset, newest)


def _search_digest(search: object) -> str:
    return blake2b(repr(search).encode(), digest_size=8).hexdigest()
