"""The cards of runs in marimo, which has no magics: each is below the cell whose block or call created the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import process, tags
from nbtrack.notebook.card_display import rendered_card
from nbtrack.stores import run_lookup
from nbtrack.tracking.captured_execution import EndedRuns

if TYPE_CHECKING:
    from nbtrack.tracking import MlflowClient

MOST_CARDS = 10
"""The most cards below one execution of a cell; marimo sends all outputs of a cell again with each new one."""


class CellCards:
    """The cell that shows cards, and how many it shows."""

    def __init__(self) -> None:
        self.execution: object = None
        self.shown = 0


def install() -> None:
    """Show the card of each run of a block or of a call from now on."""
    displays = process.state(EndedRuns).displays
    if show not in displays:
        displays.append(show)


def show(client: MlflowClient, run_id: str) -> None:
    """Show the card of a run below the cell that is running; cards of nested runs are not shown."""
    import marimo

    run = client.get_run(run_id)
    if not marimo.running_in_notebook() or tags.PARENT_RUN in run.data.tags or not _has_room():
        return
    bundle = rendered_card(client, run, run_lookup.previous(client.store, run))
    marimo.output.append(marimo.Html(bundle["text/html"]))


def _has_room() -> bool:
    """Return whether the cell that is running may show one more card."""
    cards, execution = process.state(CellCards), _execution()
    if cards.execution is not execution:
        cards.execution, cards.shown = execution, 0
    cards.shown += 1
    return cards.shown <= MOST_CARDS


def _execution() -> object:
    """Return an identity of the current execution of a cell; marimo has no public name for it."""
    try:
        from marimo._runtime.context import get_context
    except ImportError:
        return None
    return get_context().execution_context
