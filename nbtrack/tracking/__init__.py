"""The Python API: the client, active runs and the fluent functions."""

from nbtrack.entities import Run
from nbtrack.tracking.active_runs import ActiveRun
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.registry_uri import get_registry_uri, set_registry_uri
from nbtrack.tracking.tracking_uri import get_tracking_uri, is_tracking_uri_set, set_tracking_uri

__all__ = [
    "ActiveRun",
    "MlflowClient",
    "Run",
    "get_registry_uri",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "set_registry_uri",
    "set_tracking_uri",
]
