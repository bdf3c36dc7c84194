"""The way in from a network: each endpoint as a function of a service and its arguments, without any framework."""

from nbtrack.api import artifacts, experiments, graphs, metrics, models, ours, pages, runs
from nbtrack.api.service import Service, answered

__all__ = ["Service", "answered", "artifacts", "experiments", "graphs", "metrics", "models", "ours", "pages", "runs"]
