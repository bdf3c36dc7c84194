"""Which tracking URI is in force: what was set, else the environment's, else ``mlruns`` where the program ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import locate, settings, validation

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.stores.interface import Store

DEFAULT = "mlruns"

_chosen: list[str] = []
_fixed: dict[str, str] = {}


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
        _chosen.clear()
        return
    locate.store(uri)
    text = locate.shown(str(uri))
    _fixed[text] = locate.resolved(text)
    _chosen[:] = [text]


def is_tracking_uri_set() -> bool:
    """Tell whether a tracking URI was set, by call or by environment."""
    return bool(_chosen or settings.current().tracking_uri)


def get_tracking_uri() -> str:
    """Return the tracking URI in force; credentials in it are not shown."""
    if _chosen:
        return _chosen[0]
    configured = settings.current().tracking_uri
    return locate.shown(configured) if configured else _fix(DEFAULT)


def _fix(uri: str) -> str:
    """Return what a URI meant when it was first used, whatever the working directory is now."""
    return _fixed.setdefault(uri, locate.resolved(uri))


def resolve_store(uri: str | Path | None = None) -> Store:
    """Return the store behind a tracking URI, or behind the one in force."""
    return locate.store(_fix(str(uri or get_tracking_uri())))
