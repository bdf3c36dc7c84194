"""What shows a run while its cell runs: a live card, made when the cell turns out to take long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from IPython.display import display

from nbtrack.notebook.faults import reported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from IPython.core.display_functions import DisplayHandle

    from nbtrack.lineage import Points, Probe
    from nbtrack.notebook.cellrun import CellRun
    from nbtrack.notebook.panels.live import LiveCard

SECONDS_UNTIL_SHOWN = 2.0


class Face:
    """The live card of a cell: nothing for a cell that is short, or whose loops give no curves.

    It is displayed by the thread of the cell, between two turns of its loop, and taken away when the cell ends.

    Parameters
    ----------
    probe : Probe
        Knows the loop, and has it do what there is to do between two turns.
    record : CellRun
        Knows the run.
    """

    def __init__(self, probe: Probe, record: CellRun) -> None:
        self._probe, self._record = probe, record
        self._due = time.monotonic() + SECONDS_UNTIL_SHOWN
        self._earlier: list[Points] = []
        self._card: LiveCard | None = None
        self._place: DisplayHandle | None = None

    def hear(self, points: Sequence[Points]) -> None:
        """Take new points, in any thread."""
        if self._card is not None:
            self._card.hear([*self._earlier, *points])
            self._earlier = []
            return
        self._earlier += points
        if time.monotonic() >= self._due:
            self._due = float("inf")
            # Imported here, where it keeps nobody waiting.
            from nbtrack.notebook.panels import live  # noqa: F401 - loading it is all that is wanted

            self._probe.halt.once(self._show)

    def _show(self) -> None:
        with reported("the live card can't be shown"):
            from nbtrack.notebook.panels.live import LiveCard
            from nbtrack.notebook.panels.panel import view

            if self._record.run is None:
                return
            card = LiveCard(self._record.run, self._record.client, self._probe.turns())
            self._place = display(view(card), raw=True, display_id=True)
            self._card = card

    def close(self) -> None:
        """Take the card away; the place that it had is left empty."""
        card, self._card = self._card, None
        if self._place is not None:
            self._place.update({"text/html": "", "text/plain": ""}, raw=True)
        if card is not None:
            card.close()
