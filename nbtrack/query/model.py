"""The syntax tree of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | float | int | tuple[str | float | int, ...] | None


class Comparison(NamedTuple):
    """A comparison of a column with a value.

    `operator` is one of ``= != > >= < <= LIKE ILIKE IN NULL BETWEEN``; `value` is a tuple for ``IN``
    and ``BETWEEN``, None for ``NULL``. A comparison with a missing column is never true, negated or
    not, except ``NULL``.
    """

    entity: str
    key: str
    operator: str
    value: Value


class Not(NamedTuple):
    """True if the column exists and the comparison is false."""

    term: Comparison


class All(NamedTuple):
    """True if all terms are."""

    terms: tuple[Condition, ...]


class AnyOf(NamedTuple):
    """True if at least one term is."""

    terms: tuple[Condition, ...]


Condition = Comparison | Not | All | AnyOf


class Order(NamedTuple):
    """A column to sort by; missing values come last in both directions."""

    entity: str
    key: str
    descending: bool = False


class Query(NamedTuple):
    """A query: condition and ordering, with the texts they were parsed from."""

    where: Condition | None = None
    order: tuple[Order, ...] = ()
    text: str = ""
    order_by: tuple[str, ...] = ()


class Subject(NamedTuple):
    """What can be searched: entities with all their names, and attributes with their types."""

    entities: Mapping[str, str]
    attributes: Mapping[str, str]
    aliases: Mapping[str, str]
    sortable: frozenset[str]


def without(where: Condition | None, comparison: Comparison) -> Condition | None:
    """Return what is left of a condition when one of the comparisons that it requires is known to be met."""
    if where == comparison:
        return None
    return All(tuple(each for each in where.terms if each != comparison)) if isinstance(where, All) else where
