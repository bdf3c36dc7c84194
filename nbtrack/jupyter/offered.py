"""Which stores Jupyter's server offers: the one of its folder, and those that its notebooks name."""

from __future__ import annotations

import base64
import binascii
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import locate, settings
from nbtrack.api import Service
from nbtrack.errors import InvalidValue
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
            The tracking URI in the letters of base64 that may stand in a path, without padding; an empty one is the
            store of the folder.

        Raises
        ------
        InvalidValue
            When it names no store.
        """
        uri = locate.resolved(self._named(name))
        if uri not in self._apps:
            destination = None if locate.scheme(uri) else uri
            service = Service(locate.store(uri), destination, self._secret, settings.current().strict_mlflow)
            self._apps[uri] = routed(service)
        return self._apps[uri]

    def _named(self, name: str) -> str:
        if not name:
            return settings.current().tracking_uri or str(Path(self._folder, DEFAULT))
        try:
            return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            msg = f"{name[:40]!r} names no store"
            raise InvalidValue(msg) from None
