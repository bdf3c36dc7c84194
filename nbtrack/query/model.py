"""What a search asks for, once it has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | float | int | tuple[str | float | int, ...] | None


class Comparison(NamedTuple):
    """One condition on one column.

    `operator` is one of ``= != > >= < <= LIKE ILIKE IN NULL BETWEEN``; `value` is a tuple for ``IN``
    and ``BETWEEN``, None for ``NULL``. A comparison with a missing column is never true, negated or
    not, except ``NULL``.
    """

    entity: str
    key: str
    operator: str
    value: Value


class Not(NamedTuple):
    """True where the column is there and the comparison is false."""

    term: Comparison


class All(NamedTuple):
    """True where every term is."""

    terms: tuple[Condition, ...]


class AnyOf(NamedTuple):
    """True where at least one term is."""

    terms: tuple[Condition, ...]


Condition = Comparison | Not | All | AnyOf


class Order(NamedTuple):
    """One column to sort by; missing values come last in both directions."""

    entity: str
    key: str
    descending: bool = False


class Query(NamedTuple):
    """A search: what must hold and in which order, with the texts that it was read from."""

    where: Condition | None = None
    order: tuple[Order, ...] = ()
    text: str = ""
    order_by: tuple[str, ...] = ()


class Subject(NamedTuple):
    """What can be searched: its entities by every name they go by, and its attributes' kinds."""

    entities: Mapping[str, str]
    attributes: Mapping[str, str]
    aliases: Mapping[str, str]
    sortable: frozenset[str]
