"""What can be chosen of autologging, for each library by the names of MLflow's."""

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
    """Whether trainings inside a run that the user has started are left alone."""
    silent: bool = False
    extra_tags: Mapping[str, str] | None = None
    max_tuning_runs: int = 5
    """scikit-learn: how many candidates of a search become child runs."""
    log_post_training_metrics: bool = True
    """scikit-learn: whether metrics that are computed after a training are logged."""
    serialization_format: str | None = None
    """scikit-learn: how the model is saved, see `nbtrack.sklearn.save_model`."""
    pos_label: Any = None
    """scikit-learn: the class that precision, recall and F1 of a classifier of two classes are of."""
    importance_types: Sequence[str] | None = None
    """XGBoost: the kinds of importance of features, by default ``weight``."""
    model_format: str = "ubj"
    """XGBoost: how the model is saved, see `nbtrack.xgboost.save_model`."""


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
}
_WITHOUT_EFFECT = ("disable_for_unsupported_versions",)
"""Accepted for compatibility: no version of a library is refused."""
_OF_REGISTRY = "registered_model_name"


def read(library: str, given: Mapping[str, Any]) -> Options:
    """Return the options of one library.

    Raises
    ------
    InvalidValue
        When the library has no such option; the message lists those that it has.
    Unsupported
        When models are to be registered: nbtrack has no registry.
    """
    known = (*_SHARED, *_OWN.get(library, ()))
    unknown = sorted(given.keys() - {*known, *_WITHOUT_EFFECT, _OF_REGISTRY})
    if unknown:
        raise InvalidValue(f"The autologging of {library} has no option {unknown[0]!r}; it has {', '.join(known)}")
    if given.get(_OF_REGISTRY):
        raise Unsupported(f"nbtrack has no model registry: omit {_OF_REGISTRY}")
    return Options(**{name: given[name] for name in known if name in given})
