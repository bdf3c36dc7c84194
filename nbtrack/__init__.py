"""nbtrack: an experiment tracker inside the notebook, compatible with MLflow Tracking.

``import nbtrack as mlflow`` provides MLflow's fluent functions, client and entities; ``%load_ext nbtrack``
provides ``%%track``, ``%runs`` and ``%chart``. Names are imported on first use, so that the import itself is fast.

``help`` of these says more:

===========================================  ===================================================================
``nbtrack.capture``                          what a tracked cell records
``nbtrack.stores``, ``nbtrack.settings``     where runs are stored, every setting
``nbtrack.query``                            filters of ``search_runs``, ``%runs`` and the command line
``nbtrack.sweeps``, ``nbtrack.alerting``     sweeps of a cell, alerts and live values
``nbtrack.models``, ``nbtrack.projects``     models as artifacts, runs of folders and repositories
``nbtrack.autologging``                      automatic logging of training
``nbtrack.integrations``                     callbacks for training libraries
``nbtrack.as_mlflow``, ``nbtrack.wandb``     programs written for MLflow or Weights & Biases
``nbtrack.importers``, ``nbtrack.exporters`` imports from and exports to other trackers
``nbtrack.server``, ``nbtrack.mcp``          a server for a team, a server for agents
===========================================  ===================================================================
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from typing import Any

    from IPython.core.interactiveshell import InteractiveShell

_MODULE_OF_NAMES = {
    "nbtrack.as_mlflow": ("install_alias", "remove_alias"),
    "nbtrack.errors": ("MlflowException", "NbtrackError"),
    "nbtrack.media": ("Image",),
    "nbtrack.notebook.auto_run": ("auto_run",),
    "nbtrack.notebook.commands": ("diff", "drop", "keep_value", "quiet", "resume", "status"),
    "nbtrack.notebook.panels": ("chart", "compare", "runs", "show"),
    "nbtrack.projects": ("run",),
    "nbtrack.report": ("export_report",),
    "nbtrack.tracking.run_annotations": ("goal", "note", "tag", "why"),
    "nbtrack.tracking.alerts": ("alert", "alert_rule", "alert_rules", "clear_alert_rules"),
    "nbtrack.tracking.baselines": ("clear_baseline", "get_baseline", "set_baseline"),
    "nbtrack.tracking.doctor": ("doctor",),
    "nbtrack.autologging": ("autolog",),
    "nbtrack.tracking.client": ("MlflowClient",),
    "nbtrack.tracking.active_model": ("clear_active_model", "get_active_model_id"),
    "nbtrack.tracking.active_runs": ("ActiveRun",),
    "nbtrack.tracking.experiments": (
        "create_experiment",
        "delete_experiment",
        "delete_experiment_tag",
        "get_experiment",
        "get_experiment_by_name",
        "restore_experiment",
        "search_experiments",
        "set_experiment",
        "set_experiment_tag",
        "set_experiment_tags",
    ),
    "nbtrack.tracking.decorator": ("track",),
    "nbtrack.tracking.sweep_rows": ("rows",),
    "nbtrack.tracking.live_values": ("control", "live"),
    "nbtrack.tracking.run_control": ("discard", "interrupted", "keep", "pause", "stop", "unpause"),
    "nbtrack.tracking.lifecycle": ("active_run", "end_run", "last_active_run", "start_run"),
    "nbtrack.tracking.fluent": (
        "delete_tag",
        "get_artifact_uri",
        "log_artifact",
        "log_artifacts",
        "log_dict",
        "log_figure",
        "log_image",
        "log_input",
        "log_inputs",
        "log_metric",
        "log_metrics",
        "log_param",
        "log_parameter",
        "log_params",
        "log_stream",
        "log_table",
        "log_text",
        "set_tag",
        "set_tags",
    ),
    "nbtrack.tracking.logged_models": (
        "ActiveModel",
        "create_external_model",
        "delete_logged_model_tag",
        "finalize_logged_model",
        "get_logged_model",
        "initialize_logged_model",
        "last_logged_model",
        "log_model_params",
        "search_logged_models",
        "set_active_model",
        "set_logged_model_tags",
    ),
    "nbtrack.tracking.search": (
        "delete_run",
        "flush",
        "flush_artifact_async_logging",
        "flush_async_logging",
        "get_parent_run",
        "get_run",
        "history",
        "load_table",
        "move_runs",
        "restore_run",
        "search_runs",
    ),
    "nbtrack.tracking.sql": ("sql",),
    "nbtrack.tracking.system_metrics": (
        "disable_system_metrics_logging",
        "enable_system_metrics_logging",
        "set_system_metrics_samples_before_logging",
        "set_system_metrics_sampling_interval",
    ),
    "nbtrack.tracking.garbage_collection": ("gc",),
    "nbtrack.tracking.registry_uri": ("get_registry_uri", "set_registry_uri"),
    "nbtrack.tracking.tracking_uri": ("get_tracking_uri", "is_tracking_uri_set", "set_tracking_uri"),
    "nbtrack.transfer": ("export_run", "import_run"),
}
_NAMES = {name: home for home, names in _MODULE_OF_NAMES.items() for name in names}
_MODULES = {
    "artifacts": "nbtrack.artifacts",
    "client": "nbtrack.tracking.client",
    "data": "nbtrack.datasets",
    "entities": "nbtrack.entities",
    "exceptions": "nbtrack.errors",
    "keras": "nbtrack.flavors.keras",
    "lightgbm": "nbtrack.flavors.lightgbm",
    "models": "nbtrack.models",
    "plot": "nbtrack.plot",
    "projects": "nbtrack.projects",
    "pyfunc": "nbtrack.models.pyfunc",
    "pytorch": "nbtrack.flavors.pytorch",
    "sklearn": "nbtrack.flavors.sklearn",
    "statsmodels": "nbtrack.flavors.statsmodels",
    "tracking": "nbtrack.tracking",
    "types": "nbtrack.models.schema",
    "utils": "nbtrack.mlflow_utils",
    "wandb": "nbtrack.wandb",
    "xgboost": "nbtrack.flavors.xgboost",
}

_WITH_CARDS = frozenset(("auto_run", "track"))
"""What creates runs with cards in marimo, which has no magics."""

__all__ = [  # noqa: PLE0604 - ruff can't see that every unpacked item is text
    "__version__",
    "load_ipython_extension",
    "unload_ipython_extension",
    *sorted(_MODULES),
    *sorted(_NAMES),
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _MODULES:
        found: Any = import_module(_MODULES[name])
    elif name in _NAMES:
        found = getattr(import_module(_NAMES[name]), name)
        if name in _WITH_CARDS and "marimo" in sys.modules:
            import_module("nbtrack.notebook.marimo_cards").install()
    else:
        raise AttributeError(_no_attribute(name))
    globals()[name] = found
    return found


def _no_attribute(name: str) -> str:
    from nbtrack.as_mlflow.missing import explanation, is_of_mlflow

    return explanation(f"mlflow.{name}") if is_of_mlflow(name) else f"module 'nbtrack' has no attribute {name!r}"


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics: ``%load_ext nbtrack``."""
    from nbtrack.as_mlflow import install_if_requested
    from nbtrack.notebook import rich_display
    from nbtrack.notebook.session import greet, load

    install_if_requested()
    load(shell)
    rich_display.install(shell)
    greet()


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Remove everything that `load_ipython_extension` registered: ``%unload_ext nbtrack``."""
    from nbtrack.notebook import rich_display
    from nbtrack.notebook.session import unload

    rich_display.remove(shell)
    unload(shell)
