"""Autologging of Lightning, by the keys of MLflow's.

https://mlflow.org/docs/latest/ml/deep-learning/pytorch/
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbtrack.autologging import call_arguments, lightning_callback
from nbtrack.autologging.patching import when_imported, wrap
from nbtrack.autologging.training import Training, training

if TYPE_CHECKING:
    from collections.abc import Callable

LIBRARY = "pytorch"
MODULES = ("lightning.pytorch", "pytorch_lightning")
_STOPPING = ("monitor", "mode", "patience", "min_delta", "stopped_epoch")


def install() -> None:
    """Log every training of a trainer from now on."""
    for module in MODULES:
        when_imported(LIBRARY, module, partial(_wrap, module))


def _wrap(module: str) -> None:
    wrap(LIBRARY, import_module(module).Trainer, "fit", _fitted)


def _fitted(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Train a module, and log it; only the first of several processes does."""
    trainer = args[0]
    if getattr(trainer, "global_rank", 0) != 0:
        return original(*args, **kwargs)
    with training(LIBRARY) as job:
        if job is None:
            return original(*args, **kwargs)
        package = import_module(type(trainer).__module__.partition(".trainer")[0])
        module = call_arguments.named(original, args, kwargs)["model"]
        job.attempt(_log_stopping, job, _early_stopping(package, trainer))
        forward = lightning_callback.Forward(module) if _wants_signature(job) else None
        job.attempt(lightning_callback.add, package, trainer, job)
        try:
            result = original(*args, **kwargs)
        finally:
            if forward is not None:
                forward.restore()
        job.attempt(_after, job, package, trainer, module, forward)
        return result


def _wants_signature(job: Training) -> bool:
    return job.options.log_models and job.options.log_model_signatures


def _early_stopping(package: Any, trainer: Any) -> Any:
    kind = package.callbacks.EarlyStopping
    return next((each for each in trainer.callbacks if isinstance(each, kind)), None)


def _log_stopping(job: Training, stopping: Any) -> None:
    if stopping is not None:
        job.params({name: getattr(stopping, name) for name in _STOPPING if hasattr(stopping, name)})


def _after(job: Training, package: Any, trainer: Any, module: Any, forward: lightning_callback.Forward | None) -> None:
    job.attempt(_log_stopped, job, _early_stopping(package, trainer))
    job.attempt(_log_summary, job, package, module)
    if job.options.log_models:
        job.attempt(_log_model, job, module, forward)


def _log_stopped(job: Training, stopping: Any) -> None:
    """Log when early stopping has ended a training, and what was the best."""
    if stopping is None or stopping.stopped_epoch == 0:
        return
    restored = stopping.stopped_epoch - max(1, stopping.patience)
    found = {"stopped_epoch": stopping.stopped_epoch, "restored_epoch": restored}
    job.metrics({**found, "best_score": float(stopping.best_score), "wait_count": stopping.wait_count})


def _log_summary(job: Training, package: Any, module: Any) -> None:
    summary = package.utilities.model_summary.ModelSummary(module, max_depth=-1)
    job.client.log_text(job.run_id, str(summary), "model_summary.txt")


def _log_model(job: Training, module: Any, forward: lightning_callback.Forward | None) -> None:
    from nbtrack.models.pytorch import log_model

    log_model(module, name="model", signature=None if forward is None else forward.signature())
