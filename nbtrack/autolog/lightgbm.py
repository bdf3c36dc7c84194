"""Autologging of LightGBM, by the keys of MLflow's.

https://mlflow.org/docs/latest/ml/traditional-ml/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.autolog import boosting, call_arguments
from nbtrack.autolog.patching import put_around, when_imported
from nbtrack.autolog.training import training

if TYPE_CHECKING:
    from collections.abc import Callable

LIBRARY = "lightgbm"
_NO_SETTINGS = ("params", "train_set", "valid_sets", "valid_names", "feval", "init_model", "callbacks")


def install() -> None:
    """Log every booster that is trained from now on, also by the scikit-learn interface."""
    when_imported("lightgbm", _put_around_all)


def _put_around_all() -> None:
    import lightgbm.engine
    import lightgbm.sklearn

    for module in (lightgbm, lightgbm.engine, lightgbm.sklearn):
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
        given["callbacks"] = [*(given.get("callbacks") or ()), lambda moment: _add(curves, moment)]
        booster = original(**given)
        if booster.best_iteration > 0:
            job.attempt(curves.stopped_at, booster.best_iteration - 1)
        for kind in ("split", "gain"):
            values = booster.feature_importance(importance_type=kind)
            job.attempt(boosting.log_importance, job, kind, booster.feature_name(), values)
        job.attempt(_log_model, job, booster)
        return booster


def _add(curves: boosting.Curves, moment: Any) -> None:
    values = {f"{each[0]}-{each[1]}": float(each[2]) for each in moment.evaluation_result_list or ()}
    if values:
        curves.add(values)


def _log_model(job: Any, booster: Any) -> None:
    from nbtrack.models import lightgbm

    boosting.log_model(job, lightgbm, booster)
