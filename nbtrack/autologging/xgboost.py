"""Autologging of XGBoost, by the keys of MLflow's.

https://mlflow.org/docs/latest/ml/traditional-ml/xgboost/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.autologging import boosting
from nbtrack.autologging.patching import when_imported, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.autologging.training import Training

LIBRARY = "xgboost"
_NO_SETTINGS = ("params", "dtrain", "evals", "obj", "feval", "evals_result", "xgb_model", "callbacks")


def install() -> None:
    """Log every booster that is trained from now on, also by the scikit-learn interface."""
    when_imported(LIBRARY, "xgboost", _wrap_all)


def _wrap_all() -> None:
    import xgboost.sklearn
    import xgboost.training

    wrapper = boosting.train_wrapper(boosting.Library(LIBRARY, _NO_SETTINGS, _callback, _after, _data_of))
    for module in (xgboost, xgboost.training, xgboost.sklearn):
        wrap(LIBRARY, module, "train", wrapper)


def _callback(curves: boosting.Curves) -> Any:
    from xgboost.callback import TrainingCallback

    class Log(TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            latest = {
                f"{data}-{name}": _value(values[-1])
                for data, metrics in evals_log.items()
                for name, values in metrics.items()
            }
            if latest:
                curves.add(latest)
            return False

    return Log()


def _value(value: Any) -> float:
    """Return a metric; cross-validation gives a pair of the metric and its spread."""
    return float(value[0] if isinstance(value, tuple) else value)


def _after(job: Training, curves: boosting.Curves, booster: Any, given: Mapping[str, Any]) -> None:
    from nbtrack.models import xgboost

    if given.get("early_stopping_rounds"):
        job.attempt(curves.stopped_at, booster.best_iteration)
    for kind in job.options.importance_types or ("weight",):
        job.attempt(_log_importance, job, booster, kind)
    boosting.log_model(job, xgboost, booster, model_format=job.options.model_format)


def _log_importance(job: Training, booster: Any, kind: str) -> None:
    found = booster.get_score(importance_type=kind)
    boosting.log_importance(job, kind, list(found), list(found.values()))


def _data_of(given: Mapping[str, Any]) -> Iterator[tuple[str | None, Any, Any]]:
    yield None, given["dtrain"].get_data(), None
    for data, name in given.get("evals") or ():
        yield name, data.get_data(), None
