"""The parser: tokens → `Query`, in MLflow's grammar or, locally, in an extended one.

The strict grammar is that of MLflow's ``search_runs`` and ``search_experiments``. The extended one
adds ``OR``, ``NOT``, parentheses, ``IN`` and ``BETWEEN`` everywhere, ``IS NULL`` everywhere, ``==``
and ``<>``, numbers compared with parameters and tags that hold one (``params.lr < 0.1``), durations with a unit
(``duration > 1.5min``), and dates (``start_time > '2026-11-30'``, in UTC unless they have an offset).
"""

from __future__ import annotations

import difflib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nbtrack.errors import FilterError, InvalidValue
from nbtrack.query.columns import DATASET_KEYS, EQUAL, LIKE, NOT_OF_MLFLOW, NUMBERS, ORDERED, RUNS, operators
from nbtrack.query.lexer import Token, tokens
from nbtrack.query.model import All, AnyOf, Comparison, Condition, Not, Order, Query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.query.model import Subject, Value

    Names = Mapping[str, str]
    """Headings of columns, each with the id of its column, such as ``metrics.acc``."""

_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
"""Units of durations, in ms."""
_SYNONYMS = {"==": "=", "<>": "!="}
_KEYWORDS = {"and", "or", "not", "in", "like", "ilike", "is", "null", "between"}


def parse(
    text: str | None,
    order_by: Sequence[str] | None = None,
    subject: Subject = RUNS,
    *,
    strict: bool = False,
    names: Names | None = None,
) -> Query:
    """Parse a filter (an empty one matches everything) and an ordering, each entry ``[entity.]key [ASC|DESC]``.

    The subject is `RUNS` or `EXPERIMENTS`; with `strict`, only MLflow's grammar is accepted. A filter may also name
    columns by `names`, and then statuses are read in any case, also without quotes.

    Raise `FilterError`, with what was expected, and the position of the error.
    """
    text = _text("a filter", text or "")
    where = _Parser(text, subject, strict=strict, names=names).filter()
    if isinstance(order_by, str):
        raise InvalidValue(f"order_by must be a list, such as [{order_by!r}]")
    order: list[Order] = []
    for item in order_by or ():
        term = _Parser(_text("a term of order_by", item), subject, strict=strict).order()
        if any(each[:2] == term[:2] for each in order):
            raise FilterError("duplicate column in order_by", item, 0)
        order.append(term)
    return Query(where, tuple(order), text.strip(), tuple(order_by or ()))


def _text(what: str, given: object) -> str:
    if not isinstance(given, str):
        raise InvalidValue(f"{what} must be text, not {type(given).__name__}")
    return given


class _Parser:
    """A recursive descent parser of one filter or one term of an ordering."""

    def __init__(self, text: str, subject: Subject, *, strict: bool, names: Names | None = None) -> None:
        self.text, self.subject, self.strict, self.names = text, subject, strict, names or {}
        self.tokens = list(tokens(text))
        self.at = 0

    # walking

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at += token.kind != "end"
        return token

    def keyword(self, *words: str) -> bool:
        """Consume keywords if they come next, in upper or lower case."""
        ahead = self.tokens[self.at : self.at + len(words)]
        if [each.text.lower() for each in ahead if each.kind == "word"] != list(words):
            return False
        self.at += len(words)
        return True

    def mark(self, sign: str) -> bool:
        """Consume a punctuation mark if it comes next."""
        if (self.next.kind, self.next.text) != ("mark", sign):
            return False
        self.at += 1
        return True

    def fail(self, message: str, token: Token | None = None) -> FilterError:
        return FilterError(message, self.text, (token or self.next).column)

    def expected(self, what: str) -> FilterError:
        token = self.next
        found = "the end" if token.kind == "end" else repr(token.text)
        return self.fail(f"expected {what}, found {found}")

    # the grammar

    def filter(self) -> Condition | None:
        if self.next.kind == "end":
            return None
        where = self.conjunction() if self.strict else self.disjunction()
        if self.next.kind != "end":
            raise self.expected("AND" if self.strict else "AND or OR")
        return where

    def disjunction(self) -> Condition:
        terms = [self.conjunction()]
        while self.keyword("or"):
            terms.append(self.conjunction())
        return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))

    def conjunction(self) -> Condition:
        terms = [self.term()]
        while self.keyword("and"):
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else All(tuple(terms))

    def term(self) -> Condition:
        if not self.strict and self.mark("("):
            inner = self.disjunction()
            if not self.mark(")"):
                raise self.expected("a closing parenthesis")
            return inner
        if not self.strict and self.keyword("not"):
            return negated(self.term())
        return self.comparison()

    def comparison(self) -> Condition:
        entity, key, kind = self.identifier()
        operator, token = self.operator()
        self.allow(operator, kind, token)
        plain = operator.removeprefix("NOT ").replace("IS NOT NULL", "NULL").replace("IS NULL", "NULL")
        found = Comparison(entity, key, plain, self.operand(plain, kind))
        return Not(found) if "NOT" in operator else found

    def operator(self) -> tuple[str, Token]:
        token = self.next
        if token.kind == "operator":
            self.take()
            return (token.text if self.strict else _SYNONYMS.get(token.text, token.text)), token
        for words in (
            "is not null",
            "is null",
            "not in",
            "not like",
            "not ilike",
            "not between",
            "in",
            "like",
            "ilike",
            "between",
        ):
            if self.keyword(*words.split()):
                return words.upper(), token
        raise self.expected("a comparison such as = or LIKE")

    def allow(self, operator: str, kind: str, token: Token) -> None:
        allowed = operators(kind, strict=self.strict)
        if operator not in allowed:
            raise self.fail(f"operator {operator} is not supported for this column, only {', '.join(allowed)}", token)

    def operand(self, operator: str, kind: str) -> Value:
        if operator == "NULL":
            return None
        if operator == "IN":
            return self.choices(kind)
        if operator == "BETWEEN":
            low = self.literal(kind, numbers_too=True)
            if not self.keyword("and"):
                raise self.expected("AND and the upper end of the range")
            return (low, self.literal(kind, numbers_too=True))
        return self.literal(kind, numbers_too=operator in ORDERED, text_too=operator in (*EQUAL, *LIKE))

    def choices(self, kind: str) -> tuple[str | float | int, ...]:
        if not self.mark("("):
            raise self.expected("a list such as ('a', 'b')")
        values = [self.literal(kind, numbers_too=True)]
        while self.mark(","):
            if self.mark(")"):
                return tuple(values)
            values.append(self.literal(kind, numbers_too=True))
        if not self.mark(")"):
            raise self.expected("a closing parenthesis")
        return tuple(values)

    def literal(self, kind: str, *, numbers_too: bool, text_too: bool = True) -> str | float | int:
        token = self.next
        if kind == "duration" and token.kind == "duration" and not self.strict:
            return milliseconds(self.take().text)
        if kind == "status" and self.names and token.kind in {"word", "string"}:
            return self.take().text.upper()
        wants_number = kind in NUMBERS or (
            token.kind == "number" and numbers_too and not self.strict and kind in {"param", "tag"}
        )
        if wants_number and token.kind == "number":
            return self.number(kind)
        if kind == "number" and token.kind == "string" and not self.strict:
            return self.moment()
        if kind in NUMBERS:
            raise self.expected("a number without quotes")
        if token.kind != "string":
            raise self.expected(f"text in quotes, such as '{meant_as_text(token)}'")
        if not text_too:
            raise self.fail("text is compared with =, !=, LIKE or IN only; write a number without quotes", token)
        if kind == "key" and not token.text.lstrip("-").isdecimal():
            raise self.fail("an experiment id is a whole number in quotes", token)
        return self.take().text

    def moment(self) -> int:
        token = self.take()
        try:
            found = datetime.fromisoformat(token.text.strip())
        except ValueError:
            raise self.fail(
                "expected a date such as '2026-11-30', '2026-11-30 14:05', or ms since 1970", token
            ) from None
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)

    def number(self, kind: str) -> float | int:
        token = self.take()
        try:
            return int(token.text)
        except ValueError:
            if kind == "integer":
                raise self.fail("expected a whole number of milliseconds", token) from None
            return float(token.text)

    def identifier(self) -> tuple[str, str, str]:
        """Return entity, key and type of the values."""
        token = self.take()
        if token.kind == "word" and token.text.lower() in _KEYWORDS:
            self.at -= 1
            raise self.expected("a column such as metrics.accuracy")
        if token.kind == "quoted":
            return self.named(token) if token.text in self.names else self.attribute(token.text, token)
        if token.kind != "word":
            self.at -= token.kind != "end"
            raise self.expected("a column such as metrics.accuracy")
        if token.text in self.names and token.text not in self.subject.attributes:
            return self.named(token)
        name, dot, key = token.text.partition(".")
        if not dot and self.mark("."):
            dot, key = ".", self.quoted_key()
        if not dot:
            return self.attribute(name, token)
        entity = self.subject.entities.get(name)
        if entity is None:
            known = f"{name!r} is not one of {', '.join(sorted(self.subject.entities))}"
            raise self.fail(self.meant(token.text) or known, token)
        if entity == "attribute":
            return self.attribute(key, token)
        if entity == "dataset" and key not in DATASET_KEYS:
            raise self.fail(f"a dataset has no {key!r}, only {', '.join(DATASET_KEYS)}", token)
        return entity, key, entity

    def named(self, token: Token) -> tuple[str, str, str]:
        """Return the column of a heading."""
        name, _, key = self.names[token.text].partition(".")
        entity = self.subject.entities[name]
        return self.attribute(key, token) if entity == "attribute" else (entity, key, entity)

    def meant(self, name: str) -> str | None:
        """Return an error that suggests similar headings, if there are any."""
        found = difflib.get_close_matches(name, list(self.names), n=2)
        columns = dict.fromkeys(self.names[each].removeprefix("attributes.") for each in found)
        return f"there is no column {name!r}. Did you mean {' or '.join(columns)}?" if found else None

    def quoted_key(self) -> str:
        if self.next.kind not in {"quoted", "string"} or not self.next.text:
            raise self.expected("the name of a column")
        return self.take().text

    def attribute(self, name: str, token: Token) -> tuple[str, str, str]:
        name = self.subject.aliases.get(name, name)
        is_unknown = self.strict and self.subject is RUNS and name in NOT_OF_MLFLOW
        kind = None if is_unknown else self.subject.attributes.get(name)
        if kind is None:
            known = ", ".join(
                [
                    *self.subject.attributes,
                    *(f"{each}s.NAME" for each in ("metric", "param", "tag") if each in self.subject.entities),
                ]
            )
            raise self.fail(self.meant(name) or f"there is no column {name!r}; there are {known}", token)
        return "attribute", name, kind

    def order(self) -> Order:
        entity, key, _ = self.identifier()
        if entity not in self.subject.sortable:
            raise self.fail(f"can't be sorted by {entity}", self.tokens[0])
        descending = self.keyword("desc")
        if not descending:
            self.keyword("asc")
        if self.next.kind != "end":
            raise self.expected("ASC, DESC or the end")
        return Order(entity, key, descending)


def meant_as_text(token: Token) -> str:
    """Return the text that was probably meant, to show in an error message."""
    plausible = token.kind in {"word", "number", "quoted"} and token.text.lower() not in _KEYWORDS
    return token.text if plausible and token.text else "text"


def milliseconds(duration: str) -> float:
    """Return a duration such as ``1.5min`` in ms."""
    number = duration.rstrip("adhimns")
    return float(number) * _UNITS[duration[len(number) :]]


def negated(condition: Condition) -> Condition:
    """Return the negation of a condition, with NOT moved inwards to the comparisons."""
    if isinstance(condition, All):
        return AnyOf(tuple(negated(each) for each in condition.terms))
    if isinstance(condition, AnyOf):
        return All(tuple(negated(each) for each in condition.terms))
    return condition.term if isinstance(condition, Not) else Not(condition)
