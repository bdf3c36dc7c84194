"""The callback that logs a training of Lightning: metrics of epochs and steps, the optimizer, checkpoints."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack.autologging.lightning_checkpoints import Checkpoints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.autologging.training import Training

_MARK = "logs_to_nbtrack"


def add(package: Any, trainer: Any, job: Training) -> None:
    """Make a trainer log to a run, replacing the callback of earlier training."""
    ours = _callback(package, job)
    trainer.callbacks = [*(each for each in trainer.callbacks if not hasattr(each, _MARK)), ours]


def _callback(package: Any, job: Training) -> Any:
    """Return a callback of the package that the trainer is from, of which there are two."""

    class Log(package.Callback):
        """Logs a training; in a copy, or in another process, it does nothing."""

        logs_to_nbtrack = True

        def __init__(self) -> None:
            self.recorder = TrainerLog(job)

        def __reduce__(self) -> tuple[type, tuple[()]]:
            return package.Callback, ()

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            job.attempt(self.recorder.start, trainer)

        def on_train_batch_end(self, trainer: Any, *others: Any) -> None:
            if job.options.log_every_n_step:
                job.attempt(self.recorder.step, trainer)

        def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
            job.attempt(self.recorder.epoch, trainer)

        def on_train_end(self, trainer: Any, pl_module: Any) -> None:
            job.attempt(self.recorder.finish)

        def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
            job.attempt(self.recorder.finish)

        def on_test_end(self, trainer: Any, pl_module: Any) -> None:
            job.attempt(self.recorder.test, trainer)

    return Log()


class TrainerLog:
    """What is logged of one training."""

    def __init__(self, job: Training) -> None:
        self._job, self._options = job, job.options
        self._of_steps: set[str] = set()
        self._of_epochs: set[str] = set()
        self._checkpoints: Checkpoints | None = None

    def start(self, trainer: Any) -> None:
        """Log the settings of the first optimizer."""
        self._job.tags({"Mode": "training"})
        params: dict[str, Any] = {"epochs": trainer.max_epochs}
        if trainer.optimizers:
            first = trainer.optimizers[0]
            optimizer = getattr(first, "_optimizer", first)
            params |= {"optimizer_name": type(optimizer).__name__, **optimizer.defaults}
        self._job.params(params)

    def step(self, trainer: Any) -> None:
        """Log the metrics that belong to a step."""
        metrics = trainer.callback_metrics
        own = {key for key in metrics if key not in self._of_epochs and f"{key}_step" not in metrics}
        self._of_steps |= own
        batch = trainer.global_step // max(1, len(trainer.optimizers))
        if not trainer.sanity_checking and (batch + 1) % self._options.log_every_n_step == 0:
            self._log(metrics, own, trainer.global_step)

    def epoch(self, trainer: Any) -> None:
        """Log the metrics of an epoch, and its checkpoint."""
        metrics = trainer.callback_metrics
        own = metrics.keys() - self._of_steps
        self._of_epochs |= own
        if (trainer.current_epoch + 1) % self._options.log_every_n_epoch == 0:
            self._log(metrics, own, trainer.current_epoch)
        if self._wants_checkpoints(trainer):
            self._checkpoints = self._checkpoints or Checkpoints(self._job)
            self._checkpoints.save(trainer)

    def finish(self) -> None:
        """Log what is pending when the training has ended or was interrupted."""
        if self._checkpoints is not None:
            self._checkpoints.finish()
            self._checkpoints = None

    def test(self, trainer: Any) -> None:
        """Log the metrics of a test that follows the training."""
        self._job.tags({"Mode": "testing"})
        self._log(trainer.callback_metrics, trainer.callback_metrics, 0)

    def _wants_checkpoints(self, trainer: Any) -> bool:
        """Return whether checkpoints are logged: in one process, and unless a callback of the user does it."""
        from nbtrack.autologging.lightning_checkpoint_callback import MlflowModelCheckpointCallback as OfUser

        alone = trainer.world_size == 1 and not any(isinstance(each, OfUser) for each in trainer.callbacks)
        return self._options.checkpoint and alone

    def _log(self, metrics: Any, names: Iterable[str], step: int) -> None:
        values = {name: float(metrics[name]) for name in sorted(names)}
        if values:
            self._job.metrics(values, step)


class Forward:
    """Observes the first input and output of a module: its signature."""

    def __init__(self, module: Any) -> None:
        self._module, self._seen = module, None
        original = module.forward

        def forward(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            if self._seen is None and len(args) == 1 and not kwargs:
                self._seen = self._arrays(args[0], result)
            return result

        module.forward = forward

    @staticmethod
    def _arrays(*tensors: Any) -> Any:
        """Return tensors as arrays; an empty tuple for anything else."""
        import torch

        if not all(isinstance(each, torch.Tensor) for each in tensors):
            return ()
        return tuple(each.detach().cpu().numpy() for each in tensors)

    def restore(self) -> None:
        """Restore the module's own method."""
        with suppress(AttributeError):
            del self._module.forward

    def signature(self) -> Any:
        """Return the signature, or None when it is unknown."""
        from nbtrack.models import infer_signature

        return infer_signature(*self._seen) if self._seen else None
