"""The endpoints for the network and for panels: functions of a service and arguments, independent of any framework."""

from nbtrack.endpoints import (
    artifact_locations,
    chart_endpoints,
    chart_export,
    experiment_endpoints,
    graphql,
    logged_models,
    metric_endpoints,
    nbtrack_endpoints,
    run_endpoints,
    saved_views,
    ui_endpoints,
)
from nbtrack.endpoints.service import Service, answered

__all__ = [
    "Service",
    "answered",
    "artifact_locations",
    "chart_endpoints",
    "chart_export",
    "experiment_endpoints",
    "graphql",
    "logged_models",
    "metric_endpoints",
    "nbtrack_endpoints",
    "run_endpoints",
    "saved_views",
    "ui_endpoints",
]
