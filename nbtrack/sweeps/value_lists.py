"""The values that a sweep tries, read from text: ``lr=1e-3,1e-2``, ``depth=2..6``, ``hidden=(64,),(64,32)``."""

from __future__ import annotations

import ast
import math
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from nbtrack.capture.analysis.constant_folding import Value

DECADES = 100
"""Positive ranges whose ends have at least this ratio are sampled on a logarithmic scale."""
MOST_VALUES = 10_000
"""The most values of one parameter in a grid."""
_OPENING, _CLOSING = "([{", ")]}"


class Choice(NamedTuple):
    """A list of values."""

    values: tuple[Value, ...]

    def drawn(self, random: Random) -> Value:
        """Return one of the values."""
        return random.choice(self.values)

    def grid(self, name: str) -> tuple[Value, ...]:
        """Return all values."""
        return self.values


class Range(NamedTuple):
    """All numbers from `low` to `high`, both included, or those in steps of `step`."""

    low: float
    high: float
    step: float | None = None

    @property
    def is_integer(self) -> bool:
        """Whether only integers are meant."""
        return all(isinstance(each, int) for each in (self.low, self.high, self.step or 1))

    @property
    def is_logarithmic(self) -> bool:
        """Whether the range is sampled on a logarithmic scale."""
        return self.step is None and self.low > 0 and self.high / self.low >= DECADES

    def drawn(self, random: Random) -> Value:
        """Return a number in the range."""
        if self.step is not None:
            return random.choice(self._stepped())
        if self.is_logarithmic:
            power = random.uniform(math.log(self.low), math.log(self.high))
            drawn = min(max(math.exp(power), self.low), self.high)
            return round(drawn) if self.is_integer else float(f"{drawn:.4g}")
        if self.is_integer:
            return random.randint(int(self.low), int(self.high))
        return min(max(float(f"{random.uniform(self.low, self.high):.4g}"), self.low), self.high)

    def grid(self, name: str) -> tuple[Value, ...]:
        """Return all numbers in the range.

        Raises
        ------
        InvalidValue
            When a range of fractions has no step, or there are too many numbers.
        """
        if self.step is None and not self.is_integer:
            span = f"{self.low}..{self.high}"
            raise InvalidValue(f"{name}={span} needs a step in a grid, as in {span}..0.1, or a search: --random 20")
        return self._stepped(name)

    def _stepped(self, name: str = "") -> tuple[Value, ...]:
        low, high, step = (Decimal(str(each)) for each in (self.low, self.high, self.step or 1))
        count = int((high - low) / step) + 1
        if count > MOST_VALUES:
            raise InvalidValue(
                f"{name}={self.low}..{self.high} has {count:,} values; at most {MOST_VALUES:,} can be tried"
            )
        kind = int if self.is_integer else float
        return tuple(kind(low + number * step) for number in range(count))


Values: TypeAlias = Choice | Range


def parse(pairs: Iterable[str]) -> dict[str, Values]:
    """Return the values of each parameter of ``name=values`` texts.

    Values are separated by commas and read as Python literals; words that are not literals are text. ``2..6`` is a
    range with both ends, ``0.1..0.9..0.2`` one with a step.

    Raises
    ------
    InvalidValue
        When a text is not understood, or names a parameter again.
    """
    found: dict[str, Values] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or not name or not text:
            raise InvalidValue(
                f"write each parameter as NAME=VALUE,VALUE, not {pair!r}; the name of the run comes first"
            )
        if name in found:
            raise InvalidValue(f"{name} is given twice: write all of its values after one {name}=")
        found[name] = _values(name, text)
    return found


def _values(name: str, text: str) -> Values:
    parts = list(_parts(name, text))
    ranges = [each for each in parts if ".." in each and each[0] not in "\"'(["]
    if not ranges:
        values = [_value(name, each) for each in parts]
        return Choice(tuple({(type(each), each): each for each in values}.values()))
    if len(parts) > 1:
        raise InvalidValue(f"{name}={text} mixes a range with other values: write a range alone")
    return _range(name, parts[0])


def _range(name: str, text: str) -> Range:
    numbers = [_number(each) for each in text.split("..")]
    known = [each for each in numbers if each is not None]
    if len(known) != len(numbers) or len(known) > 3:
        raise InvalidValue(f"{name}={text} is not a range of numbers: write LOW..HIGH or LOW..HIGH..STEP")
    low, high, *steps = known
    if low >= high or any(step <= 0 for step in steps):
        raise InvalidValue(f"{name}={text}: the first number of a range is the lower one, and its step is positive")
    return Range(low, high, *steps)


def _number(text: str) -> int | float | None:
    try:
        found = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        return None
    return found if type(found) in {int, float} and math.isfinite(found) else None


def _value(name: str, text: str) -> Value:
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text
    elements = found if isinstance(found, list | tuple) else [found]
    if any(type(each) not in {int, float, str, bool, type(None)} for each in elements):
        raise InvalidValue(f"{name}={text}: values are numbers, text, True, False, None, and flat lists of these")
    return tuple(found) if isinstance(found, list) else found


def _parts(name: str, text: str) -> Iterator[str]:
    """Yield the texts between the commas that stand outside of brackets and quotes."""
    depth, quote, begin = 0, "", 0
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in _OPENING or letter in _CLOSING:
            depth += 1 if letter in _OPENING else -1
        elif letter == "," and depth == 0:
            yield _part(name, text, begin, place)
            begin = place + 1
    yield _part(name, text, begin, len(text))


def _part(name: str, text: str, begin: int, end: int) -> str:
    found = text[begin:end].strip()
    if not found:
        raise InvalidValue(f"{name}={text} has no value between two commas")
    return found
