"""A callback for Optuna: each trial is a child of the run of its study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.entities import Metric
from nbtrack.integrations.callback_run import CallbackRun, EndsOwnRun
from nbtrack.tracking import context
from nbtrack.tracking.client import now

if TYPE_CHECKING:
    from datetime import datetime

    from optuna.study import Study
    from optuna.trial import FrozenTrial

STATUS = {"COMPLETE": "FINISHED", "PRUNED": "KILLED", "FAIL": "FAILED"}


class NbtrackCallback(EndsOwnRun):
    """Records each trial as a child run when it has ended: ``study.optimize(..., callbacks=[NbtrackCallback()])``.

    A child has the parameters and values of the trial, its intermediate values as a curve ``intermediate``, its user
    attributes as tags, and the tag ``optuna.state``: a pruned trial is KILLED, one that raised is FAILED. The run of
    the study has the curve of the best value, and the parameters of the best trial as tags ``best.NAME``. It ends with
    `close`, at the end of a block or with the program::

        with NbtrackCallback("loss") as callback:
            study.optimize(objective, n_trials=50, callbacks=[callback])

    Parameters
    ----------
    metric_name : str or list of str
        The name of what the objective returns, or of each of the values that it returns.
    run_name : str, optional
        The name of a new run for the study, if there is none to log to; by default the name of the study.
    """

    def __init__(self, metric_name: str | list[str] = "value", run_name: str | None = None) -> None:
        self._names = [metric_name] if isinstance(metric_name, str) else metric_name
        self._run_name = run_name

    def __call__(self, study: Study, trial: FrozenTrial) -> None:
        """Record a trial."""
        if self._run is None:
            self._run = CallbackRun(self._run_name or study.study_name)
            self._run.log_params({"direction": ", ".join(each.name.lower() for each in study.directions)})
        child = self._child(self._run, trial)
        self._run.client.log_batch(
            child, self._points(trial), [*trial.params.items()], [*map(_text, trial.user_attrs.items())]
        )
        self._run.client.set_terminated(child, STATUS[trial.state.name], _moment(trial.datetime_complete))
        if len(study.directions) == 1:
            self._log_best(self._run, study, trial.number)

    def _child(self, parent: CallbackRun, trial: FrozenTrial) -> str:
        tags = {
            **context.source_tags(),
            reserved.PARENT_RUN: parent.run_id,
            "optuna.trial": trial.number,
            "optuna.state": trial.state.name,
        }
        name = f"trial-{trial.number}"
        run = parent.client.create_run(parent.experiment_id, _moment(trial.datetime_start), tags, name)
        return run.info.run_id

    def _points(self, trial: FrozenTrial) -> list[Metric]:
        moment = _moment(trial.datetime_complete)
        steps = [Metric("intermediate", value, moment, step) for step, value in trial.intermediate_values.items()]
        # Optuna gives a pruned trial the last of its intermediate values.
        values = trial.values if trial.state.name == "COMPLETE" else []
        return steps + [Metric(name, value, moment) for name, value in zip(self._named(values), values, strict=True)]

    def _named(self, values: list[float]) -> list[str]:
        if len(self._names) == len(values):
            return self._names
        return [f"{self._names[0]}_{number}" for number in range(len(values))]

    def _log_best(self, parent: CallbackRun, study: Study, step: int) -> None:
        try:
            best = study.best_trial
        except ValueError:
            # No trial is complete yet.
            return
        parent.log_metrics({f"best_{self._names[0]}": best.value}, step)
        chosen = [(f"best.{key}", value) for key, value in best.params.items()]
        parent.client.log_batch(parent.run_id, tags=[*chosen, ("best.trial", best.number)])


def _moment(time: datetime | None) -> int:
    return now() if time is None else int(time.timestamp() * 1000)


def _text(pair: tuple[str, Any]) -> tuple[str, str]:
    return pair[0], str(pair[1])
