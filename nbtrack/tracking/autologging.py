"""``nbtrack.autolog``: programs and libraries call it before they log themselves."""

from __future__ import annotations

from typing import Any

from nbtrack.errors import warn


def autolog(*_: Any, disable: bool = False, silent: bool = False, **__: Any) -> None:
    """Warn that libraries are not logged automatically; it has no effect on what is logged explicitly.

    ``%%track`` records a cell without any call, and `nbtrack.track` a function.

    Parameters
    ----------
    disable : bool
        Whether the caller turns autologging off, which needs no warning.
    silent : bool
        Whether to give no warning.
    """
    if not (disable or silent):
        warn(
            "nbtrack.autolog() records nothing: put %%track above the cell, decorate the function with nbtrack.track,"
            " or log explicitly"
        )
