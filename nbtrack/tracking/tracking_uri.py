"""The current tracking URI: the one that was set, else the setting, else ``mlruns`` in the working directory.

If MLflow has written that folder, runs go to ``nbtrack-runs`` beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import locate, process, settings, validation
from nbtrack.errors import warn
from nbtrack.stores import recognition

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.stores.interface import Store

DEFAULT = "mlruns"
BESIDE = "nbtrack-runs"
"""The folder of runs next to one that MLflow has written."""


class TrackingUri:
    """The tracking URI that was set, and the absolute form of each URI as of its first use."""

    def __init__(self) -> None:
        self.chosen: str | None = None
        self.resolved: dict[str, str] = {}
        self.default: str | None = None
        """The default, as of its first use."""


@validation.typed
def set_tracking_uri(uri: str | Path) -> None:
    """Set the tracking URI: where runs are stored from now on.

    Parameters
    ----------
    uri : str or Path
        A directory, a ``file:`` URI, a database or a server; an empty one restores the default.

    Raises
    ------
    InvalidValue
        When the URI is invalid; the message lists the accepted kinds.
    """
    if not str(uri):
        process.state(TrackingUri).chosen = None
        return
    locate.store(uri)
    text = locate.without_password(str(uri))
    state = process.state(TrackingUri)
    state.resolved[text] = locate.resolve(text)
    state.chosen = text


def is_tracking_uri_set() -> bool:
    """Return whether a tracking URI was set by `set_tracking_uri` or as a setting."""
    return bool(process.state(TrackingUri).chosen or settings.current().tracking_uri)


def get_tracking_uri() -> str:
    """Return the current tracking URI, without credentials."""
    chosen = process.state(TrackingUri).chosen
    if chosen is not None:
        return chosen
    configured = settings.current().tracking_uri
    return locate.without_password(configured) if configured else _default()


def _default() -> str:
    """Return the default: ``mlruns``, or the folder beside one that MLflow has written, with a message at first."""
    state = process.state(TrackingUri)
    if state.default is None:
        folder = locate.resolve(DEFAULT)
        state.default = folder
        if recognition.is_mlflow_folder(folder):
            state.default = locate.resolve(BESIDE)
            warn(
                f"{folder} holds runs of MLflow, which nbtrack reads but never changes: new runs go to {state.default}."
                f" To see the old ones, call set_tracking_uri({DEFAULT!r}) or run `nbtrack ui --backend-store-uri"
                f" {DEFAULT}`; `nbtrack import {DEFAULT}` copies them to the new ones"
            )
    return state.default


def _resolved(uri: str) -> str:
    """Return the absolute form of a URI as of its first use, unaffected by later changes of directory."""
    return process.state(TrackingUri).resolved.setdefault(uri, locate.resolve(uri))


def resolved_tracking_uri() -> str:
    """Return the current tracking URI as another process can use it: absolute, and with its credentials."""
    return _resolved(get_tracking_uri())


def resolve_store(uri: str | Path | None = None) -> Store:
    """Return the store of a tracking URI, by default of the current one."""
    return locate.store(_resolved(str(uri or get_tracking_uri())))
