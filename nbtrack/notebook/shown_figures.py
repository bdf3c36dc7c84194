"""Which of the figures that a cell shows are drawn as SVG when it has ended."""

from __future__ import annotations

from collections import deque
from typing import Any

MOST_FIGURES = 8
"""Of one cell: as many are drawn, half of them the first and half the last."""
MOST_POINTS = 20_000
"""Points of a figure beyond which it is stored as a picture only."""


class ShownFigures:
    """The figures of a running cell that may be drawn when it has ended, so that all others can be freed meanwhile."""

    def __init__(self) -> None:
        self._first: list[Any] = []
        self._last: deque[Any] = deque(maxlen=MOST_FIGURES // 2)

    def add(self, figure: Any) -> None:
        """Keep a figure that is shown, in place of one between the first and the last."""
        if any(each is figure for each in (*self._first, *self._last)) or not is_small(figure):
            return
        (self._first if len(self._first) < MOST_FIGURES // 2 else self._last).append(figure)


def is_small(figure: Any) -> bool:
    """Return whether a figure has few enough points to be drawn."""
    try:
        return _points(figure) <= MOST_POINTS
    except Exception:  # noqa: BLE001 # whatever a figure of the user raises
        return True


def _points(figure: Any) -> int:
    """Return about how many points a matplotlib figure draws, without looking at any of them."""
    drawn = 0
    for axes in figure.axes:
        drawn += sum(len(line.get_xdata(orig=True)) for line in axes.lines)
        drawn += sum(len(each.get_offsets()) + len(each.get_paths()) for each in axes.collections)
        drawn += len(axes.patches) + len(axes.texts)
    return drawn
