"""Which stores Jupyter's server offers: the one of its folder, and those that its notebooks name."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import locate, settings
from nbtrack.endpoints import Service, store_ids
from nbtrack.server.app import routed

if TYPE_CHECKING:
    from starlette.types import ASGIApp

DEFAULT = "mlruns"


class Offered:
    """Opens stores as they are asked for; whoever may ask Jupyter's server may run code on its machine anyway.

    Parameters
    ----------
    folder : str
        Where the notebooks are.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._apps: dict[str, ASGIApp] = {}
        self._secret = secrets.token_bytes(32)

    def app(self, name: str) -> ASGIApp:
        """Return the application of a store.

        Parameters
        ----------
        name : str
            As `nbtrack.endpoints.store_ids` writes it; an empty one is the store of the folder.

        Raises
        ------
        InvalidValue
            When it names no store.
        """
        uri = locate.resolve(self._named(name))
        if uri not in self._apps:
            service = Service(
                locate.store(uri), locate.default_artifact_root(uri), self._secret, settings.current().strict_mlflow
            )
            self._apps[uri] = routed(service)
        return self._apps[uri]

    def _named(self, name: str) -> str:
        return store_ids.uri(name) if name else settings.current().tracking_uri or str(Path(self._folder, DEFAULT))
