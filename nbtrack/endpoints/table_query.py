"""What a run table is to show: validated, with each column named as in a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.errors import FilterError, InvalidValue
from nbtrack.presentation import column_choice, table_layout
from nbtrack.query import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Overview

AGGREGATES = ("last", "best", "min", "max")
"""Which value of a metric a table shows."""
HIGHLIGHTS = ("heat", "bars")
"""How the numbers of a column are highlighted."""

_METRICS = "metrics."
_FIXED = tuple(each.id for each in table_layout.FIXED)
_COLUMN = (
    "a column is the name of a metric or parameter that these runs have, or is written as metrics.NAME, params.NAME, "
    f"tags.NAME, {', '.join(_FIXED[:-1])} or {_FIXED[-1]}"
)
_PAIR = "a sort is a list of columns and directions, such as [['metrics.acc', 'desc'], ['params.lr', 'asc']]"


class TableQuery(NamedTuple):
    """What a run table is to show."""

    filter: str = ""
    sort: Sequence[Sequence[str]] = ()
    columns: Sequence[str] = ()
    group: str = ""
    closed: Sequence[str] = ()
    values: Mapping[str, str] = {}
    """For a metric ``best``, ``min`` or ``max`` of its history in place of the last value."""


def column_ids(asked: Sequence[str], overview: Overview) -> list[str]:
    """Return columns as a filter names them; one that no run has is among them.

    Raises
    ------
    InvalidValue
        For what can't be a column.
    """
    return [_column(each, overview) for each in asked]


def _column(asked: str, overview: Overview) -> str:
    entity, _, key = asked.partition(".")
    if asked in _FIXED or (key and entity in {"params", "metrics", "tags"}):
        return asked
    attributes = {each.removeprefix("attributes.") for each in _FIXED}
    for kind, held in (("metrics", overview.metrics), ("params", overview.params), ("attributes", attributes)):
        if asked in held:
            return f"{kind}.{asked}"
    msg = f"there is no column {asked!r}; {_COLUMN}"
    raise InvalidValue(msg)


def headings(overview: Overview) -> dict[str, str]:
    """Return the column of each heading of a table, and of each name that a filter may give it.

    Of equal ones the first counts: attributes of runs, then metrics, parameters and tags.
    """
    found: dict[str, str] = {}
    for each in table_layout.FIXED:
        for name in (each.label, each.label.capitalize(), each.id):
            found.setdefault(name, each.id)
    for entity, held in (("metrics", overview.metrics), ("params", overview.params), ("tags", overview.tags)):
        for key, label in column_choice.labels(held).items():
            for name in (key, label, f"{entity}.{label}"):
                found.setdefault(name, f"{entity}.{key}")
    found.setdefault("note", f"tags.{reserved.NOTE}")
    return found


def sort_keys(asked: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return columns to sort by, each with ``asc`` or ``desc``.

    Raises
    ------
    InvalidValue
        Naming the sort that can't be read.
    """
    if isinstance(asked, str):
        raise _unsorted(asked)
    found = [_pair(each) for each in asked]
    try:
        parse("", order_by(found))
    except FilterError as error:
        msg = f"can't sort by {found}: {error.reason}"
        raise InvalidValue(msg) from None
    return found


def _pair(asked: Sequence[str]) -> list[str]:
    match asked:
        case [str(column), str(direction)] if column.partition(".")[2] and direction.lower() in {"asc", "desc"}:
            return [column, direction.lower()]
    raise _unsorted(asked)


def _unsorted(asked: object) -> InvalidValue:
    return InvalidValue(f"can't sort by {str(asked)[:200]!r}; {_PAIR}")


def order_by(sort: Sequence[Sequence[str]]) -> list[str]:
    """Return what `sort_keys` gave as terms of ``order_by``."""
    return [_ordering(*each) for each in sort]


def _ordering(column: str, direction: str) -> str:
    entity, _, key = column.partition(".")
    quote = '"' if "`" in key else "`"
    return f"{entity}.{quote}{key}{quote} {direction.upper()}"


def aggregates(asked: Mapping[str, str]) -> dict[str, str]:
    """Return which value of metrics is shown, each written as a column.

    Raises
    ------
    InvalidValue
        For another value than `AGGREGATES`, and for what is not a metric.
    """
    return _of_metrics("the value shown", asked, AGGREGATES)


def highlights(asked: Mapping[str, str]) -> dict[str, str]:
    """Return how metrics are marked, each written as a column.

    Raises
    ------
    InvalidValue
        For another mark than `HIGHLIGHTS`, and for what is not a metric.
    """
    return _of_metrics("the mark", asked, HIGHLIGHTS)


def _of_metrics(what: str, asked: Mapping[str, str], accepted: Sequence[str]) -> dict[str, str]:
    for column, kind in asked.items():
        if kind not in accepted:
            msg = f"{what} of {column!r} can't be {str(kind)[:40]!r}; accepted are {', '.join(accepted)}"
            raise InvalidValue(msg)
        if str(column).startswith(("params.", "tags.", "attributes.")):
            msg = f"{what} is that of a metric, such as metrics.acc, not of {column!r}"
            raise InvalidValue(msg)
    return {f"{_METRICS}{str(column).removeprefix(_METRICS)}": kind for column, kind in asked.items()}
