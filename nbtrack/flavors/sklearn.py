"""``nbtrack.sklearn``: models and autologging of scikit-learn."""

from nbtrack.autologging import autolog_of
from nbtrack.models.sklearn import load_model, log_model, save_model

__all__ = ["autolog", "load_model", "log_model", "save_model"]

autolog = autolog_of("sklearn")
