"""A callback of Lightning that logs checkpoints, by MLflow's name, for trainings without autologging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.autologging.lightning_checkpoints import Checkpoints
from nbtrack.autologging.options import Options
from nbtrack.autologging.training import Training
from nbtrack.errors import InvalidValue
from nbtrack.tracking.lifecycle import get_or_start_run

if TYPE_CHECKING:
    from lightning.pytorch import Callback
else:
    try:
        from lightning.pytorch import Callback
    except ImportError:
        from pytorch_lightning import Callback


class MlflowModelCheckpointCallback(Callback):
    """Logs the checkpoints of a training to the active run, in the folder ``checkpoints``.

    Autologging leaves the checkpoints of such a training to it.

    Parameters
    ----------
    monitor : str
        The metric that tells which checkpoint is the best.
    mode : str
        ``min`` or ``max``, what is better.
    save_best_only : bool
        Whether only the best checkpoint is kept, else each.
    save_weights_only : bool
        Whether checkpoints have the weights only, without the state of the training.
    save_freq : str or int
        ``epoch``, or after how many batches a checkpoint is made.

    Raises
    ------
    InvalidValue
        For another `mode` or `save_freq`.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "min",
        save_best_only: bool = True,
        save_weights_only: bool = False,
        save_freq: str | int = "epoch",
    ) -> None:
        super().__init__()
        if mode not in {"min", "max"}:
            raise InvalidValue(f"mode must be min or max, not {mode!r}")
        if save_freq != "epoch" and not (isinstance(save_freq, int) and save_freq > 0):
            raise InvalidValue(f"save_freq must be 'epoch' or a number of batches, not {save_freq!r}")
        self._every = None if save_freq == "epoch" else int(save_freq)
        self._options = Options(
            checkpoint_monitor=monitor,
            checkpoint_mode=mode,
            checkpoint_save_best_only=save_best_only,
            checkpoint_save_weights_only=save_weights_only,
        )
        self._checkpoints: Checkpoints | None = None

    def on_train_batch_end(self, trainer: Any, *others: Any) -> None:
        """Save a checkpoint after so many batches."""
        if self._every and trainer.global_step > 0 and trainer.global_step % self._every == 0:
            self._save(trainer)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Save a checkpoint after an epoch."""
        if self._every is None:
            self._save(trainer)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Upload what is not uploaded yet."""
        self._finish()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """Upload what is not uploaded yet."""
        self._finish()

    def _save(self, trainer: Any) -> None:
        if trainer.world_size != 1:
            return
        if self._checkpoints is None:
            self._checkpoints = Checkpoints(
                Training(get_or_start_run(), self._options), of_steps=self._every is not None
            )
        self._checkpoints.save(trainer)

    def _finish(self) -> None:
        if self._checkpoints is not None:
            self._checkpoints.finish()
            self._checkpoints = None
