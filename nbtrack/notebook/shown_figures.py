"""Selects the figures of a cell that are drawn as SVG after it has ended."""

from __future__ import annotations

from typing import Any

MOST_FIGURES = 8
"""Of one cell: the first so many are drawn.

Were the last ones kept as well, each figure of a long loop would live until the garbage collector looks at it least
often, and the loop would take a tenth longer.
"""
MOST_POINTS = 20_000
"""Figures with more points than this are stored as pictures only."""


class ShownFigures:
    """The figures of a running cell that may be drawn when it has ended, so that all others can be freed."""

    def __init__(self) -> None:
        self._kept: list[Any] = []

    def add(self, figure: Any) -> None:
        """Keep a figure that is shown, if it is one of the first."""
        if len(self._kept) < MOST_FIGURES and not any(each is figure for each in self._kept) and is_small(figure):
            self._kept.append(figure)


def is_small(figure: Any) -> bool:
    """Return whether a figure has few enough points to be drawn."""
    try:
        return _points(figure) <= MOST_POINTS
    except Exception:  # noqa: BLE001 # the user's figure may raise any error
        return True


def _points(figure: Any) -> int:
    """Return about how many points a matplotlib figure draws, without reading them."""
    drawn = 0
    for axes in figure.axes:
        drawn += sum(len(line.get_xdata(orig=True)) for line in axes.lines)
        drawn += sum(len(each.get_offsets()) + len(each.get_paths()) for each in axes.collections)
        drawn += len(axes.patches) + len(axes.texts)
    return drawn
