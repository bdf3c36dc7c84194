"""Autologging of Keras 3, by the keys of MLflow's.

https://mlflow.org/docs/latest/ml/deep-learning/keras/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.autologging import call_arguments, inputs
from nbtrack.autologging.patching import when_imported, wrap
from nbtrack.autologging.training import Training, training

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
        given["callbacks"] = _with(given.get("callbacks"), _callback(job))
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


def _with(callbacks: Any, ours: Any) -> Any:
    """Return the callbacks of a training with one more; the user's own list is unchanged."""
    if hasattr(callbacks, "append") and hasattr(callbacks, "callbacks"):
        callbacks.append(ours)
        return callbacks
    several: Iterable[Any] = callbacks if isinstance(callbacks, list | tuple) else [callbacks] if callbacks else []
    return [*several, ours]


def _callback(job: Training) -> Any:
    import keras

    class Log(keras.callbacks.Callback):
        """Logs the metrics of epochs or steps."""

        def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
            job.attempt(_log_model_settings, job, self.model)

        def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
            if logs and job.options.log_every_n_steps is None:
                job.attempt(job.metrics, logs, epoch)

        def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
            every = job.options.log_every_n_steps
            step = int(self.model.optimizer.iterations) if every else 0
            if logs and every and step % every == 0:
                job.attempt(job.metrics, logs, step)

        def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
            if logs:
                job.attempt(job.metrics, {f"validation_{key}": value for key, value in logs.items()})

    return Log()


def _log_model_settings(job: Training, model: Any) -> None:
    job.params({f"optimizer_{key}": value for key, value in model.optimizer.get_config().items()})
    lines: list[str] = []
    model.summary(print_fn=lambda line, *_, **__: lines.append(line))
    job.client.log_text(job.run_id, "\n".join(lines), "model_summary.txt")


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
