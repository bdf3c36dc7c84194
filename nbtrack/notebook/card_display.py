"""Displays the card of a cell's run, and updates it when the run has changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from IPython.display import display, update_display

from nbtrack import tags as reserved
from nbtrack.entities import ViewType
from nbtrack.notebook import card_registry
from nbtrack.presentation import card, metric_curves
from nbtrack.query import parse
from nbtrack.tracking import cell_runs, run_annotations

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.tracking import MlflowClient

SPARK = 60
"""Points of a spark line."""


def show_card(client: MlflowClient, run_id: str, last: Run | None) -> None:
    """Display the card of a run that has just ended."""
    display_id = os.urandom(8).hex()
    card_registry.cards().shown[run_id] = card_registry.ShownCard(client, display_id)
    display(_rendered(client, client.get_run(run_id), last), raw=True, display_id=display_id)


def show_again(client: MlflowClient, run_id: str) -> None:
    """Update a card of this kernel."""
    run = client.get_run(run_id)
    rendered = _rendered(client, run, cell_runs.previous(client, run))
    update_display(rendered, raw=True, display_id=card_registry.cards().shown[run_id].display_id)


def _rendered(client: MlflowClient, run: Run, last: Run | None) -> dict[str, Any]:
    run_id = run.info.run_id
    curves = {
        each.key: metric_curves.series(client.store.metric_history(run_id, each.key), most=SPARK).y.tolist()
        for each in run.data.latest
        if each.step > 0
    }
    cell = parse(f"tags.{reserved.CELL} = '{run.data.tags.get(reserved.CELL, '')}' and run_id != '{run_id}'")
    known = client.store.overview([run.info.experiment_id], cell, ViewType.ACTIVE_ONLY).metrics if last else {}
    goals = run_annotations.goals(client, run.info.experiment_id)
    said = card.card(run, curves, last, known, run.data.tags.get(reserved.ERROR), goals)
    return {"text/html": card.markup(said, card_registry.KERNEL), "text/plain": card.text(said)}
