"""``nbtrack.keras``: models and autologging of Keras 3, and a callback, `MlflowCallback`."""

from typing import Any

from nbtrack.autologging import autolog_of
from nbtrack.models.keras import load_model, log_model, save_model
from nbtrack.models.requirements import defaults_of

__all__ = [
    "MlflowCallback",  # noqa: F822 - see `__getattr__`
    "autolog",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "load_model",
    "log_model",
    "save_model",
]

autolog = autolog_of("keras")
get_default_pip_requirements, get_default_conda_env = defaults_of("keras")


def __getattr__(name: str) -> Any:
    """Return the callback, for which Keras is imported."""
    if name == "MlflowCallback":
        from nbtrack.autologging.keras_callback import MlflowCallback

        return MlflowCallback
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
