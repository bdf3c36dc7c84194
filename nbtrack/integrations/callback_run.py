"""The run that a callback logs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from nbtrack import validation
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue
from nbtrack.tracking import active_runs, lifecycle, param_conflicts
from nbtrack.tracking.client import now
from nbtrack.tracking.nested_values import flatten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.tracking.client import MlflowClient


class CallbackRun:
    """The active run, else the run of the executing cell, else a new one, which `end` ends.

    A new run is active until then, so that code inside the training logs to it, too.

    Parameters
    ----------
    name : str, optional
        The name of a new run; by default two words and a number.
    """

    def __init__(self, name: str | None = None) -> None:
        joined = lifecycle.active_run() or active_runs.implicit_run()
        run = joined or lifecycle.start_run(run_name=name)
        self.owned = joined is None
        self.client: MlflowClient = run.client
        self.run_id: str = run.info.run_id
        self.experiment_id: str = run.info.experiment_id

    def log_params(self, params: Mapping[str, object]) -> None:
        """Log parameters, those of nested mappings as ``outer.inner``; an existing parameter keeps its value."""
        written = {key: value for key, value in flatten(params) if len(str(value)) <= validation.MAX_TEXT}
        param_conflicts.log_params(self.client, self.run_id, written)

    def log_metrics(self, metrics: Mapping[str, object], step: int | None = None) -> None:
        """Log those of the values that are numbers, at one step."""
        moment = now()
        points = [Metric(key, number, moment, step or 0) for key, number in numbers(metrics)]
        if points:
            self.client.log_batch(self.run_id, metrics=points)

    def end(self, status: str = "FINISHED") -> None:
        """End the run if it was started for the callback."""
        if self.owned:
            active_runs.end(self.run_id, status)


class EndsOwnRun:
    """A callback whose library does not report the end of training: close it, or use it as a context manager.

    Otherwise its run ends with the program, or with the next run that is started in the notebook.
    """

    _run: CallbackRun | None = None

    def close(self, status: str = "FINISHED") -> None:
        """End the run if it was started for this callback; the next training starts a new one."""
        if self._run is not None:
            self._run.end(status)
            self._run = None

    def __enter__(self) -> Self:
        """Return the callback."""
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Close the callback, with the status for the exception."""
        self.close(active_runs.status_after(error))


def numbers(values: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """Yield the values that are numbers."""
    for key, value in values.items():
        try:
            yield key, validation.metric_value(key, value)
        except InvalidValue:
            continue
