"""A logger for Lightning, by either of its names: ``lightning`` or ``pytorch_lightning``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

try:
    from lightning.pytorch.loggers.logger import Logger, rank_zero_experiment
    from lightning.pytorch.utilities import rank_zero_only
except ImportError:
    from pytorch_lightning.loggers.logger import Logger, rank_zero_experiment
    from pytorch_lightning.utilities import rank_zero_only

from nbtrack.integrations.callback_run import CallbackRun

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUS = {"success": "FINISHED", "finished": "FINISHED", "failed": "FAILED"}


class NbtrackLogger(Logger):
    """Logs the hyperparameters and metrics of a training: ``Trainer(logger=NbtrackLogger())``.

    Parameters
    ----------
    run_name : str, optional
        The name of a new run, if there is none to log to.
    log_checkpoints : bool
        Whether to log the best and the last checkpoint as artifacts when the training has ended.
    """

    def __init__(self, run_name: str | None = None, *, log_checkpoints: bool = False) -> None:
        super().__init__()
        self._run_name, self._log_checkpoints = run_name, log_checkpoints
        self._run: CallbackRun | None = None
        self._checkpoints: Any = None

    @property
    def name(self) -> str:
        """The name of the folder of checkpoints: the experiment of the run."""
        return self._opened().experiment_id

    @property
    def version(self) -> str:
        """The name of the folder below it: the run."""
        return self._opened().run_id

    @property
    @rank_zero_experiment
    def experiment(self) -> CallbackRun:
        """The run: its `client` and `run_id` log anything else."""
        return self._opened()

    def _opened(self) -> CallbackRun:
        if self._run is None:
            self._run = CallbackRun(self._run_name)
        return self._run

    @rank_zero_only
    def log_hyperparams(self, params: Any, *_: object, **__: object) -> None:
        """Log hyperparameters as parameters."""
        self._opened().log_params(params if hasattr(params, "items") else vars(params))

    @rank_zero_only
    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Log metrics at a step."""
        self._opened().log_metrics(metrics, step)

    def after_save_checkpoint(self, checkpoint_callback: Any) -> None:
        """Remember where the checkpoints are."""
        self._checkpoints = checkpoint_callback

    @rank_zero_only
    def finalize(self, status: str) -> None:
        """Log the checkpoints if that was wanted, and end the run if it was started for this logger."""
        if self._run is None:
            return
        if self._log_checkpoints and self._checkpoints is not None:
            files = {self._checkpoints.best_model_path, self._checkpoints.last_model_path}
            for path in sorted(filter(None, files)):
                self._run.client.log_artifact(self._run.run_id, path, "checkpoints")
        self._run.end(STATUS.get(status, "KILLED"))
        self._run = None
