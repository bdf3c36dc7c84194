"""The cards of this kernel: displays and updates them, and creates the widget that answers their links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.display import display, update_display

from nbtrack import process, settings
from nbtrack.endpoints import run_card, store_ids
from nbtrack.notebook import front_end
from nbtrack.presentation import card, card_markup
from nbtrack.stores import run_lookup
from nbtrack.tracking import context

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.entities import Run
    from nbtrack.notebook.background_worker import BackgroundWorker
    from nbtrack.tracking import MlflowClient

KERNEL = os.urandom(8).hex()
"""Distinguishes the cards of this kernel from those of others."""


class ShownCard(NamedTuple):
    """A card: the store of its run, and the id of its output."""

    client: MlflowClient
    display_id: str


class Cards:
    """The cards of this kernel, by the ids of their runs, and what answers their links."""

    def __init__(self) -> None:
        self.shown: dict[str, ShownCard] = {}
        self.answering: object | None = None
        self._asked = False

    def answer_links(self, background: BackgroundWorker, make: Callable[[], object]) -> None:
        """Create the answering widget soon, once, if there is a page of Jupyter that uses it.

        Programs that execute notebooks without a page would store the widget in them, where it is useless.
        """
        if self._asked:
            return
        self._asked = True
        current = settings.current()

        def open_() -> None:
            self.answering = make()

        if front_end.has_live_panels() and current.notebook is not None and context.in_notebook():
            background.later(open_)


def cards() -> Cards:
    """Return the cards of this kernel."""
    return process.state(Cards)


def show_card(client: MlflowClient, run_id: str, last: Run | None, place: str | None = None) -> None:
    """Display the card of a run that has just ended, or replace the output with the display id `place`."""
    display_id = place or os.urandom(8).hex()
    cards().shown[run_id] = ShownCard(client, display_id)
    rendered = rendered_card(client, client.get_run(run_id), last)
    display(rendered, raw=True, display_id=display_id, update=place is not None)


def show_again(client: MlflowClient, run_id: str) -> None:
    """Update the card of a run, if this kernel has shown one."""
    if run_id not in cards().shown:
        return
    run = client.get_run(run_id)
    rendered = rendered_card(client, run, run_lookup.previous(client.store, run))
    update_display(rendered, raw=True, display_id=cards().shown[run_id].display_id)


def rendered_card(client: MlflowClient, run: Run, last: Run | None, *, running: bool = False) -> dict[str, Any]:
    """Return the card of a run as a MIME bundle; `last` is the run of the same cell before it.

    The run of a cell may continue after it, as in a session; the card then says that it was recorded.
    """
    content = run_card.run_card(client.store, client.artifact_folder, run, last)
    if not running and content.status == "RUNNING":
        content = content._replace(status=card.RECORDED)
    offered = store_ids.store_id(client.store.uri)
    return {"text/html": card_markup.markup(content, KERNEL, offered), "text/plain": card.text(content)}
