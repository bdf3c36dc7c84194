"""Autologging of scikit-learn: parameters, scores on the training data, searches, models.

Keys, tags and files are MLflow's: https://mlflow.org/docs/latest/ml/traditional-ml/sklearn/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.autologging import call_arguments, inputs, sklearn_evaluation, sklearn_scores, sklearn_search
from nbtrack.autologging.patching import define, subclasses, when_imported, wrap
from nbtrack.autologging.training import Training, training, within

if TYPE_CHECKING:
    from collections.abc import Callable

LIBRARY = "sklearn"
METHODS = ("fit", "fit_predict", "fit_transform")
PREPARATION = tuple(
    f"sklearn.{each}." for each in ("compose", "feature_extraction", "feature_selection", "impute", "preprocessing")
)
"""Modules whose estimators prepare data: fitting one alone is not training."""


VALIDATION = (
    "cross_validate",
    "cross_val_predict",
    "cross_val_score",
    "learning_curve",
    "permutation_test_score",
    "validation_curve",
)


def install() -> None:
    """Log every estimator of scikit-learn that is fitted from now on."""
    when_imported(LIBRARY, "sklearn.base", _wrap_all)
    when_imported(LIBRARY, "sklearn.metrics", sklearn_evaluation.wrap_metrics)
    when_imported(LIBRARY, "sklearn.model_selection", _wrap_validation)


def _wrap_all() -> None:
    """Wrap the classes that are imported already, and others when they are defined."""
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

    for kind in (ClassifierMixin, RegressorMixin):
        sklearn_evaluation.wrap_methods(kind)
    for kind in subclasses(BaseEstimator):
        _wrap_class(kind)

    def __init_subclass__(cls: type, **given: Any) -> None:  # noqa: N807 - becomes the method of that name
        super(BaseEstimator, cls).__init_subclass__(**given)
        _wrap_class(cls)

    define(LIBRARY, BaseEstimator, "__init_subclass__", classmethod(__init_subclass__))  # type: ignore[arg-type] # mypy wants `cls` positional-only


def _wrap_class(kind: type) -> None:
    if kind.__module__.startswith("sklearn.") and not kind.__module__.startswith(PREPARATION):
        for name in METHODS:
            wrap(LIBRARY, kind, name, _fitted)
        sklearn_evaluation.wrap_methods(kind)


def _wrap_validation() -> None:
    """Do not log what cross-validation fits: its estimators are intermediate."""
    from sklearn import model_selection

    for name in VALIDATION:
        wrap(LIBRARY, model_selection, name, _unlogged)


def _unlogged(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with within():
        return original(*args, **kwargs)


def _fitted(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Fit an estimator, and log it."""
    with training(LIBRARY) as job:
        if job is None:
            return original(*args, **kwargs)
        estimator = args[0]
        job.attempt(_before, job, estimator)
        result = original(*args, **kwargs)
        job.attempt(_after, job, estimator, call_arguments.named(original, args, kwargs))
        return result


def _before(job: Training, estimator: Any) -> None:
    job.params(estimator.get_params(deep=not sklearn_search.is_search(estimator)))
    job.tags(sklearn_search.names(estimator))


def _after(job: Training, estimator: Any, given: dict[str, Any]) -> None:
    data, target = given.get("X"), given.get("y", given.get("Y"))
    job.attempt(sklearn_scores.log, job, estimator, data, target, given.get("sample_weight"))
    if sklearn_search.is_search(estimator):
        job.attempt(sklearn_search.log, job, estimator)
    job.attempt(_log_html, job, estimator)
    if job.options.log_datasets:
        job.attempt(inputs.log, job.target, data, inputs.TRAIN, None, target)
    if job.options.log_models:
        job.attempt(_log_model, job, estimator, data)
    sklearn_evaluation.remember(job, estimator)


def _log_html(job: Training, estimator: Any) -> None:
    from sklearn.utils import estimator_html_repr

    job.client.log_text(job.run_id, estimator_html_repr(estimator), "estimator.html")


def _log_model(job: Training, estimator: Any, data: Any) -> None:
    from nbtrack.models import infer_signature
    from nbtrack.models.sklearn import log_model

    few = data[:5] if hasattr(data, "__getitem__") else None
    signature = None
    if job.options.log_model_signatures and few is not None and hasattr(estimator, "predict"):
        signature = infer_signature(few, estimator.predict(few))
    example = few if job.options.log_input_examples else None
    job.model_id = log_model(
        estimator,
        name="model",
        signature=signature,
        input_example=example,
        serialization_format=job.options.serialization_format,
    ).model_id
