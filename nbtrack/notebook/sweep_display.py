"""What a sweep shows while it runs: a card with its progress, and a table of its trials, the best first."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from IPython.display import display, update_display

from nbtrack import tags as reserved
from nbtrack.capture import Points
from nbtrack.errors import NbtrackError
from nbtrack.notebook import front_end, static_fallback
from nbtrack.notebook.progress import Progress
from nbtrack.tracking import context, run_control

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
    from nbtrack.notebook.panels.live_card import LiveCard
    from nbtrack.notebook.panels.table_panel import RunTable
    from nbtrack.sweeps.ranking import Ranking
    from nbtrack.sweeps.trials import Outcome
    from nbtrack.tracking import MlflowClient

FINISHED_FIRST = [f"tags.{reserved.TRIAL_FINISHED}", "desc"]
LAST_COLUMNS = ("attributes.status", "attributes.duration")


class SweepDisplay:
    """The panels of one sweep: live ones if a page can show them, else a table at the end."""

    def __init__(self, client: MlflowClient, parent: Run, keys: Sequence[str], total: int, began: int) -> None:
        self._client, self._parent, self._keys = client, parent, keys
        self._progress = Progress()
        self._place = os.urandom(8).hex()
        self._table: RunTable | None = None
        self._card: LiveCard | None = None
        if context.in_notebook() and front_end.has_live_panels():
            self._show_live(total, began)

    def _show_live(self, total: int, began: int) -> None:
        from nbtrack.notebook.panels.live_card import LiveCard
        from nbtrack.notebook.panels.panel import Stack, view

        self._card = LiveCard(self._parent, self._client, total, began=began, pausable=False)
        display(view(self._card), raw=True, display_id=self._place)
        self._table = self._made()
        display(Stack([self._table]))

    def _made(self) -> RunTable:
        from nbtrack.notebook.panels.table_panel import RunTable

        of_sweep = f"tags.`{reserved.PARENT_RUN}` = '{self._parent.info.run_id}'"
        table = RunTable(of_sweep, experiment_ids=[self._parent.info.experiment_id], client=self._client)
        table.on_open("skip", self._skip)
        return table

    def _skip(self, run_ids: list[str]) -> None:
        """Stop the selected trials that are running."""
        for run_id in run_ids:
            if self._client.get_run(run_id).info.status == "RUNNING":
                self._client.set_tag(run_id, reserved.TRIAL_STOPPED, "skipped")
                self._client.set_tag(run_id, reserved.CONTROL, run_control.STOP)

    def progressed(self, outcomes: list[Outcome], ranking: Ranking) -> None:
        """Show how far the sweep is."""
        if self._table is not None and ranking.metric is not None:
            self._arrange(self._table, ranking)
        best = ranking.best(outcomes)
        if self._card is None:
            return
        if best is not None and ranking.metric is not None:
            value, moment = best.mean, int(time.time() * 1000)
            self._progress.add_inferred([Points(f"best {ranking.metric}", [len(outcomes)], [moment], [value])])
        self._progress.done = len(outcomes)
        self._progress.look(time.monotonic(), paused=False)
        self._card.push(self._progress)

    def close(self, ranking: Ranking) -> None:
        """Remove the card, which the card of the finished run replaces, and keep the table."""
        if self._card is not None:
            update_display({"text/html": "", "text/plain": ""}, raw=True, display_id=self._place)
            self._card.close()
            self._card = None
        table = self._table or self._made()
        table.opens = [each for each in table.opens if each != "skip"]
        if ranking.metric is not None:
            self._arrange(table, ranking)
        table.refresh()
        if self._table is None:
            display(table.static(), raw=True)
            table.close()
        else:
            # At once, since the kernel may end with this cell when a notebook is executed as a whole.
            static_fallback.fallbacks().renew(table)

    def _arrange(self, table: RunTable, ranking: Ranking) -> None:
        """Sort finished trials first and the best on top, and show the ranking metric next to the parameters."""
        ranked = f"metrics.{ranking.metric}"
        sort = [FINISHED_FIRST, [ranked, "desc" if ranking.goal == "max" else "asc"]]
        if table.sort != sort:
            with suppress(NbtrackError):
                table.columns = [ranked, *(f"params.{key}" for key in self._keys), *LAST_COLUMNS]
                table.sort = sort
