"""A callback for Keras 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras.callbacks import Callback

from nbtrack.integrations.callback_run import CallbackRun

if TYPE_CHECKING:
    from collections.abc import Mapping


class NbtrackCallback(Callback):
    """Logs optimizer, summary and the metrics of each epoch: ``model.fit(..., callbacks=[NbtrackCallback()])``.

    Parameters
    ----------
    run_name : str, optional
        The name of a new run, if there is none to log to.
    """

    def __init__(self, run_name: str | None = None) -> None:
        super().__init__()
        self._run_name = run_name
        self._run: CallbackRun | None = None

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Open the run; log the parameters of the training and the summary of the model."""
        self._run = CallbackRun(self._run_name)
        fit = {key: value for key, value in (self.params or {}).items() if key != "verbose" and value is not None}
        optimizer = getattr(self.model, "optimizer", None)
        self._run.log_params({**fit, "optimizer": optimizer.get_config() if optimizer is not None else {}})
        lines: list[str] = []
        self.model.summary(print_fn=lambda line, *_, **__: lines.append(line))
        self._run.client.log_text(self._run.run_id, "\n".join(lines), "model_summary.txt")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log the metrics of an epoch; its number, from 0, is the step."""
        if self._run is not None:
            self._run.log_metrics(logs or {}, epoch)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """End the run if it was started for this callback."""
        if self._run is not None:
            self._run.end()
            self._run = None
