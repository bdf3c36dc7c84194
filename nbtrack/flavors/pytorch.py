"""``nbtrack.pytorch``: models of PyTorch, and autologging of Lightning and of writers of TensorBoard's."""

from nbtrack.autologging import autolog_of
from nbtrack.models.pytorch import load_model, log_model, save_model

__all__ = ["autolog", "load_model", "log_model", "save_model"]

autolog = autolog_of("pytorch")
