"""Which tracking URI is in force: what was set, else the environment's, else ``mlruns`` where the program ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import locate, process, settings, validation

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.stores.interface import Store

DEFAULT = "mlruns"


class TrackingUri:
    """The tracking URI that was set, and what each relative one meant when it was first used."""

    def __init__(self) -> None:
        self.chosen: str | None = None
        self.resolved: dict[str, str] = {}


@validation.typed
def set_tracking_uri(uri: str | Path) -> None:
    """Choose where runs are kept from now on.

    Parameters
    ----------
    uri : str or Path
        A directory, a ``file:`` URI, or a server's address; an empty one goes back to the default.

    Raises
    ------
    InvalidValue
        When it can't be understood, naming what is accepted.
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
    """Tell whether a tracking URI was set, by call or by environment."""
    return bool(process.state(TrackingUri).chosen or settings.current().tracking_uri)


def get_tracking_uri() -> str:
    """Return the tracking URI in force; credentials in it are not shown."""
    chosen = process.state(TrackingUri).chosen
    if chosen is not None:
        return chosen
    configured = settings.current().tracking_uri
    return locate.without_password(configured) if configured else _resolved(DEFAULT)


def _resolved(uri: str) -> str:
    """Return what a URI meant when it was first used, whatever the working directory is now."""
    return process.state(TrackingUri).resolved.setdefault(uri, locate.resolve(uri))


def resolve_store(uri: str | Path | None = None) -> Store:
    """Return the store behind a tracking URI, or behind the one in force."""
    return locate.store(_resolved(str(uri or get_tracking_uri())))
