"""A run with the methods of W&B's."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from nbtrack import tags as reserved
from nbtrack import validation
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue, WrongState
from nbtrack.tracking import active_runs
from nbtrack.tracking.client import now
from nbtrack.tracking.nested_values import flatten
from nbtrack.wandb import media
from nbtrack.wandb.values import Config, Summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.tracking.active_runs import ActiveRun

_GOALS = {"maximize": "max", "max": "max", "minimize": "min", "min": "min"}


class _Definition(NamedTuple):
    pattern: str
    step_metric: str | None


class Run:
    """A run that `init` has started: `config`, `summary`, and what is logged.

    It is the active run of nbtrack as well, and a context manager, which ends it.
    """

    def __init__(self, active: ActiveRun, project: str | None, last_step: int = -1) -> None:
        self._active, self.project = active, project
        self.id, self.name = active.info.run_id, active.info.run_name
        self._next = last_step + 1
        self._definitions: list[_Definition] = []
        self._steps: dict[str, int] = {}
        self.ended = False
        """Whether `finish` was called."""
        self.config = Config(active.client, self.id)
        self.summary = Summary(active.client, self.id, self._final_step)

    @property
    def step(self) -> int:
        """The step at which `log` records next."""
        return self._next

    def log(self, data: Mapping[str, Any], step: int | None = None, commit: bool | None = None) -> None:
        """Record values at one step.

        Parameters
        ----------
        data : mapping
            Numbers, and `Image` (also in a list), `Table`, `Histogram` or figures, which become artifacts; text
            becomes a tag. Nested mappings give keys such as ``val.loss``.
        step : int, optional
            By default the step after that of the last call.
        commit : bool, optional
            Whether the next call has another step: by default, unless `step` is given.

        Raises
        ------
        WrongState
            When the run has ended.
        InvalidValue
            When a value is neither a number nor something that can be shown.
        """
        if self.ended:
            raise WrongState(f"Run {self.name!r} has ended: call wandb.init() to start another one")
        at = self._next if step is None else validation.int64("the step", step)
        values = dict(flatten(data))
        numbers = {key: number for key, value in values.items() if (number := _number(key, value)) is not None}
        self._log_numbers(numbers, at)
        for key, value in values.items():
            if key not in numbers:
                self._log_other(key, value, at)
        commits = step is None if commit is None else commit
        self._next = max(self._next, at + 1 if commits else at)

    def define_metric(
        self, name: str, step_metric: str | None = None, *, summary: str | None = None, goal: str | None = None
    ) -> None:
        """Define the steps of metrics, and their goal.

        Parameters
        ----------
        name : str
            A metric, or a pattern such as ``train/*``.
        step_metric : str, optional
            The metric whose latest value is the step of the others; it has to be a whole number.
        summary : {"min", "max", "last", "none"}, optional
            The best value, for a metric without `goal`; the latest value is always recorded.
        goal : {"minimize", "maximize"}, optional
            Which values are better; tables mark the best run, see `nbtrack.goal`.
        """
        wanted = goal or summary
        if wanted not in {None, "last", "none"}:
            if wanted not in _GOALS or "*" in name:
                raise InvalidValue(f"{wanted!r} cannot be the goal of {name!r}: name a metric, and 'min' or 'max'")
            experiment = self._active.info.experiment_id
            self._active.client.set_experiment_tag(experiment, reserved.GOAL + name, _GOALS[wanted])
        self._definitions.append(_Definition(name, step_metric))

    def finish(self, exit_code: int | None = None) -> None:
        """End the run: finished, or failed with an `exit_code` other than 0; a second call changes nothing."""
        if not self.ended:
            self.ended = True
            active_runs.end(self.id, "FAILED" if exit_code else "FINISHED")

    def __enter__(self) -> Self:
        """Return the run."""
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """End the run, with the status for the exception."""
        if not self.ended:
            self.ended = True
            active_runs.end(self.id, active_runs.status_after(error), error)

    def __repr__(self) -> str:
        return f"<Run {self.name} ({self.id})>"

    def _log_numbers(self, numbers: Mapping[str, float], at: int) -> None:
        whole = {key: int(value) for key, value in numbers.items() if value == value // 1}
        self._steps.update({each.step_metric: whole[each.step_metric] for each in self._used(whole)})
        moment = now()
        points = [Metric(key, value, moment, self._step_of(key, at)) for key, value in numbers.items()]
        if points:
            self._active.client.log_batch(self.id, metrics=points)

    def _used(self, whole: Mapping[str, int]) -> Iterator[Any]:
        """Yield the definitions whose step metric has a new value."""
        return (each for each in self._definitions if each.step_metric in whole)

    def _step_of(self, key: str, at: int) -> int:
        """Return the step of a point: the value of the step metric if its metric has one."""
        for pattern, step_metric in reversed(self._definitions):
            if step_metric in self._steps and fnmatchcase(key, pattern):
                return self._steps[step_metric]
        return at

    def _log_other(self, key: str, value: Any, at: int) -> None:
        if isinstance(value, str):
            self._active.client.set_tag(self.id, key, value)
        else:
            media.log(self._active.client, self.id, key, value, at)

    def _final_step(self) -> int:
        return max(self._next - 1, 0)


def _number(key: str, value: Any) -> float | None:
    """Return a value as a number; None for text and media."""
    if isinstance(value, str) or media.is_media(value):
        return None
    return validation.metric_value(key, value)
