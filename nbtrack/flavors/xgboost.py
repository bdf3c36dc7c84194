"""``nbtrack.xgboost``: models and autologging of XGBoost."""

from nbtrack.autologging import autolog_of
from nbtrack.models.requirements import defaults_of
from nbtrack.models.xgboost import load_model, log_model, save_model

__all__ = [
    "autolog",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "load_model",
    "log_model",
    "save_model",
]

autolog = autolog_of("xgboost")
get_default_pip_requirements, get_default_conda_env = defaults_of("xgboost", "xgboost-cpu")
