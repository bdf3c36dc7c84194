"""`Order` → SQL: sorting, and starting after a given row, so that a page costs the same wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack.query.sql import Fragment, required_comparisons, test

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.query.model import Comparison, Order, Query
    from nbtrack.query.sql import Columns, Dialect


class Term(NamedTuple):
    """An expression that rows are sorted by."""

    sql: str
    descending: bool = False
    is_flag: bool = False
    """Whether it is a Boolean; rows for which it is true come last."""
    is_fixed: bool = False
    """Whether it is the same for all rows of a part."""


class Ordering(NamedTuple):
    """The FROM clause, the condition and the terms of a search, or of a part of it."""

    source: Fragment
    where: Fragment
    terms: tuple[Term, ...]
    identity: str
    """The column by which the filter looks up the values of a row: the first that is read."""

    def also(self, condition: Fragment) -> Ordering:
        """Return the same with one more condition."""
        return self._replace(where=_all([self.where, condition]))

    @property
    def order_by(self) -> str:
        """The terms for ORDER BY."""
        return ", ".join(f"{each.sql}{' DESC' if each.descending else ''}" for each in self.terms if not each.is_fixed)


_ANY = Fragment("1 = 1")
_FALSE, _TRUE = (Term(text, is_flag=True, is_fixed=True) for text in ("(1 = 0)", "(1 = 1)"))


def ordering(order: Sequence[Order], columns: Columns, dialect: Dialect, last: Sequence[Term]) -> Ordering:
    """Return the SQL that sorts by `order`, with missing values last and ties by the terms of `last`."""
    joins, terms = _joins(order, columns, dialect, 0)
    source = Fragment(f"{columns.table} r {joins.sql}", joins.values)
    return Ordering(source, _ANY, (*terms, *last), columns.identity)


def listing(
    comparison: Comparison, order: Sequence[Order], columns: Columns, dialect: Dialect, last: Sequence[Term]
) -> Ordering:
    """Return the SQL that lists the matches of a comparison in an index of values, and sorts them."""
    table, owner = columns.tables[comparison.entity]
    joins, terms = _joins(order, columns, dialect, 0)
    source = Fragment(f"{table} listed CROSS JOIN {columns.table} r {joins.sql}", joins.values)
    there = Fragment(f"{columns.identity} = listed.{owner} AND listed.key = ?", (comparison.key,))
    return Ordering(
        source, _all([there, test("listed.value", comparison, dialect)]), (*terms, *last), f"listed.{owner}"
    )


def index_parts(query: Query, columns: Columns, dialect: Dialect, last: Sequence[Term]) -> list[Ordering]:
    """Return the parts of a search that come one after the other, the first in the order of an index of values.

    The parts are the rows with a value in the first column of the order, those whose value is NaN, and those without
    one, unless the filter excludes them. All have the terms of `ordering`. None of them has to sort all rows to find
    the first ones; there are no parts if the first column has no such index.
    """
    order = query.order
    if not order or order[0].entity not in columns.tables:
        return []
    entity, key, descending = order[0]
    required = [each for each in required_comparisons(query.where) if (each.entity, each.key) == (entity, key)]
    tests = [test("o0.value", each, dialect) for each in required]
    table, owner = columns.tables[entity]
    joins, terms = _joins(order[1:], columns, dialect, 1)
    source = Fragment(f"{table} o0 CROSS JOIN {columns.table} r {joins.sql}", joins.values)
    mine = f"{columns.identity} = o0.{owner} AND o0.key = ?"
    value = _values("o0", entity, dialect, descending=descending)
    nothing = tuple(Term(_null(entity), is_fixed=True) for _ in value)
    rest = (*terms, *last)
    there = _all([Fragment(f"{mine} AND o0.value IS NOT NULL", (key,)), *tests])
    found = [Ordering(source, there, (_FALSE, _FALSE, *value, *rest), f"o0.{owner}")]
    if entity == "metric":
        nan = Fragment(f"{mine} AND o0.value IS NULL", (key,))
        found.append(Ordering(source, nan, (_FALSE, _TRUE, *nothing, *rest), f"o0.{owner}"))
    if required:
        return found
    without = f"NOT EXISTS (SELECT 1 FROM {table} WHERE {owner} = {columns.identity} AND key = ?)"
    plain = Fragment(f"{columns.table} r {joins.sql}", joins.values)
    missing = (_TRUE, _TRUE, *nothing, *rest)
    return [*found, Ordering(plain, Fragment(without, (key,)), missing, columns.identity)]


def _null(entity: str) -> str:
    return f"CAST(NULL AS {'DOUBLE PRECISION' if entity == 'metric' else 'TEXT'})"


def _joins(order: Sequence[Order], columns: Columns, dialect: Dialect, start: int) -> tuple[Fragment, list[Term]]:
    joins: list[str] = []
    values: list[object] = []
    terms: list[Term] = []
    for number, (entity, key, descending) in enumerate(order, start):
        if entity == "attribute":
            column = columns.ordered.get(key) or columns.attributes[key]
            missing = [] if key in columns.required else [Term(f"({column} IS NULL)", is_flag=True)]
            terms += [*missing, Term(column, descending)]
            continue
        table, owner = columns.tables[entity]
        alias = f"o{number}"
        joins.append(f"LEFT JOIN {table} {alias} ON {alias}.{owner} = {columns.identity} AND {alias}.key = ?")
        values.append(key)
        terms += [Term(f"({alias}.{column} IS NULL)", is_flag=True) for column in (owner, "value")]
        terms += _values(alias, entity, dialect, descending=descending)
    return Fragment(" ".join(joins), tuple(values)), terms


def _values(alias: str, entity: str, dialect: Dialect, *, descending: bool) -> list[Term]:
    """Return the terms for a value: for a text, first what the index has of it."""
    column = f"{alias}.value"
    if entity != "metric" and dialect.prefix:
        return [Term(dialect.prefix.format(column), descending), Term(column, descending)]
    return [Term(column + ("" if entity == "metric" else dialect.binary), descending)]


def is_over(part: Ordering, values: Sequence[object]) -> bool:
    """Return whether all rows of a part come before the row that has these values for the terms."""
    return _flags(part.terms) < _given_flags(part.terms, values)


def is_reached(part: Ordering, values: Sequence[object]) -> bool:
    """Return whether the row that has these values for the terms is in a part, so that this continues after it."""
    return _flags(part.terms) == _given_flags(part.terms, values)


def _flags(terms: Sequence[Term]) -> list[bool]:
    return [each.sql == _TRUE.sql for each in terms if each.is_flag and each.is_fixed]


def _given_flags(terms: Sequence[Term], values: Sequence[object]) -> list[bool]:
    return [bool(value) for each, value in zip(terms, values, strict=True) if each.is_flag and each.is_fixed]


def after(terms: Sequence[Term], values: Sequence[object]) -> Fragment:
    """Return the condition that a row comes after the one that has these values for the terms."""
    equal: list[Fragment] = []
    ways: list[Fragment] = []
    for term, value in zip(terms, values, strict=True):
        if not term.is_fixed:
            beyond = _beyond(term, value)
            ways += [_all([*equal, beyond])] if beyond is not None else []
            equal.append(_equal(term, value))
    any_way = Fragment(f"({' OR '.join(each.sql for each in ways)})", tuple(v for each in ways for v in each.values))
    bound = _bound(terms, values)
    return any_way if bound is None else _all([bound, any_way])


def _bound(terms: Sequence[Term], values: Sequence[object]) -> Fragment | None:
    """Return a simple condition that all rows after the given one meet, and that an index can use."""
    term, value = next((each for each in zip(terms, values, strict=True) if not each[0].is_fixed), (None, None))
    if term is None or term.is_flag or value is None:
        return None
    return Fragment(f"{term.sql} {'<=' if term.descending else '>='} ?", (value,))


def _beyond(term: Term, value: object) -> Fragment | None:
    """Return the condition that a row has a later value of a term; None if no value is later."""
    if term.is_flag:
        return None if value else Fragment(term.sql)
    return None if value is None else Fragment(f"{term.sql} {'<' if term.descending else '>'} ?", (value,))


def _equal(term: Term, value: object) -> Fragment:
    if term.is_flag:
        return Fragment(term.sql if value else f"NOT {term.sql}")
    return Fragment(f"{term.sql} IS NULL") if value is None else Fragment(f"{term.sql} = ?", (value,))


def _all(parts: Sequence[Fragment]) -> Fragment:
    sql = " AND ".join(each.sql for each in parts)
    return Fragment(f"({sql})", tuple(value for each in parts for value in each.values))
