"""The card of a cell that runs: how far it is, its curves, and what stops it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, Int, List, Unicode

from nbtrack.alerting import alert
from nbtrack.notebook import card_display
from nbtrack.notebook.panels.panel import Panel
from nbtrack.presentation import card, html
from nbtrack.stores import live_values
from nbtrack.tracking import run_control

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import Run
    from nbtrack.notebook.panels.rpc_widget import Reply
    from nbtrack.notebook.progress import Progress
    from nbtrack.tracking import MlflowClient


class LiveCard(Panel):
    """A card that follows a run of a tracked cell as long as the cell runs.

    Parameters
    ----------
    run : Run
        The run.
    client : MlflowClient
        Its store.
    total : int, optional
        How many iterations the loop will have.
    began : int, optional
        When the cell began, in ms since the epoch UTC; by default with the run.
    pausable : bool
        Whether the cell has a loop that can wait.
    last : Run, optional
        The run of the same cell before this one.
    """

    front = "card"

    run = Unicode(help="The id of the run.").tag(sync=True)
    name = Unicode(help="Its name.").tag(sync=True)
    began = Int(help="When the cell began, in ms since the epoch UTC.").tag(sync=True)
    total = Int(default_value=None, allow_none=True, help="How many iterations the loop will have.").tag(sync=True)
    pausable = Bool(default_value=True, help="Whether the cell has a loop that can wait.").tag(sync=True)
    paused = Bool(default_value=False, help="Whether it waits.").tag(sync=True)
    stopping = Bool(default_value=False, help="Whether it was asked to stop.").tag(sync=True)
    params: List[Any] = List(help="Key, value, and value in the last run, of each parameter that differs from it.").tag(
        sync=True
    )
    alerts: List[Any] = List(help="Level, title and text of its latest alerts.").tag(sync=True)
    live = Dict(help="The live values of the run by their names, each as text.").tag(sync=True)
    progress = Dict(help="Turns that are done, when the last one was, and for each metric its value and curve.").tag(
        sync=True
    )

    def __init__(
        self,
        run: Run,
        client: MlflowClient,
        total: int | None = None,
        *,
        began: int | None = None,
        pausable: bool = True,
        last: Run | None = None,
    ) -> None:
        self.client, self._before = client, last
        super().__init__(
            run=run.info.run_id,
            name=run.info.run_name,
            began=run.info.start_time if began is None else began,
            total=total,
            pausable=pausable,
        )

    def __repr__(self) -> str:
        """Say whose card it is."""
        return f"LiveCard({self.name})"

    def static(self) -> dict[str, Any]:
        """Return the card of the run so far, which a page behind Jupyter's server continues to update."""
        bundle = card_display.rendered_card(self.client, self.client.get_run(self.run), self._before, running=True)
        saved = html.element("div", "as the notebook was last saved", style="font-size:90%;opacity:.65")
        return {**bundle, "text/html": html.stand_in(self.uid, html.Html(bundle["text/html"] + saved))}

    def push(self, progress: Progress) -> None:
        """Show the progress of the cell; only changes are sent."""
        content = progress.as_dict()
        if {**content, "at": None, "pace": None} != {**self.progress, "at": None, "pace": None}:
            self.progress = content

    def renew(self) -> None:
        """Show the parameters and the alerts that are known by now."""
        run = self.client.get_run(self.run)
        found = card.differing(run, self._before)
        self.params = [list(each) for each in card.live_params(found)]
        self.live = {name: json.dumps(value) for name, value in live_values.of_run(run).items()}
        self.alerts = card.live_alerts(alert.from_tags(run.data.tags))

    def show_requested(self, asked: str | None) -> None:
        """Show what the run is asked to do."""
        self.paused, self.stopping = asked == run_control.PAUSE, asked == run_control.STOP

    def answer(self, endpoint: str, arguments: Mapping[str, Any]) -> Reply:
        """Return the answer of an endpoint, and show at once what the run is asked to do."""
        reply = super().answer(endpoint, arguments)
        if endpoint == "nbtrack/runs/control":
            self.show_requested(run_control.requested_action(self.client, self.run))
        return reply
