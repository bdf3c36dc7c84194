"""Autologging of Keras 3, by the keys of MLflow's.

https://mlflow.org/docs/latest/ml/deep-learning/keras/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.autologging import call_arguments, inputs
from nbtrack.autologging.patching import when_imported, wrap
from nbtrack.autologging.training import Training, training

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LIBRARY = "keras"
_NO_SETTINGS = ("x", "y", "callbacks", "validation_data", "verbose", "batch_size")


def install() -> None:
    """Log every model that is fitted from now on."""
    when_imported(LIBRARY, "keras", _wrap_all)


def _wrap_all() -> None:
    import keras

    owner = next(kind for kind in keras.Model.__mro__ if "fit" in vars(kind))
    wrap(LIBRARY, owner, "fit", _fitted)


def _fitted(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Fit a model, and log it."""
    with training(LIBRARY) as job:
        if job is None:
            return original(*args, **kwargs)
        given = call_arguments.named(original, args, kwargs)
        job.attempt(_before, job, original, args, kwargs)
        given["callbacks"] = _with_log(given.get("callbacks"), job)
        history = original(**given)
        if job.options.log_models:
            job.attempt(_log_model, job, given["self"], given["x"])
        return history


def _before(job: Training, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    given = call_arguments.named(original, args, kwargs)
    size = given.get("batch_size") or getattr(given["x"], "batch_size", None)
    fit = call_arguments.settings(original, args, kwargs, _NO_SETTINGS)
    job.params({**({} if size is None else {"batch_size": size}), **fit})
    if job.options.log_datasets:
        job.attempt(inputs.log, job.target, given["x"], inputs.TRAIN, None, given.get("y"))
        held_out = given.get("validation_data")
        if isinstance(held_out, tuple) and len(held_out) >= 2:
            job.attempt(inputs.log, job.target, held_out[0], inputs.EVAL, None, held_out[1])


def _with_log(callbacks: Any, job: Training) -> Any:
    """Return the callbacks of a training with one that logs it, unless one does; the user's own list is unchanged."""
    from nbtrack.autologging.keras_callback import MlflowCallback, TrainingLog

    several: Iterable[Any] = callbacks if isinstance(callbacks, list | tuple) else [callbacks] if callbacks else []
    if any(isinstance(each, MlflowCallback) for each in getattr(callbacks, "callbacks", several)):
        return callbacks
    ours = TrainingLog(job)
    if hasattr(callbacks, "append") and hasattr(callbacks, "callbacks"):
        callbacks.append(ours)
        return callbacks
    return [*several, ours]


def _log_model(job: Training, model: Any, data: Any) -> None:
    from nbtrack.models.keras import log_model

    few = data[:5] if job.options.log_input_examples and hasattr(data, "__getitem__") else None
    signature = _signature(model) if job.options.log_model_signatures else None
    kwargs = job.options.save_model_kwargs
    log_model(model, name="model", signature=signature, input_example=few, save_model_kwargs=kwargs)


def _signature(model: Any) -> Any:
    """Return the signature that the shapes and types of a model give; the first dimension is the batch."""
    import numpy as np

    from nbtrack.models import ModelSignature
    from nbtrack.models.schema import Schema, TensorSpec

    def schema(shapes: Any, kind: str) -> Schema:
        several = shapes if isinstance(shapes, list) else [shapes]
        return Schema(
            [TensorSpec(np.dtype(kind), tuple(-1 if size is None else size for size in each)) for each in several]
        )

    return ModelSignature(schema(model.input_shape, model.input_dtype), schema(model.output_shape, model.compute_dtype))
