"""``nbtrack.xgboost``: models and autologging of XGBoost."""

from nbtrack.autologging import autolog_of
from nbtrack.models.xgboost import load_model, log_model, save_model

__all__ = ["autolog", "load_model", "log_model", "save_model"]

autolog = autolog_of("xgboost")
