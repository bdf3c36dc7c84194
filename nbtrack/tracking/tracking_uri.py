"""The current tracking URI: the one that was set, else the setting, else ``mlruns`` in the working directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import locate, process, settings, validation

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.stores.interface import Store

DEFAULT = "mlruns"


class TrackingUri:
    """The tracking URI that was set, and the absolute form of each URI as of its first use."""

    def __init__(self) -> None:
        self.chosen: str | None = None
        self.resolved: dict[str, str] = {}


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
    return locate.without_password(configured) if configured else _resolved(DEFAULT)


def _resolved(uri: str) -> str:
    """Return the absolute form of a URI as of its first use, unaffected by later changes of directory."""
    return process.state(TrackingUri).resolved.setdefault(uri, locate.resolve(uri))


def resolve_store(uri: str | Path | None = None) -> Store:
    """Return the store of a tracking URI, by default of the current one."""
    return locate.store(_resolved(str(uri or get_tracking_uri())))
