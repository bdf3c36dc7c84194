"""The way in from a network or a panel: each endpoint as a function of a service and its arguments, framework-free."""

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
