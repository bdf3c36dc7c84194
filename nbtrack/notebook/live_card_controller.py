"""What shows a run while its cell runs: a live card, made when the cell turns out to take long."""

from __future__ import annotations

import os
import time
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Any

from IPython.core.displaypub import CapturingDisplayPublisher

from nbtrack import settings
from nbtrack.notebook.error_boundary import reported
from nbtrack.notebook.progress import Progress
from nbtrack.tracking import context

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.capture import Points, Probe
    from nbtrack.entities import Run
    from nbtrack.notebook.cellrun import CellRun
    from nbtrack.notebook.panels.live import LiveCard

SECONDS_UNTIL_SHOWN = 2.0
SECONDS_BETWEEN_PUSHES = 0.5
MOST_UNSEEN = 50_000
"""Calls that logged and wait to be looked at; earlier ones are forgotten by the card, never by the run."""


class LiveCardController:
    """The live card of a cell: nothing for a cell that is short, or that has no run.

    It is displayed by the thread beside the cell, and taken away when the cell ends.

    Parameters
    ----------
    probe : Probe
        Knows the loops.
    record : CellRun
        Knows the run.
    publish : callable
        Displays data below the cell, whatever the cell does with what it displays itself.
    """

    def __init__(self, probe: Probe, record: CellRun, publish: Callable[..., Any]) -> None:
        self._probe, self._record, self._publish = probe, record, publish
        self._progress = Progress()
        self._due = time.monotonic() + SECONDS_UNTIL_SHOWN
        self._place = {"display_id": os.urandom(8).hex()}
        self._asked: str | None = None
        self._card: LiveCard | None = None
        self._logged = record.logged = deque(maxlen=MOST_UNSEEN)

    @classmethod
    def of(cls, shell: InteractiveShell, probe: Probe, record: CellRun) -> LiveCardController | None:
        """Return one where there is a page to show it, and the cell is not to be silent."""
        caught = isinstance(shell.display_pub, CapturingDisplayPublisher)
        if caught or not context.in_notebook() or settings.current().panels == "plain":
            return None
        return cls(probe, record, shell.display_pub.publish)

    # in the thread beside the cell

    def look(self, points: Sequence[Points]) -> None:
        """Take what there is by now, several times a second, and show it once the cell has taken its time."""
        with reported("the live card can't be shown", self._give_up):
            self._gather(points)
            run = self._record.run
            if time.monotonic() >= self._due and run is not None:
                self._due = time.monotonic() + SECONDS_BETWEEN_PUSHES
                self._show(run)

    def _give_up(self) -> None:
        self._due = float("inf")

    def _gather(self, points: Sequence[Points]) -> None:
        calls = [self._logged.popleft() for _ in range(len(self._logged))]
        self._progress.log(chain.from_iterable(calls))
        self._progress.hear(points, self._record.explicit)
        self._progress.done = self._probe.done()

    def _show(self, run: Run) -> None:
        self._record.settle(self._probe.settled())
        card = self._card or self._made(run)
        card.push(self._progress)
        if self._record.renewed:
            self._record.renewed = False
            card.renew()
        if self._card is None:
            self._display(card)

    def _made(self, run: Run) -> LiveCard:
        # Imported here, where it keeps nobody waiting.
        from nbtrack.notebook.panels.live import LiveCard

        return LiveCard(
            run,
            self._record.client,
            self._probe.turns(),
            began=self._record.began,
            pausable=self._probe.can_stop,
            last=self._record.last,
        )

    def _display(self, card: LiveCard) -> None:
        from nbtrack.notebook.panels.panel import view

        card.obeys(self._asked)
        self._publish(data=view(card), transient=self._place)
        self._card = card

    def told(self, asked: str | None) -> None:
        """Show what the run is asked to do."""
        self._asked = asked
        if self._card is not None:
            self._card.obeys(asked)

    # in the thread of the cell

    def close(self) -> None:
        """Take the card away; the place that it had is left empty."""
        card, self._card = self._card, None
        if card is not None:
            self._publish(data={"text/html": "", "text/plain": ""}, transient=self._place, update=True)
            card.close()
