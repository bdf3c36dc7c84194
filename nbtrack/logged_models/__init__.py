"""Logged models: what MLflow 3 stores about a model beside its run, with the metrics that measure it.

nbtrack keeps the description of a model in a file below the artifacts of its experiment; servers are asked for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import locate
from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
from nbtrack.logged_models.descriptions import Descriptions
from nbtrack.stores.rest import RestStore

if TYPE_CHECKING:
    from nbtrack.logged_models.on_server import ModelsOnServer
    from nbtrack.stores.interface import Store

__all__ = ["Descriptions", "models_of"]


def models_of(store: Store) -> Descriptions | ModelsOnServer:
    """Return the logged models of a store."""
    if isinstance(store, RestStore):
        from nbtrack.logged_models.on_server import ModelsOnServer

        return ModelsOnServer(store)
    return Descriptions(store, lambda location: ArtifactFolder(locate.repository(location, store.uri)))
