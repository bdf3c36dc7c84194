"""A callback for XGBoost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xgboost.callback import TrainingCallback

from nbtrack.integrations.callback_run import CallbackRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class NbtrackCallback(TrainingCallback):
    """Logs the settings and each round of a training: ``xgboost.train(..., callbacks=[NbtrackCallback()])``.

    The metrics are called ``train-rmse``, as XGBoost prints them; those of `xgboost.cv` are the means over the folds,
    and their deviations end in ``-std``.

    Parameters
    ----------
    run_name : str, optional
        The name of a new run, if there is none to log to.
    """

    def __init__(self, run_name: str | None = None) -> None:
        super().__init__()
        self._run_name = run_name
        self._run: CallbackRun | None = None

    def before_training(self, model: Any) -> Any:
        """Open the run, and log the settings of the booster."""
        self._run = CallbackRun(self._run_name)
        if hasattr(model, "save_config"):
            self._run.log_params(_settings(json.loads(model.save_config())["learner"]))
        return model

    def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Mapping[str, list[Any]]]) -> bool:
        """Log the metrics of a round; its number, from 0, is the step. Return False, so that the training continues."""
        if self._run is not None:
            self._run.log_metrics(dict(_latest(evals_log)), epoch)
        return False

    def after_training(self, model: Any) -> Any:
        """Log the best round, if there was early stopping, and end the run if it was started for this callback."""
        if self._run is not None:
            attributes = model.attributes() if hasattr(model, "attributes") else {}
            best = {key: float(attributes[key]) for key in ("best_iteration", "best_score") if key in attributes}
            self._run.log_metrics(best)
            self._run.end()
            self._run = None
        return model


def _latest(evals_log: Mapping[str, Mapping[str, list[Any]]]) -> Iterator[tuple[str, float]]:
    for data, metrics in evals_log.items():
        for name, values in metrics.items():
            last = values[-1]
            if isinstance(last, tuple):
                yield f"{data}-{name}", last[0]
                yield f"{data}-{name}-std", last[1]
            else:
                yield f"{data}-{name}", last


def _settings(learner: Mapping[str, Any]) -> dict[str, object]:
    booster = learner["gradient_booster"]
    return {
        **learner["learner_train_param"],
        **booster.get("tree_train_param", {}),
        **booster.get("gbtree_train_param", {}),
        "seed": learner["generic_param"].get("seed"),
    }
