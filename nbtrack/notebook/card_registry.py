"""Which cards this kernel has shown, and the widget that answers their links: made once, in the background."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import process, settings
from nbtrack.tracking import context

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.notebook.environment import BackgroundWorker
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
        """Make the answering widget soon, once, where a page of Jupyter is there to use it.

        What runs notebooks without a page would keep the widget in them, where it is of no use.
        """
        if self._asked:
            return
        self._asked = True
        current = settings.current()

        def open_() -> None:
            self.answering = make()

        if current.panels != "plain" and current.notebook is not None and context.in_notebook():
            background.later(open_)


def cards() -> Cards:
    """Return the cards of this kernel."""
    return process.state(Cards)
