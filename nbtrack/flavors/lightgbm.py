"""``nbtrack.lightgbm``: models and autologging of LightGBM."""

from nbtrack.autologging import autolog_of
from nbtrack.models.lightgbm import load_model, log_model, save_model

__all__ = ["autolog", "load_model", "log_model", "save_model"]

autolog = autolog_of("lightgbm")
