"""The store behind a server that speaks MLflow's REST API."""

from nbtrack.stores.rest.store import RestStore

__all__ = ["RestStore"]
