"""``nbtrack.statsmodels``: models and autologging of statsmodels."""

from nbtrack.autologging import autolog_of
from nbtrack.models.requirements import defaults_of
from nbtrack.models.statsmodels import load_model, log_model, save_model

__all__ = [
    "autolog",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "load_model",
    "log_model",
    "save_model",
]

autolog = autolog_of("statsmodels")
get_default_pip_requirements, get_default_conda_env = defaults_of("statsmodels")
