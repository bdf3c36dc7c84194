"""The active model: the logged model that metrics measure without naming it."""

from __future__ import annotations

import threading

from nbtrack import process, settings


class ActiveModels:
    """The active model of each thread; without one, that of the environment."""

    def __init__(self) -> None:
        self.of_environment = settings.current().active_model_id
        self.of_thread = threading.local()
        self.used = self.of_environment is not None
        """Whether this process has ever had an active model."""

    def current(self) -> str | None:
        """Return the id of the active model, or None."""
        return getattr(self.of_thread, "model_id", None) or self.of_environment

    def activate(self, model_id: str | None) -> None:
        """Make a model the active one of this thread; None clears it."""
        self.of_thread.model_id = model_id
        self.used = True


def get_active_model_id() -> str | None:
    """Return the id of the active model, which ``MLFLOW_ACTIVE_MODEL_ID`` may name; None without one."""
    return process.state(ActiveModels).current()


def clear_active_model() -> None:
    """Stop metrics from measuring a model by default: the one that was set, and that of the environment."""
    models = process.state(ActiveModels)
    models.of_environment = None
    models.activate(None)
