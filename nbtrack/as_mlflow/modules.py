"""The modules of MLflow that the alias offers, and the module of nbtrack that each one is."""

from __future__ import annotations

from typing import Final

API_VERSION: Final = "3.18.0"
"""The release of MLflow whose Tracking API nbtrack has."""

ENTITY_MODULES: Final = (
    "dataset",
    "dataset_input",
    "experiment",
    "experiment_tag",
    "file_info",
    "input_tag",
    "lifecycle_stage",
    "metric",
    "param",
    "run",
    "run_data",
    "run_info",
    "run_inputs",
    "run_status",
    "run_tag",
    "source_type",
    "view_type",
)

FLAVORS: Final = ("keras", "lightgbm", "pytorch", "sklearn", "statsmodels", "xgboost")

MODULES: Final = {
    "mlflow": "nbtrack",
    "mlflow.artifacts": "nbtrack.artifacts",
    "mlflow.client": "nbtrack.tracking.client",
    "mlflow.data": "nbtrack.datasets",
    "mlflow.data.dataset": "nbtrack.datasets.dataset",
    "mlflow.data.numpy_dataset": "nbtrack.datasets.numpy_dataset",
    "mlflow.data.pandas_dataset": "nbtrack.datasets.pandas_dataset",
    "mlflow.entities": "nbtrack.entities",
    **{f"mlflow.entities.{each}": "nbtrack.entities" for each in ENTITY_MODULES},
    "mlflow.exceptions": "nbtrack.errors",
    **{f"mlflow.{each}": f"nbtrack.flavors.{each}" for each in FLAVORS},
    "mlflow.models": "nbtrack.models",
    "mlflow.models.model": "nbtrack.models.model_file",
    "mlflow.models.signature": "nbtrack.models.signature",
    "mlflow.projects": "nbtrack.projects",
    "mlflow.pyfunc": "nbtrack.models.pyfunc",
    "mlflow.tracking": "nbtrack.tracking",
    "mlflow.tracking.client": "nbtrack.tracking.client",
    "mlflow.tracking.context": "nbtrack.tracking.context",
    "mlflow.tracking.context.registry": "nbtrack.tracking.context",
    "mlflow.tracking.fluent": "nbtrack.tracking.fluent",
    "mlflow.types": "nbtrack.models.schema",
    "mlflow.types.schema": "nbtrack.models.schema",
    "mlflow.utils": "nbtrack.mlflow_utils",
    "mlflow.utils.mlflow_tags": "nbtrack.mlflow_utils.mlflow_tags",
    "mlflow.utils.validation": "nbtrack.mlflow_utils.validation",
    "mlflow.version": "nbtrack.mlflow_utils.version",
}
"""By MLflow's name. The import system makes a module an attribute of its parent, so where the parent has a submodule of
the same name, it must be that one."""


MODULES_OF_WANDB: Final = {"wandb": "nbtrack.wandb"}
WANDB_VERSION: Final = "0.22.0"
"""The release of W&B whose functions `nbtrack.wandb` has."""


def inside(name: str) -> list[str]:
    """Return the modules of MLflow below `name` that are the same module of nbtrack as `name`."""
    return [each for each in MODULES if each.startswith(f"{name}.") and MODULES[each] == MODULES[name]]
