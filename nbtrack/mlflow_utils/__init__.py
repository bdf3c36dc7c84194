"""``nbtrack.utils``: the part of ``mlflow.utils`` that libraries use, by MLflow's names."""

from nbtrack.mlflow_utils import mlflow_tags, validation

__all__ = ["mlflow_tags", "validation"]
