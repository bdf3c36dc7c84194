"""``nbtrack.lightgbm``: models and autologging of LightGBM."""

from nbtrack.autologging import autolog_of
from nbtrack.models.lightgbm import load_model, log_model, save_model
from nbtrack.models.requirements import defaults_of

__all__ = [
    "autolog",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "load_model",
    "log_model",
    "save_model",
]

autolog = autolog_of("lightgbm")
get_default_pip_requirements, get_default_conda_env = defaults_of("lightgbm")
