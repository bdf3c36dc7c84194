"""`Query` → SQL: conditions and orderings, with all values as parameters.

The statements see the run (or experiment) as ``r`` and expect the tables of
`nbtrack.stores.sqlite.sqlite_schema`. A metric that is NaN is stored as NULL, so it fails every comparison but
``!=`` and sorts after the numbers.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.query.model import All, AnyOf, Comparison, Not

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbtrack.query.model import Condition


class Fragment(NamedTuple):
    """A piece of SQL and its parameters, in order."""

    sql: str
    values: tuple[object, ...] = ()


class Dialect(NamedTuple):
    """The differences between databases.

    `like` and `ilike` are templates with the column as ``{}``; `pattern` rewrites the value of a
    case-sensitive LIKE; `binary` follows a text column that must sort by code point; `number` reads a
    text column as a number, or NULL; `prefix` is the part of a text column that an index of its values has, empty if
    the index has all of it; `joined` is the aggregate that joins the texts of a group in the order of
    the column ``key``, and `parted` takes what it made of several groups apart again.
    """

    like: str
    ilike: str
    binary: str
    number: str
    prefix: str
    joined: str
    parted: Callable[[Sequence[Any]], list[str]]
    glob: bool


_BETWEEN = "\0"
"""The separator of joined texts; it is in no key and no value."""


def _parted(joined: Sequence[str]) -> list[str]:
    return _BETWEEN.join(joined).split(_BETWEEN)


SQLITE = Dialect(
    like="{} GLOB ?",
    ilike="{} LIKE ?",
    binary="",
    number="CASE WHEN json_valid({0}) AND json_type({0}) IN ('integer', 'real') THEN CAST({0} AS REAL) END",
    prefix="",
    joined="GROUP_CONCAT({}, CHAR(0))",
    parted=_parted,
    glob=True,
)


PREFIX = 64
"""The number of characters of texts that the indexes of PostgreSQL have."""
_ROUND = "CAST({0} AS NUMERIC)"
_LARGEST = "1.7976931348623157e308"
POSTGRES = Dialect(
    like="{} LIKE ? ESCAPE ''",
    ilike="{} ILIKE ? ESCAPE ''",
    binary="",
    number=(
        "CASE WHEN {0} ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]{{1,3}})?$' THEN CAST(CASE"
        f" WHEN ABS({_ROUND}) < 1e-323 THEN 0"
        f" ELSE GREATEST(LEAST({_ROUND}, {_LARGEST}), -{_LARGEST}) END AS DOUBLE PRECISION) END"
    ),
    prefix=f"LEFT({{}}, {PREFIX})",
    joined="ARRAY_AGG({} ORDER BY key)",
    parted=lambda joined: list(chain.from_iterable(joined)),
    glob=False,
)
"""Its columns of text are compared by code point, as the schema says."""


class Columns(NamedTuple):
    """The tables and columns of a subject.

    `table` holds the rows. `attributes` maps an attribute to an SQL expression over ``r``; `tables` an entity to
    its table and the column in it that names the row; keys and values are in its columns ``key`` and ``value``.
    """

    table: str
    attributes: Mapping[str, str]
    tables: Mapping[str, tuple[str, str]]
    identity: str = "r.id"
    ordered: Mapping[str, str] = {}
    """The expressions that attributes are sorted by, where those differ from what they are compared by."""
    required: frozenset[str] = frozenset()
    """The attributes that every row has."""
    listed: tuple[Comparison, ...] | None = None
    """The comparisons whose matches are listed first; the others test each row by a subquery. None lists all."""


def condition(where: Condition, columns: Columns, dialect: Dialect) -> Fragment:
    """Return the SQL of a condition."""
    if isinstance(where, All) and columns.listed is not None:
        return _one_after_the_other(where, columns, dialect)
    if isinstance(where, All | AnyOf):
        parts = [condition(each, columns, dialect) for each in where.terms]
        word = " AND " if isinstance(where, All) else " OR "
        return Fragment(
            "(" + word.join(each.sql for each in parts) + ")", tuple(value for each in parts for value in each.values)
        )
    negative = isinstance(where, Not)
    comparison = where.term if isinstance(where, Not) else where
    if comparison.entity == "attribute":
        return _test(columns.attributes[comparison.key], comparison, dialect, negative=negative)
    if comparison.entity == "dataset":
        return _dataset(comparison, dialect, negative=negative)
    return _keyed(comparison, columns, dialect, negative=negative)


_RAREST_FIRST = ("=", "IN", "BETWEEN", "LIKE", "ILIKE")


def _one_after_the_other(where: All, columns: Columns, dialect: Dialect) -> Fragment:
    """Return the SQL of terms that test each row: of the subqueries the one that probably excludes most rows first.

    PostgreSQL would order them by their costs, which are the same.
    """
    keyed = keyed_comparisons(where, columns)
    subqueries = [each for each in keyed if each not in (columns.listed or ())]
    others = [condition(each, columns, dialect) for each in where.terms if each not in subqueries]
    subqueries.sort(key=lambda each: _RAREST_FIRST.index(each.operator) if each.operator in _RAREST_FIRST else 9)
    tests = [_keyed(each, columns, dialect, negative=False) for each in subqueries]
    opened = "".join(f"CASE WHEN {each.sql} THEN " for each in tests[:-1])
    nested = [opened + tests[-1].sql + " ELSE 1 = 0 END" * (len(tests) - 1)] if tests else []
    sql = " AND ".join([*(each.sql for each in others), *nested])
    return Fragment(f"({sql})", tuple(value for each in (*others, *tests) for value in each.values))


def _keyed(comparison: Comparison, columns: Columns, dialect: Dialect, *, negative: bool) -> Fragment:
    table, owner = columns.tables[comparison.entity]
    if comparison.operator == "NULL":
        word = "" if negative else "NOT "
        sql = f"{word}EXISTS (SELECT 1 FROM {table} WHERE {owner} = {columns.identity} AND key = ?)"
        return Fragment(sql, (comparison.key,))
    test = _test("value", comparison, dialect, negative=negative)
    if columns.listed is not None and (negative or comparison not in columns.listed):
        # A value, unlike EXISTS, is never joined by PostgreSQL, whose estimates of such joins are far too low.
        sql = f"COALESCE((SELECT {test.sql} FROM {table} WHERE {owner} = {columns.identity} AND key = ?), 1 = 0)"
        return Fragment(sql, (*test.values, comparison.key))
    sql = f"{columns.identity} IN (SELECT {owner} FROM {table} WHERE key = ? AND {test.sql})"
    return Fragment(sql, (comparison.key, *test.values))


def _dataset(comparison: Comparison, dialect: Dialect, *, negative: bool) -> Fragment:
    column = {"name": "d.name", "digest": "d.digest", "context": "t.value"}[comparison.key]
    if comparison.operator == "NULL":
        test = Fragment(f"{column} IS NOT NULL")
        word = "" if negative else "NOT "
    else:
        test = _test(column, comparison, dialect, negative=negative)
        word = ""
    sql = (
        f"r.id {word}IN (SELECT i.run FROM inputs i JOIN datasets d ON d.id = i.dataset"
        " LEFT JOIN input_tags t ON t.run = i.run AND t.dataset = i.dataset AND t.key = 'mlflow.data.context'"
        f" WHERE {test.sql})"
    )
    return Fragment(sql, test.values)


def _test(column: str, comparison: Comparison, dialect: Dialect, *, negative: bool) -> Fragment:
    operator, value = comparison.operator, comparison.value
    if operator == "NULL":
        return Fragment(f"{column} IS {'NOT ' if negative else ''}NULL")
    if comparison.entity in {"param", "tag"} and _numeric(value):
        column = dialect.number.format(column)
    word = "NOT " if negative else ""
    if isinstance(value, tuple):
        marks = "? AND ?" if operator == "BETWEEN" else f"({', '.join('?' * len(value))})"
        return Fragment(f"{column} {word}{operator} {marks}", value)
    if operator in {"LIKE", "ILIKE"}:
        template = dialect.like if operator == "LIKE" else dialect.ilike
        pattern = glob(str(value)) if dialect.glob and operator == "LIKE" else value
        return Fragment(f"{word}{template.format(column)}", (pattern,))
    if comparison.entity == "metric" and (operator == "!=") != negative and operator in {"=", "!="}:
        return Fragment(f"({column} != ? OR {column} IS NULL)", (value,))
    if dialect.prefix and operator == "=" and comparison.entity in {"param", "tag"} and isinstance(value, str):
        beginning = Fragment(f"{dialect.prefix.format(column)} = ?", (value[:PREFIX],))
        if len(value) < PREFIX:
            return Fragment(word + beginning.sql, beginning.values)
        return Fragment(f"{word}({beginning.sql} AND {column} = ?)", (*beginning.values, value))
    return Fragment(f"{word}{column} {operator} ?", (value,))


def _numeric(value: object) -> bool:
    values = value if isinstance(value, tuple) else (value,)
    return all(isinstance(each, int | float) for each in values)


def glob(pattern: str) -> str:
    """Return the GLOB pattern that is equivalent to a case-sensitive LIKE pattern."""
    return "".join({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}.get(each, each) for each in pattern)


def required_comparisons(where: Condition | None) -> list[Comparison]:
    """Return the comparisons that every row must meet, but for those with NULL."""
    terms = where.terms if isinstance(where, All) else (where,)
    return [each for each in terms if isinstance(each, Comparison) and each.operator != "NULL"]


def test(column: str, comparison: Comparison, dialect: Dialect) -> Fragment:
    """Return the SQL that compares a column of values as a comparison says."""
    return _test(column, comparison, dialect, negative=False)


def keyed_comparisons(where: Condition | None, columns: Columns) -> list[Comparison]:
    """Return the required comparisons of values that are in tables of their own."""
    return [each for each in required_comparisons(where) if each.entity in columns.tables]


def index_matches(where: Condition | None, columns: Columns, dialect: Dialect) -> list[tuple[Comparison, Fragment]]:
    """Return each required comparison with a statement that selects a row for each match in an index."""
    found = []
    for each in required_comparisons(where):
        if each.entity in columns.tables:
            table, _ = columns.tables[each.entity]
            compared = test("value", each, dialect)
            sql = f"SELECT 1 FROM {table} WHERE key = ? AND {compared.sql}"
            found.append((each, Fragment(sql, (each.key, *compared.values))))
    return found
