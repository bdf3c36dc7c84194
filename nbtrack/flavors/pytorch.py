"""``nbtrack.pytorch``: models of PyTorch, and autologging of Lightning and of writers of TensorBoard's.

States and checkpoints are logged and loaded by `log_state_dict`, `load_state_dict` and `load_checkpoint`; without
autologging, `MlflowModelCheckpointCallback` logs the checkpoints of a training.
"""

from typing import Any

from nbtrack.autologging import autolog_of
from nbtrack.models.pytorch import load_model, log_model, save_model
from nbtrack.models.pytorch_state import load_checkpoint, load_state_dict, log_state_dict, save_state_dict
from nbtrack.models.requirements import defaults_of

__all__ = [
    "MlflowModelCheckpointCallback",  # noqa: F822 - see `__getattr__`
    "autolog",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "load_checkpoint",
    "load_model",
    "load_state_dict",
    "log_model",
    "log_state_dict",
    "save_model",
    "save_state_dict",
]

autolog = autolog_of("pytorch")
get_default_pip_requirements, get_default_conda_env = defaults_of("torch", "cloudpickle")


def __getattr__(name: str) -> Any:
    """Return the callback, for which Lightning is imported."""
    if name == "MlflowModelCheckpointCallback":
        from nbtrack.autologging.lightning_checkpoint_callback import MlflowModelCheckpointCallback

        return MlflowModelCheckpointCallback
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
