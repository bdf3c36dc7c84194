"""``nbtrack.keras``: models and autologging of Keras 3."""

from nbtrack.autologging import autolog_of
from nbtrack.models.keras import load_model, log_model, save_model

__all__ = ["autolog", "load_model", "log_model", "save_model"]

autolog = autolog_of("keras")
