"""The store behind a server that speaks MLflow's REST API."""

from nbtrack.stores.rest.rest_store import RestStore

__all__ = ["RestStore"]
