"""Texts from a store as data: without control characters, and of bounded length."""

from __future__ import annotations

import math

LINE = 200
"""Characters of a name or a value."""
PARAGRAPH = 2_000
"""Characters of a note."""
DIGITS = 6
"""Significant digits of numbers."""


def line(text: object, most: int = LINE) -> str:
    """Return a text in one line of at most about `most` characters, and how many more there are."""
    return _cut(str(text), most, kept="")


def lines(text: str, most: int) -> str:
    """Return a text with its lines and tabs, of at most about `most` characters."""
    return _cut(text, most, kept="\n\t")


def _cut(text: str, most: int, kept: str) -> str:
    clean = "".join(each if each.isprintable() or each in kept else " " for each in text[:most])
    more = len(text) - most
    return f"{clean}… ({more:,} more characters)" if more > 0 else clean


def number(value: float) -> float | int | str:
    """Return a number in a few significant digits, and a bool unchanged; text if JSON has no number for it."""
    if isinstance(value, bool):
        return value
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 1e15 else rounded
