"""Autologging of LightGBM, by the keys of MLflow's.

https://mlflow.org/docs/latest/ml/traditional-ml/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.autologging import boosting
from nbtrack.autologging.patching import when_imported, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.autologging.training import Training

LIBRARY = "lightgbm"
_NO_SETTINGS = ("params", "train_set", "valid_sets", "valid_names", "feval", "init_model", "callbacks")


def install() -> None:
    """Log every booster that is trained from now on, also by the scikit-learn interface."""
    when_imported(LIBRARY, "lightgbm", _wrap_all)


def _wrap_all() -> None:
    import lightgbm.engine
    import lightgbm.sklearn

    wrapper = boosting.train_wrapper(boosting.Library(LIBRARY, _NO_SETTINGS, _callback, _after, _data_of))
    for module in (lightgbm, lightgbm.engine, lightgbm.sklearn):
        wrap(LIBRARY, module, "train", wrapper)


def _callback(curves: boosting.Curves) -> Any:
    return lambda moment: _add(curves, moment)


def _add(curves: boosting.Curves, moment: Any) -> None:
    values = {f"{each[0]}-{each[1]}": float(each[2]) for each in moment.evaluation_result_list or ()}
    if values:
        curves.add(values)


def _after(job: Training, curves: boosting.Curves, booster: Any, given: Mapping[str, Any]) -> None:
    from nbtrack.models import lightgbm

    if booster.best_iteration > 0:
        job.attempt(curves.stopped_at, booster.best_iteration - 1)
    for kind in ("split", "gain"):
        values = booster.feature_importance(importance_type=kind)
        job.attempt(boosting.log_importance, job, kind, booster.feature_name(), values)
    boosting.log_model(job, lightgbm, booster)


def _data_of(given: Mapping[str, Any]) -> Iterator[tuple[str | None, Any, Any]]:
    trained = given["train_set"]
    yield None, trained.data, trained.label
    several = given.get("valid_sets") or ()
    names = given.get("valid_names") or [None] * len(several)
    for data, name in zip(several, names, strict=False):
        yield name, data.data, data.label
