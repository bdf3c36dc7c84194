"""The callbacks that log a training of Keras 3: of autologging, and by MLflow's name for your own calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras.callbacks import Callback

from nbtrack.autologging.options import Options
from nbtrack.autologging.training import Training
from nbtrack.errors import InvalidValue
from nbtrack.tracking import fluent
from nbtrack.tracking.lifecycle import get_or_start_run

if TYPE_CHECKING:
    from collections.abc import Mapping


class TrainingLog(Callback):
    """Logs the optimizer and a summary of the model, and the metrics of epochs or steps.

    Parameters
    ----------
    job : Training, optional
        Where to; without it the class that inherits makes one before anything is logged.
    """

    def __init__(self, job: Training | None = None) -> None:
        super().__init__()
        self._job = job

    @property
    def job(self) -> Training:
        """The training that is logged."""
        if self._job is None:
            self._job = self._new_job()
        return self._job

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Log the optimizer and a summary of the model."""
        self.job.attempt(self._log_model_settings)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log the metrics of an epoch."""
        if logs and self.job.options.log_every_n_steps is None:
            self.job.attempt(self._log_metrics, logs, epoch)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log the metrics of every so many steps."""
        every = self.job.options.log_every_n_steps
        step = int(self.model.optimizer.iterations) if every else 0
        if logs and every and step % every == 0:
            self.job.attempt(self._log_metrics, logs, step)

    def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Log the metrics of an evaluation."""
        if logs:
            self.job.attempt(self._log_metrics, {f"validation_{key}": value for key, value in logs.items()})

    def _new_job(self) -> Training:
        """Return the training to log to; a class whose objects are created without one overrides this."""
        raise NotImplementedError

    def _log_metrics(self, values: Mapping[str, Any], step: int = 0) -> None:
        self.job.metrics(values, step)

    def _log_model_settings(self) -> None:
        job = self.job
        job.params({f"optimizer_{key}": value for key, value in self.model.optimizer.get_config().items()})
        lines: list[str] = []
        self.model.summary(print_fn=lambda line, *_, **__: lines.append(line))
        job.client.log_text(job.run_id, "\n".join(lines), "model_summary.txt")


class MlflowCallback(TrainingLog):
    """Logs a training to the active run: ``model.fit(..., callbacks=[nbtrack.keras.MlflowCallback()])``.

    It logs the optimizer, a summary of the model and its metrics; a run is started where there is none. Autologging
    leaves the metrics of such a training to it.

    Parameters
    ----------
    log_every_epoch : bool
        Whether metrics are logged after each epoch.
    log_every_n_steps : int, optional
        Every so many batches metrics are logged, in place of every epoch.
    model_id : str, optional
        The logged model that the metrics measure.

    Raises
    ------
    InvalidValue
        When both or neither of epochs and steps are wanted.
    """

    def __init__(
        self, log_every_epoch: bool = True, log_every_n_steps: int | None = None, model_id: str | None = None
    ) -> None:
        super().__init__()
        if log_every_epoch == (log_every_n_steps is not None):
            raise InvalidValue("log_every_n_steps must be given if log_every_epoch=False, and only then")
        self._every, self._model_id = log_every_n_steps, model_id

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Log to the run that is active now."""
        self._job = None
        super().on_train_begin(logs)

    def _new_job(self) -> Training:
        return Training(get_or_start_run(), Options(log_every_n_steps=self._every))

    def _log_metrics(self, values: Mapping[str, Any], step: int = 0) -> None:
        numbers = {key: float(value) for key, value in values.items()}
        fluent.log_metrics(numbers, step, run_id=self.job.run_id, model_id=self._model_id)
