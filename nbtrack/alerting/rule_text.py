"""Reading the rules of alerts: ``loss is nan``, ``val_loss plateaus for 10``, ``acc > 0.95``, ``no point for 10m``."""

from __future__ import annotations

import re
from typing import NamedTuple

from nbtrack.errors import FilterError

NAN, PLATEAU, SILENCE = "nan", "plateau", "silence"
COMPARISONS = (">=", "<=", ">", "<")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_TOKEN = re.compile(r"\s*(?:`([^`]+)`|(>=|<=|>|<)|([^\s`<>]+|`))")
_QUOTED = 1
"""The group of `_TOKEN` that is in backticks."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_EXAMPLES = "such as 'loss is nan', 'val_loss plateaus for 10', 'acc > 0.95' or 'no point for 10m'"
LONGEST = 300
"""Most characters of a rule."""


class Condition(NamedTuple):
    """What a rule looks for.

    - `kind`: `NAN`, `PLATEAU`, `SILENCE` or one of `COMPARISONS`
    - `key`: the metric; empty for `SILENCE`
    - `limit`: the value to compare with, the number of points of a plateau, or the seconds of a silence
    """

    kind: str
    key: str
    limit: float


class _Word(NamedTuple):
    text: str
    column: int
    is_quoted: bool


class _Reader:
    """The words of a rule, read one after the other."""

    def __init__(self, text: str) -> None:
        self.text, self._words, self._next = text, list(_words(text)), 0

    def take(self, wanted: str) -> _Word:
        """Return the next word, which must be there."""
        if self._next == len(self._words):
            raise self.error(f"expected {wanted}", len(self.text.rstrip()))
        self._next += 1
        return self._words[self._next - 1]

    def expect(self, word: str) -> None:
        """Read past a fixed word."""
        found = self.take(repr(word))
        if found.text.lower() != word or found.is_quoted:
            raise self.error(f"expected {word!r}, not {found.text!r}", found.column)

    def end(self) -> None:
        """Require that nothing follows."""
        if self._next < len(self._words):
            rest = self._words[self._next]
            raise self.error(f"{rest.text!r} is not understood at the end of the rule", rest.column)

    def error(self, message: str, column: int) -> FilterError:
        """Return the error at a column, with examples of rules."""
        return FilterError(f"the alert rule is not understood ({_EXAMPLES}): {message}", self.text, column)


def _words(text: str) -> list[_Word]:
    found = []
    for each in _TOKEN.finditer(text):
        group = each.lastindex or 0
        found.append(_Word(each[group], each.start(group), group == _QUOTED))
    return found


def parse(text: str) -> Condition:
    """Return the condition of a rule; a metric with spaces in its name is put in backticks.

    Raises
    ------
    FilterError
        When it is not understood; the message names the column.
    """
    reader = _Reader(text)
    if len(text) > LONGEST:
        raise reader.error(f"a rule may have at most {LONGEST} characters", LONGEST)
    first = reader.take("the name of a metric, or 'no point'")
    is_silence = first.text.lower() == "no" and not first.is_quoted
    condition = _silence(reader) if is_silence else _of_metric(reader, first)
    reader.end()
    return condition


def _silence(reader: _Reader) -> Condition:
    reader.expect("point")
    reader.expect("for")
    word = reader.take("a time such as 90s, 10m or 2h")
    number, unit = word.text[:-1], word.text[-1:].lower()
    if unit not in _SECONDS or not _NUMBER.fullmatch(number) or float(number) <= 0:
        raise reader.error(f"expected a time such as 90s, 10m or 2h, not {word.text!r}", word.column)
    return Condition(SILENCE, "", float(number) * _SECONDS[unit])


def _of_metric(reader: _Reader, key: _Word) -> Condition:
    if key.text in COMPARISONS and not key.is_quoted:
        raise reader.error("expected the name of a metric", key.column)
    verb = reader.take("'is nan', 'plateaus for', or >, >=, <, <= and a number")
    if verb.text in COMPARISONS:
        return Condition(verb.text, key.text, _number(reader))
    match verb.text.lower():
        case "is":
            reader.expect("nan")
            return Condition(NAN, key.text, 0)
        case "plateaus":
            reader.expect("for")
            return Condition(PLATEAU, key.text, _points(reader))
    raise reader.error(f"expected 'is', 'plateaus', or >, >=, <, <=, not {verb.text!r}", verb.column)


def _number(reader: _Reader) -> float:
    word = reader.take("a number")
    if not _NUMBER.fullmatch(word.text):
        raise reader.error(f"expected a number, not {word.text!r}", word.column)
    return float(word.text)


def _points(reader: _Reader) -> int:
    word = reader.take("a number of points")
    if not word.text.isdecimal() or len(word.text) > 9 or int(word.text) < 1:
        raise reader.error(f"expected a number of points, at least 1, not {word.text!r}", word.column)
    return int(word.text)
