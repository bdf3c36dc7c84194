"""Scores of an estimator on the data that it was fitted to, by MLflow's names."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbtrack.autologging.training import Training

PREFIX = "training_"


def log(job: Training, estimator: Any, data: Any, target: Any, weights: Any) -> None:
    """Log the scores of a classifier or regressor, and the confusion matrix of a classifier."""
    from sklearn.base import is_classifier, is_regressor

    if target is None:
        return
    weighted = {} if weights is None else {"sample_weight": weights}
    if is_classifier(estimator):
        job.metrics(_of_classifier(estimator, data, target, weighted, job.options.pos_label))
        job.attempt(_log_confusion, job, estimator, data, target, weighted)
    elif is_regressor(estimator):
        job.metrics(_of_regressor(estimator.predict(data), target, weighted))
    if hasattr(estimator, "score"):
        takes_weights = "sample_weight" in inspect.signature(estimator.score).parameters
        job.metrics({f"{PREFIX}score": estimator.score(data, target, **(weighted if takes_weights else {}))})


def _of_classifier(
    estimator: Any, data: Any, target: Any, weighted: dict[str, Any], pos_label: Any
) -> dict[str, float]:
    from sklearn import metrics

    predicted = estimator.predict(data)
    average = {**weighted, "average": "weighted"}
    if pos_label is not None:
        average = {**weighted, "average": "binary", "pos_label": pos_label}
    found = {
        "precision_score": metrics.precision_score(target, predicted, zero_division=0, **average),
        "recall_score": metrics.recall_score(target, predicted, **average),
        "f1_score": metrics.f1_score(target, predicted, **average),
        "accuracy_score": metrics.accuracy_score(target, predicted, **weighted),
    }
    if hasattr(estimator, "predict_proba"):
        chances = estimator.predict_proba(data)
        found["log_loss"] = metrics.log_loss(target, chances, **weighted)
        two = chances.shape[1] == 2
        ranked = {"average": "weighted", **weighted} if two else {"average": "weighted", "multi_class": "ovo"}
        found["roc_auc"] = metrics.roc_auc_score(target, chances[:, 1] if two else chances, **ranked)
    return {f"{PREFIX}{name}": value for name, value in found.items()}


def _of_regressor(predicted: Any, target: Any, weighted: dict[str, Any]) -> dict[str, float]:
    from sklearn import metrics

    squared = metrics.mean_squared_error(target, predicted, **weighted)
    return {
        f"{PREFIX}mean_squared_error": squared,
        f"{PREFIX}root_mean_squared_error": squared**0.5,
        f"{PREFIX}mean_absolute_error": metrics.mean_absolute_error(target, predicted, **weighted),
        f"{PREFIX}r2_score": metrics.r2_score(target, predicted, **weighted),
    }


def _log_confusion(job: Training, estimator: Any, data: Any, target: Any, weighted: dict[str, Any]) -> None:
    from matplotlib.figure import Figure
    from sklearn.metrics import ConfusionMatrixDisplay

    figure = Figure(layout="constrained")
    ConfusionMatrixDisplay.from_estimator(estimator, data, target, ax=figure.subplots(), cmap="Blues", **weighted)
    job.client.log_figure(job.run_id, figure, f"{PREFIX}confusion_matrix.png")
