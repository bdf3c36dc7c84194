"""A callback for the Trainer of transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from nbtrack.integrations.callback_run import CallbackRun


class NbtrackCallback(TrainerCallback):
    """Logs arguments, model configuration and metrics of a training: ``Trainer(..., callbacks=[NbtrackCallback()])``.

    Parameters
    ----------
    log_checkpoints : bool
        Whether to log each checkpoint as artifacts.
    """

    def __init__(self, *, log_checkpoints: bool = False) -> None:
        self._log_checkpoints = log_checkpoints
        self._run: CallbackRun | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **_: object) -> None:
        """Open the run, and log the parameters."""
        if not state.is_world_process_zero:
            return
        self._run = CallbackRun(args.run_name)
        config = getattr(model, "config", None)
        self._run.log_params({**(config.to_dict() if config is not None else {}), **args.to_dict()})

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: object) -> None:
        """Log what the trainer reports at the current step."""
        if self._run is not None:
            self._run.log_metrics(logs or {}, state.global_step)

    def on_save(self, args: Any, state: Any, control: Any, **_: object) -> None:
        """Log a checkpoint, if that was requested."""
        name = f"checkpoint-{state.global_step}"
        if self._run is not None and self._log_checkpoints:
            self._run.client.log_artifacts(self._run.run_id, Path(args.output_dir, name), f"checkpoints/{name}")

    def on_train_end(self, args: Any, state: Any, control: Any, **_: object) -> None:
        """End the run if it was started for this callback."""
        if self._run is not None:
            self._run.end()
            self._run = None
