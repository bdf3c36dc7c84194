"""The URI of the model registry: nbtrack has no registry, but libraries set and read its URI."""

from __future__ import annotations

from nbtrack import process, validation
from nbtrack.tracking.tracking_uri import get_tracking_uri


class RegistryUri:
    """The registry URI that was set."""

    def __init__(self) -> None:
        self.chosen: str | None = None


@validation.typed
def set_registry_uri(uri: str | None) -> None:
    """Set what `get_registry_uri` returns; no models are registered there. An empty URI restores the default."""
    process.state(RegistryUri).chosen = uri or None


def get_registry_uri() -> str:
    """Return the registry URI that was set, by default the tracking URI."""
    return process.state(RegistryUri).chosen or get_tracking_uri()
