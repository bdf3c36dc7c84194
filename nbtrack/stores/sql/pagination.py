"""Pages of search results, and the tokens for the next page."""

from __future__ import annotations

import base64
import binascii
import json
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue
from nbtrack.query import ordering
from nbtrack.query.sql import Fragment, condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.query import Query
    from nbtrack.query.ordering import Ordering, Term
    from nbtrack.query.sql import Columns, Dialect


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


def page_statement(columns: str, parts: Sequence[Ordering], limit: int, place: Position) -> Fragment:
    """Return the statement for a page and one row more: the columns of rows, and then what they are sorted by."""
    most = limit + 1 + place.offset
    left = [each for each in parts if not _is_over(each, place.after)] or parts[-1:]
    found = [_part(columns, each, most, place.after) for each in left]
    if len(found) == 1 and not place.offset:
        return found[0]
    united = " UNION ALL ".join(f"SELECT * FROM ({each.sql}) AS part{number}" for number, each in enumerate(found))
    values = tuple(value for each in found for value in each.values)
    return Fragment(f"{united} LIMIT ? OFFSET ?", (*values, limit + 1, place.offset))


def _is_over(part: Ordering, after: Sequence[object] | None) -> bool:
    return after is not None and ordering.is_over(part, after)


def _part(columns: str, part: Ordering, most: int, after: Sequence[object] | None) -> Fragment:
    sorted_by = ", ".join(f"{each.sql} AS sort{number}" for number, each in enumerate(part.terms))
    conditions = [part.where]
    if after is not None and ordering.is_reached(part, after):
        conditions.append(ordering.after(part.terms, after))
    where = " AND ".join(each.sql for each in conditions)
    sql = f"SELECT {columns}, {sorted_by} FROM {part.source.sql} WHERE {where} ORDER BY {part.order_by} LIMIT ?"
    return Fragment(sql, (*part.source.values, *(value for each in conditions for value in each.values), most))


class Position(NamedTuple):
    """The start of a page: an offset from the row that is sorted by these values."""

    after: tuple[object, ...] | None = None
    offset: int = 0


def write_token(values: Sequence[object], search: object) -> str:
    """Return the token for the page after a row that is sorted by these values."""
    return base64.urlsafe_b64encode(json.dumps([list(values), _search_digest(search)]).encode()).decode()


def read_token(token: str | None, search: object, terms: Sequence[Term]) -> Position:
    """Return the position of a token.

    Raises
    ------
    InvalidValue
        When it is not a token, or belongs to another search.
    """
    if not token:
        return Position()
    try:
        values, mark = json.loads(base64.urlsafe_b64decode(token.encode()))
        fits = len(values) == len(terms) and all(isinstance(each, int | float | str | None) for each in values)
    except (ValueError, TypeError, binascii.Error, UnicodeEncodeError):
        msg = f"Invalid page token {token[:40]!r}"
        raise InvalidValue(msg) from None
    if mark != _search_digest(search) or not fits:
        msg = "This page token belongs to another search: pass the same arguments as for the page that returned it"
        raise InvalidValue(msg)
    return Position(tuple(values))


def _search_digest(search: object) -> str:
    return blake2b(repr(search).encode(), digest_size=8).hexdigest()
