"""The card of a run, read from its store: in a notebook, and for a page whose kernel is busy or gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.endpoints import run_rows
from nbtrack.entities import ViewType
from nbtrack.presentation import card, metric_curves, metric_goals
from nbtrack.query import parse
from nbtrack.stores.baselines import baseline_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.entities import Run
    from nbtrack.presentation.card import Card
    from nbtrack.stores.interface import Store

    Files = Callable[[str], ArtifactFolder]

SPARK = 60
"""Points of a spark line."""


def run_card(store: Store, files: Files, run: Run, last: Run | None) -> Card:
    """Return the content of the card of a run; `last` is the run of the same cell before it.

    It is compared with its baseline if it has one, else with `last`.
    """
    run_id = run.info.run_id
    baseline = baseline_of(store, run)
    curves = {
        each.key: metric_curves.series(store.metric_history(run_id, each.key), most=SPARK).y.tolist()
        for each in run.data.latest
        if each.step > 0
    }
    cell = parse(f"tags.{reserved.CELL} = '{run.data.tags.get(reserved.CELL, '')}' and run_id != '{run_id}'")
    known = store.overview([run.info.experiment_id], cell, ViewType.ACTIVE_ONLY).metrics if last else {}
    goals = metric_goals.from_experiments([store.get_experiment(run.info.experiment_id)])
    table = run_rows.of_run(run, files)
    rows = card.Rows(table.columns, table.cells) if table is not None else None
    against = "" if baseline is None else baseline.info.run_name
    return card.card(run, curves, baseline or last, known, run.data.tags.get(reserved.ERROR), goals, rows, against)
