"""Showing the card of a cell's run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from nbtrack import tags as reserved
from nbtrack.entities import ViewType
from nbtrack.query import parse
from nbtrack.tracking import remarks
from nbtrack.views import card, series

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.tracking import MlflowClient

SPARK = 60
"""Points of a spark line."""


def show_card(client: MlflowClient, run_id: str, last: Run | None) -> None:
    """Display the card of a run that has just ended."""
    run = client.get_run(run_id)
    curves = {
        each.key: series.series(client.store.metric_history(run_id, each.key), most=SPARK).y.tolist()
        for each in run.data.latest
        if each.step > 0
    }
    group = parse(f"tags.{reserved.CELL} = '{run.data.tags.get(reserved.CELL, '')}' and run_id != '{run_id}'")
    known = client.store.overview([run.info.experiment_id], group, ViewType.ACTIVE_ONLY).metrics if last else {}
    goals = remarks.goals(client, run.info.experiment_id)
    said = card.card(run, curves, last, known, run.data.tags.get(reserved.ERROR), goals)
    display({"text/html": card.markup(said), "text/plain": card.text(said)}, raw=True)
