"""Filters that use the headings of a table, and free text that finds runs by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbtrack.entities import RunStatus
from nbtrack.errors import FilterError
from nbtrack.query.columns import RUNS
from nbtrack.query.model import All, Comparison, Condition, Query
from nbtrack.query.parser import parse
from nbtrack.query.unparse import unparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.query.parser import Names

_COMPARES = re.compile(r"[=<>!]|\b(?:like|ilike|in|is|between)\b", re.IGNORECASE)
_STATUSES = frozenset(each.value for each in RunStatus)


def parse_with_headings(text: str, order_by: Sequence[str], names: Names) -> Query:
    """Parse a filter that may name columns by their headings, or be free text.

    `names` has the column of each heading. Free text has no comparison and is not a column: it finds the runs
    whose names hold all of its words, or those of a status. A query that is valid without headings is unchanged.

    Raise `FilterError` as `parse` does, with similar headings.
    """
    if _is_free(text, names):
        return _rewritten(_search(text.split()), order_by)
    where = parse(text, names=names).where
    return _as_it_is(text, order_by, where) or _rewritten(where, order_by)


def _is_free(text: str, names: Names) -> bool:
    word = text.strip()
    entity, dot, _ = word.partition(".")
    is_column = word in names or word in RUNS.attributes or (bool(dot) and entity in RUNS.entities)
    return bool(word) and not is_column and _COMPARES.search(text) is None


def _search(words: Sequence[str]) -> Condition:
    if len(words) == 1 and words[0].upper() in _STATUSES:
        return Comparison("attribute", "status", "=", words[0].upper())
    terms = tuple(Comparison("attribute", "run_name", "ILIKE", f"%{each}%") for each in words)
    return terms[0] if len(terms) == 1 else All(terms)


def _as_it_is(text: str, order_by: Sequence[str], where: Condition | None) -> Query | None:
    """Return the query parsed without headings, if it means the same."""
    try:
        query = parse(text, order_by)
    except FilterError:
        return None
    return query if query.where == where else None


def _rewritten(where: Condition | None, order_by: Sequence[str]) -> Query:
    """Return a query whose text means the same without the headings."""
    return parse(unparse(Query(where))[0], order_by)
