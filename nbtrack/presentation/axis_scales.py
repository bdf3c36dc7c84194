"""Axes of numbers, linear or logarithmic, or of words one after the other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation.formatting import number, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes


class Scale(NamedTuple):
    """An axis: its words, or between which numbers it lies."""

    words: tuple[str, ...]
    low: float
    high: float
    log: bool = False
    whole: bool = False
    """Whether all values are whole numbers."""

    def place(self, value: float | str | None) -> float | None:
        """Return where a value stands; None for one that the axis has no place for."""
        if self.words:
            return None if value is None else float(self.words.index(str(value)))
        if not isinstance(value, int | float) or not math.isfinite(value) or (self.log and value <= 0):
            return None
        return float(value)

    def share(self, value: float | str | None) -> float | None:
        """Return how far up the axis a value stands, from 0 to 1."""
        found = self.place(value)
        if found is None:
            return None
        low, high = (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)
        return 0.5 if high == low else ((math.log(found) if self.log else found) - low) / (high - low)

    def ends(self) -> list[tuple[str, float]]:
        """Return what to write along the axis, and how far up."""
        if self.words:
            return [(short(each, 16), self.share(each) or 0.0) for each in self.words]
        shown = {self.low: 0.0, self.high: 1.0} if self.high > self.low else {self.low: 0.5}
        return [(number(each), high) for each, high in shown.items()]

    def dress(self, panel: Axes, axis: str) -> None:
        """Give an axis of matplotlib this scale: ``x`` or ``y``."""
        if self.words:
            set_ticks = panel.set_xticks if axis == "x" else panel.set_yticks
            set_ticks(range(len(self.words)), [literal(short(each, 20)) for each in self.words])
        elif self.log:
            (panel.set_xscale if axis == "x" else panel.set_yscale)("log")
        elif self.whole:
            from matplotlib.ticker import MaxNLocator

            (panel.xaxis if axis == "x" else panel.yaxis).set_major_locator(MaxNLocator("auto", integer=True))


def scale_of(values: Sequence[float | str | None], *, log: bool = False) -> Scale:
    """Return the axis for some values; words make it one of words, and logarithmic it is where some are positive."""
    known = [each for each in values if each is not None]
    if any(isinstance(each, str) for each in known):
        found = tuple(dict.fromkeys(str(each) for each in known))
        return Scale(found, 0.0, float(len(found) - 1))
    numbers = [float(each) for each in known if math.isfinite(float(each))]
    positive = [each for each in numbers if each > 0] if log else []
    shown = positive or numbers
    whole = all(each.is_integer() for each in shown)
    return Scale((), min(shown, default=0.0), max(shown, default=0.0), bool(positive), whole)


def literal(text: str) -> str:
    """Return text that matplotlib neither reads as mathematics nor hides from the legend."""
    return text.replace("$", r"\$") if not text.startswith("_") else "\u200b" + text.replace("$", r"\$")
