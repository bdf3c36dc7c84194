"""The options of autologging of each library, by MLflow's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import InvalidValue, Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Options(NamedTuple):
    """What is logged of a library's trainings."""

    log_models: bool = True
    log_datasets: bool = True
    log_model_signatures: bool = True
    log_input_examples: bool = False
    exclusive: bool = False
    """Whether to skip training inside a run that the user has started."""
    silent: bool = False
    extra_tags: Mapping[str, str] | None = None
    max_tuning_runs: int = 5
    """scikit-learn: how many candidates of a search become child runs."""
    log_post_training_metrics: bool = True
    """scikit-learn: whether metrics that are computed after a training are logged."""
    serialization_format: str | None = None
    """scikit-learn: how the model is saved, see `nbtrack.sklearn.save_model`."""
    pos_label: Any = None
    """scikit-learn: the positive class for precision, recall and F1 of a binary classifier."""
    importance_types: Sequence[str] | None = None
    """XGBoost: the kinds of importance of features, by default ``weight``."""
    model_format: str = "ubj"
    """XGBoost: how the model is saved, see `nbtrack.xgboost.save_model`."""
    log_every_n_steps: int | None = None
    """Keras: log metrics every so many batches instead of every epoch."""
    save_model_kwargs: Mapping[str, Any] | None = None
    """Keras: arguments of ``model.save``."""
    log_every_n_epoch: int = 1
    """Lightning: log metrics every so many epochs."""
    log_every_n_step: int | None = None
    """Lightning: also log metrics every so many batches. TensorBoard writers: log every so many steps."""
    checkpoint: bool = True
    """Lightning: whether the best checkpoint is an artifact."""
    checkpoint_monitor: str = "val_loss"
    """Lightning: the metric that determines the best checkpoint."""
    checkpoint_mode: str = "min"
    """Lightning: ``min`` or ``max``, the better direction."""
    checkpoint_save_best_only: bool = True
    """Lightning: whether only the best checkpoint is kept, instead of one for each epoch."""
    checkpoint_save_weights_only: bool = False
    """Lightning: whether checkpoints have the weights only, without the state of the training."""


_SHARED = (
    "log_models",
    "log_datasets",
    "log_model_signatures",
    "log_input_examples",
    "exclusive",
    "silent",
    "extra_tags",
)
_OWN: dict[str, tuple[str, ...]] = {
    "sklearn": ("max_tuning_runs", "log_post_training_metrics", "serialization_format", "pos_label"),
    "xgboost": ("importance_types", "model_format"),
    "keras": ("log_every_n_steps", "save_model_kwargs"),
    "pytorch": (
        "log_every_n_epoch",
        "log_every_n_step",
        "checkpoint",
        "checkpoint_monitor",
        "checkpoint_mode",
        "checkpoint_save_best_only",
        "checkpoint_save_weights_only",
    ),
}
_WITHOUT_EFFECT = {"disable_for_unsupported_versions": None, "log_every_epoch": "keras"}
"""Accepted for compatibility, by one library or all: no version is refused, and `log_every_n_steps` decides alone."""
_ABSENT = {
    "registered_model_name": "nbtrack has no model registry",
    "save_exported_model": "exported models are TensorFlow's",
}
"""MLflow's options that nbtrack can't support, and why."""


def read(library: str, given: Mapping[str, Any]) -> Options:
    """Return the options of one library.

    Raises
    ------
    InvalidValue
        When the library has no such option; the message lists those that it has.
    Unsupported
        When models are to be registered or exported.
    """
    known = (*_SHARED, *_OWN.get(library, ()))
    ignored = {name for name, of in _WITHOUT_EFFECT.items() if of in {None, library}}
    unknown = sorted(given.keys() - {*known, *ignored, *_ABSENT})
    if unknown:
        raise InvalidValue(f"The autologging of {library} has no option {unknown[0]!r}; it has {', '.join(known)}")
    for name in sorted(given.keys() & _ABSENT.keys()):
        if given[name]:
            raise Unsupported(f"{name} is not supported, {_ABSENT[name]}: omit it")
    return Options(**{name: given[name] for name in known if name in given})
