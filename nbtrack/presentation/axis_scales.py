"""Scales of the axes of figures: linear, logarithmic, or categorical."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation.formatting import number, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes


class Scale(NamedTuple):
    """A scale: its categories, or its range of numbers."""

    words: tuple[str, ...]
    low: float
    high: float
    log: bool = False
    whole: bool = False
    """Whether all values are whole numbers."""

    def place(self, value: float | str | None) -> float | None:
        """Return the position of a value; None for one that the axis cannot show."""
        if self.words:
            return None if value is None else float(self.words.index(str(value)))
        if not isinstance(value, int | float) or not math.isfinite(value) or (self.log and value <= 0):
            return None
        return float(value)

    def share(self, value: float | str | None) -> float | None:
        """Return the position of a value as a fraction of the axis, from 0 to 1."""
        found = self.place(value)
        if found is None:
            return None
        low, high = (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)
        return 0.5 if high == low else ((math.log(found) if self.log else found) - low) / (high - low)

    def ends(self) -> list[tuple[str, float]]:
        """Return the labels of the axis, each with its fraction."""
        if self.words:
            return [(short(each, 16), self.share(each) or 0.0) for each in self.words]
        shown = {self.low: 0.0, self.high: 1.0} if self.high > self.low else {self.low: 0.5}
        return [(number(each), high) for each, high in shown.items()]

    def dress(self, panel: Axes, axis: str) -> None:
        """Apply the scale to the ``x`` or ``y`` axis of a matplotlib panel."""
        if self.words:
            set_ticks = panel.set_xticks if axis == "x" else panel.set_yticks
            set_ticks(range(len(self.words)), [literal(short(each, 20)) for each in self.words])
        elif self.log:
            (panel.set_xscale if axis == "x" else panel.set_yscale)("log")
        elif self.whole:
            from matplotlib.ticker import MaxNLocator

            (panel.xaxis if axis == "x" else panel.yaxis).set_major_locator(MaxNLocator("auto", integer=True))


def scale_of(values: Sequence[float | str | None], *, log: bool = False) -> Scale:
    """Return the scale for some values: categorical if any is text, logarithmic only if any is positive."""
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
    """Escape text that matplotlib would parse as mathematics or hide from the legend."""
    return text.replace("$", r"\$") if not text.startswith("_") else "\u200b" + text.replace("$", r"\$")
