"""Autologging of XGBoost, by the keys of MLflow's.

https://mlflow.org/docs/latest/ml/traditional-ml/xgboost/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.autolog import boosting, call_arguments
from nbtrack.autolog.patching import put_around, when_imported
from nbtrack.autolog.training import training

if TYPE_CHECKING:
    from collections.abc import Callable

LIBRARY = "xgboost"
_NO_SETTINGS = ("params", "dtrain", "evals", "obj", "feval", "evals_result", "xgb_model", "callbacks")


def install() -> None:
    """Log every booster that is trained from now on, also by the scikit-learn interface."""
    when_imported("xgboost", _put_around_all)


def _put_around_all() -> None:
    import xgboost.sklearn
    import xgboost.training

    for module in (xgboost, xgboost.training, xgboost.sklearn):
        put_around(LIBRARY, module, "train", _trained)


def _trained(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Train a booster, and log it."""
    with training(LIBRARY) as job:
        if job is None:
            return original(*args, **kwargs)
        given = call_arguments.named(original, args, kwargs)
        settings = call_arguments.settings(original, args, kwargs, _NO_SETTINGS)
        job.attempt(job.params, {**dict(given["params"]), **settings})
        curves = boosting.Curves(job)
        given["callbacks"] = [*(given.get("callbacks") or ()), _callback(curves)]
        booster = original(**given)
        if given.get("early_stopping_rounds"):
            job.attempt(curves.stopped_at, booster.best_iteration)
        job.attempt(_log_importance, job, booster)
        job.attempt(_log_model, job, booster)
        return booster


def _callback(curves: boosting.Curves) -> Any:
    from xgboost.callback import TrainingCallback

    class Log(TrainingCallback):  # type: ignore[misc] # XGBoost's class
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
    """Return a metric; cross-validation gives a pair of it and its spread."""
    return float(value[0] if isinstance(value, tuple) else value)


def _log_importance(job: Any, booster: Any) -> None:
    found = booster.get_score(importance_type="weight")
    boosting.log_importance(job, "weight", list(found), list(found.values()))


def _log_model(job: Any, booster: Any) -> None:
    from nbtrack.models import xgboost

    boosting.log_model(job, xgboost, booster)
