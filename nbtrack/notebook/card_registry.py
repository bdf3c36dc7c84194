"""Which cards this kernel has shown, and the desk that their links ask: made once, off the way of the cells."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import settings
from nbtrack.tracking import context

if TYPE_CHECKING:
    from nbtrack.notebook.environment import BackgroundWorker
    from nbtrack.notebook.panels.desk import Desk
    from nbtrack.tracking import MlflowClient

KERNEL = os.urandom(8).hex()
"""Tells the cards of this kernel from those of others."""


class Shown(NamedTuple):
    """A card: the store of its run, and what its output is called."""

    client: MlflowClient
    display_id: str


cards: dict[str, Shown] = {}
"""The cards of this kernel, by the ids of their runs."""
_desks: list[Desk] = []
_asked: list[bool] = []


def ready(background: BackgroundWorker) -> None:
    """Have a desk soon, once, where a page of Jupyter is there to ask it.

    What runs notebooks without a page would keep the widget in them, where it is of no use.
    """
    if _asked:
        return
    _asked.append(True)
    current = settings.current()
    if current.panels != "plain" and current.notebook is not None and context.in_notebook():
        background.later(_open)


def _open() -> None:
    from nbtrack.notebook.panels.desk import Desk

    _desks.append(Desk(KERNEL))
