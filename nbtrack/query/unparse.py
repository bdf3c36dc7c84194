"""`Query` → text, for requests to a server: the inverse of `parse`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.errors import Unsupported
from nbtrack.query.model import All, AnyOf, Comparison, Condition, Not

if TYPE_CHECKING:
    from nbtrack.query.model import Query


def unparse(query: Query) -> tuple[str, list[str]]:
    """Return the filter and the ordering of a query: the original texts, or equivalent ones.

    Raise `Unsupported` when a text contains both kinds of quotes.
    """
    text = query.text or ("" if query.where is None else _condition(query.where))
    if query.order_by or not query.order:
        return text, list(query.order_by)
    return text, [f"{_column(each.entity, each.key)}{' DESC' * each.descending}" for each in query.order]


def _condition(where: Condition) -> str:
    if isinstance(where, All):
        return " AND ".join(
            f"({_condition(each)})" if isinstance(each, AnyOf) else _condition(each) for each in where.terms
        )
    if isinstance(where, AnyOf):
        return " OR ".join(_condition(each) for each in where.terms)
    if isinstance(where, Not):
        return _comparison(where.term, negative=True)
    return _comparison(where, negative=False)


def _comparison(term: Comparison, *, negative: bool) -> str:
    column, operator = _column(term.entity, term.key), term.operator
    if operator == "NULL":
        return f"{column} IS {'NOT ' * negative}NULL"
    if operator in {"IN", "BETWEEN", "LIKE", "ILIKE"}:
        return f"{column} {'NOT ' * negative}{operator} {_operand(operator, term.value)}"
    plain = f"{column} {operator} {_literal(term.value)}"
    return f"NOT {plain}" if negative else plain


def _operand(operator: str, value: object) -> str:
    if isinstance(value, tuple):
        literals = [_literal(each) for each in value]
        return f"({', '.join(literals)})" if operator == "IN" else " AND ".join(literals)
    return _literal(value)


def _literal(value: object) -> str:
    if not isinstance(value, str):
        return repr(value)
    quote = next((each for each in "'\"" if each not in value), None)
    if quote is None:
        msg = f"the text {value[:100]!r} contains both kinds of quotes: match a part of it with LIKE"
        raise Unsupported(msg)
    return f"{quote}{value}{quote}"


def _column(entity: str, key: str) -> str:
    if entity == "attribute":
        return f"attribute.{key}"
    if entity == "dataset":
        return f"datasets.{key}"
    quote = next((each for each in "`\"'" if each not in key), None)
    if quote is None:
        raise Unsupported(f"the key {key[:100]!r} contains all kinds of quotes, so a filter can't name it")
    return f"{entity}s.{quote}{key}{quote}"
