"""The callback that logs a training of Lightning: metrics of epochs and steps, the optimizer, checkpoints."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.autologging.training import Training

LATEST_CHECKPOINT = "mlflow.latest_checkpoint_artifact"
"""The tag that has the path of the last checkpoint."""
_MARK = "logs_to_nbtrack"


def add(package: Any, trainer: Any, job: Training) -> None:
    """Have a trainer log to a run: its callback of an earlier training is replaced."""
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

        def on_test_end(self, trainer: Any, pl_module: Any) -> None:
            job.attempt(self.recorder.test, trainer)

    return Log()


class TrainerLog:
    """What is logged of one training."""

    def __init__(self, job: Training) -> None:
        self._job, self._options = job, job.options
        self._of_steps: set[str] = set()
        self._of_epochs: set[str] = set()
        self._best: float | None = None

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
        if self._options.checkpoint and trainer.world_size == 1:
            self._job.attempt(self._log_checkpoint, trainer)

    def test(self, trainer: Any) -> None:
        """Log the metrics of a test that follows the training."""
        self._job.tags({"Mode": "testing"})
        self._log(trainer.callback_metrics, trainer.callback_metrics, 0)

    def _log(self, metrics: Any, names: Iterable[str], step: int) -> None:
        values = {name: float(metrics[name]) for name in sorted(names)}
        if values:
            self._job.metrics(values, step)

    def _log_checkpoint(self, trainer: Any) -> None:
        """Log the state of a training, if it is the best so far or every one is wanted."""
        metrics = {key: float(value) for key, value in trainer.callback_metrics.items()}
        best_only, weights = self._options.checkpoint_save_best_only, self._options.checkpoint_save_weights_only
        if best_only and not self._is_best(metrics):
            return
        folder = "checkpoints" if best_only else f"checkpoints/epoch_{trainer.current_epoch}"
        prefix = "latest_" if best_only else ""
        name = f"{prefix}checkpoint{'.weights' if weights else ''}.pth"
        described = {**metrics, "epoch": trainer.current_epoch, "global_step": trainer.global_step}
        client, run_id = self._job.client, self._job.run_id
        client.log_text(run_id, json.dumps(described), f"{folder}/{prefix}checkpoint_metrics.json")
        with tempfile.TemporaryDirectory(prefix="nbtrack-checkpoint-") as temporary:
            path = Path(temporary) / name
            trainer.save_checkpoint(path, weights_only=weights)
            client.log_artifact(run_id, path, folder)
        self._job.tags({LATEST_CHECKPOINT: f"{folder}/{name}"})

    def _is_best(self, metrics: dict[str, float]) -> bool:
        found = metrics.get(self._options.checkpoint_monitor)
        if found is None:
            return False
        lower = self._options.checkpoint_mode == "min"
        is_best = self._best is None or (found < self._best if lower else found > self._best)
        self._best = found if is_best else self._best
        return is_best


class Forward:
    """Sees what a module is given first, and what it returns: its signature."""

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
        """Give the module its own method back."""
        with suppress(AttributeError):
            del self._module.forward

    def signature(self) -> Any:
        """Return the signature, or None when it is not known."""
        from nbtrack.models import infer_signature

        return infer_signature(*self._seen) if self._seen else None
