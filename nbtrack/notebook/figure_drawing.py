"""Draws the figures of ended cells as SVG while the kernel is idle, in the thread that creates figures.

Drawing one takes some 50 ms, so no cell waits for it. A new cell may change figures of earlier ones: those not
drawn by then are stored as pictures only.
"""

from __future__ import annotations

import asyncio
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.notebook.shown_figures import MOST_FIGURES, is_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from nbtrack.notebook.outputs import Displayed

    Drawings = Mapping[int, "Drawing"]
    """The drawings of figures by the positions of their outputs."""

SECONDS_IDLE = 0.3
SECONDS_BETWEEN_FIGURES = 0.02
"""Seconds before drawing, so that pending requests to the kernel come first."""


class Drawing(NamedTuple):
    """A figure as SVG, or a note in words where it could not be drawn."""

    svg: str | None
    note: str | None = None


class _Waiting(NamedTuple):
    figures: Sequence[tuple[int, Any]]
    done: Callable[[Drawings], None]


class FigureDrawing:
    """The figures of a kernel that are to be drawn."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._next: asyncio.TimerHandle | None = None

    def later(self, outputs: Sequence[Displayed], done: Callable[[Drawings], None]) -> None:
        """Draw the figures in the outputs of a cell when the kernel is idle, and call `done` with them."""
        figures = chosen(outputs)
        if figures:
            self._waiting.append(_Waiting(figures, done))

    def cell_began(self) -> None:
        """Discard pending figures."""
        self._waiting.clear()
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def cell_ended(self) -> None:
        """Draw pending figures when the kernel is idle; at once if there is no event loop."""
        if not self._waiting:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            for each in self._waiting:
                each.done({place: draw(figure) for place, figure in each.figures})
            self._waiting.clear()
        else:
            self._next = loop.call_later(SECONDS_IDLE, self._draw_next, loop, {})

    def _draw_next(self, loop: asyncio.AbstractEventLoop, drawn: dict[int, Drawing]) -> None:
        """Draw one figure."""
        figures, done = self._waiting[0]
        place, figure = figures[len(drawn)]
        drawn[place] = draw(figure)
        if len(drawn) == len(figures):
            done(drawn)
            del self._waiting[0]
            drawn = {}
        if self._waiting:
            self._next = loop.call_later(SECONDS_BETWEEN_FIGURES, self._draw_next, loop, drawn)


def chosen(outputs: Sequence[Displayed]) -> list[tuple[int, Any]]:
    """Return the figures to draw, each at the position where it was last shown."""
    last = {id(each.thing): place for place, each in enumerate(outputs) if each.is_figure}
    places = [place for place in last.values() if is_small(outputs[place].thing)]
    return [(place, outputs[place].thing) for place in places[:MOST_FIGURES]]


def draw(figure: Any) -> Drawing:
    """Return a figure as SVG, in its current state; its warnings were shown with its picture."""
    from nbtrack.media import figure_bytes

    try:
        with _without_warnings():
            return Drawing(figure_bytes(figure, ".svg", {"bbox_inches": "tight"}).decode())
    except Exception as error:  # noqa: BLE001 # the user's figure may raise any error
        return Drawing(None, f"svg could not be drawn: {type(error).__name__}")


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Show no warnings of this thread; `warnings.catch_warnings` would make those of earlier cells appear again."""
    shown, thread = warnings.showwarning, threading.get_ident()

    def show(*given: Any, **named: Any) -> None:
        if threading.get_ident() != thread:
            shown(*given, **named)

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = shown
