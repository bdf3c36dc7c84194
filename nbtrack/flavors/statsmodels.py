"""``nbtrack.statsmodels``: models and autologging of statsmodels."""

from nbtrack.autologging import autolog_of
from nbtrack.models.statsmodels import load_model, log_model, save_model

__all__ = ["autolog", "load_model", "log_model", "save_model"]

autolog = autolog_of("statsmodels")
