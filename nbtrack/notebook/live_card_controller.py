"""Shows a live card below a cell that takes long, and keeps it up to date."""

from __future__ import annotations

import os
import time
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Any

from IPython.core.displaypub import CapturingDisplayPublisher

from nbtrack.notebook import front_end
from nbtrack.notebook.progress import Progress
from nbtrack.tracking import context, run_control
from nbtrack.tracking.captured_run import RunObserver
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.capture import Points, Probe
    from nbtrack.entities import Metric, Run
    from nbtrack.notebook.panels.live_card import LiveCard
    from nbtrack.tracking.captured_run import CapturedRun

SECONDS_UNTIL_SHOWN = 2.0
SECONDS_BETWEEN_PUSHES = 0.5
MOST_UNSEEN = 50_000
"""The most logging calls that wait to be shown; the card drops earlier ones, the run has all."""


class LiveCardController(RunObserver):
    """Shows the live card of a cell once it has run for two seconds and has a run.

    The sampler's thread displays the card; when the cell ends, the card of the finished run takes its place. `publish`
    displays data below the cell, even where the cell captures what it displays itself.
    """

    def __init__(self, probe: Probe, run: CapturedRun, publish: Callable[..., Any]) -> None:
        self._probe, self._run, self._publish = probe, run, publish
        self._progress = Progress()
        self._due = time.monotonic() + SECONDS_UNTIL_SHOWN
        self._widget_place = os.urandom(8).hex()
        self._displayed_at = float("inf")
        self._request: str | None = None
        self._card: LiveCard | None = None
        self._stale = True
        self._logged: deque[Sequence[Metric]] = deque(maxlen=MOST_UNSEEN)

    @classmethod
    def of(cls, shell: InteractiveShell, probe: Probe, run: CapturedRun) -> LiveCardController | None:
        """Return a controller if a page can show the card and the cell does not capture its output."""
        captured = isinstance(shell.display_pub, CapturingDisplayPublisher)
        if captured or not context.in_notebook() or not front_end.has_live_panels():
            return None
        return cls(probe, run, shell.display_pub.publish)

    def logged(self, metrics: Sequence[Metric]) -> None:
        """Keep what the user logged for the next push."""
        self._logged.append(metrics)

    def changed(self) -> None:
        """Make the card read the run again."""
        self._stale = True

    # --- in the sampler's thread

    def sampled(self, points: Sequence[Points]) -> None:
        """Add the points to the progress; push it twice a second once the cell has run for a while."""
        with error_boundary("the live card can't be shown", self._give_up):
            self._gather(points)
            run = self._run.run
            if time.monotonic() >= self._due and run is not None:
                self._due = time.monotonic() + SECONDS_BETWEEN_PUSHES
                self._show(run)

    def _give_up(self) -> None:
        self._due = float("inf")

    def _gather(self, points: Sequence[Points]) -> None:
        calls = [self._logged.popleft() for _ in range(len(self._logged))]
        self._progress.add_logged(chain.from_iterable(calls))
        self._progress.add_inferred(points, self._run.explicit)
        self._progress.done = self._probe.done()
        self._progress.look(time.monotonic(), paused=self._request == run_control.PAUSE)

    def _show(self, run: Run) -> None:
        self._run.record_early(self._probe.early_params())
        card = self._card or self._made(run)
        card.push(self._progress)
        if self._stale:
            self._stale = False
            card.renew()
        if self._card is None:
            self._display(card)

    def _made(self, run: Run) -> LiveCard:
        # Imported late, so that no cell waits for it.
        from nbtrack.notebook.panels.live_card import LiveCard

        return LiveCard(
            run,
            self._run.client,
            self._probe.turns(),
            began=self._run.began,
            pausable=self._probe.can_stop,
            last=self._run.previous,
        )

    def _display(self, card: LiveCard) -> None:
        from nbtrack.notebook.panels.panel import view

        card.show_requested(self._request)
        # Before the live card is shown, since a page may be saved or closed at any moment after that.
        static = card.static()
        self._displayed_at = time.monotonic()
        self._publish(data=view(card), transient={"display_id": self._widget_place})
        self._publish(data=static, transient={"display_id": card.uid})
        self._card = card

    def requested(self, request: str | None) -> None:
        """Show what the run is asked to do."""
        self._request = request
        if self._card is not None:
            self._card.show_requested(request)

    # --- in the thread of the cell

    def place(self, cleared_at: float) -> str | None:
        """Return the display id of the static card, if there is one and its cell has not cleared it."""
        return self._card.uid if self._card is not None and cleared_at < self._displayed_at else None

    def close(self, *, replaced: bool) -> None:
        """Close the card; the output of the static card is empty unless it was replaced."""
        card, self._card = self._card, None
        if card is None:
            return
        empty = {"text/html": "", "text/plain": ""}
        for place in (self._widget_place, *([] if replaced else [card.uid])):
            self._publish(data=empty, transient={"display_id": place}, update=True)
        card.close()
