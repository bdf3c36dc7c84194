"""A run with the methods of W&B's."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from nbtrack import locate, validation
from nbtrack import tags as reserved
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue, Unsupported, WrongState
from nbtrack.tracking import active_runs, alerts
from nbtrack.tracking.client import now
from nbtrack.tracking.nested_values import flatten
from nbtrack.wandb import media
from nbtrack.wandb.values import Config, Summary, from_params

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from nbtrack.entities import Run as StoredRun
    from nbtrack.tracking.active_runs import ActiveRun

TAGS, GROUP, JOB_TYPE, ENTITY = "wandb.tags", "wandb.group", "wandb.job_type", "wandb.entity"
"""The tags that describe a run."""
_SUMMARIES = frozenset(("min", "max", "mean", "last", "first", "best", "copy", "none"))
_GOALS = {"maximize": "max", "max": "max", "minimize": "min", "min": "min"}


class _Definition(NamedTuple):
    pattern: str
    step_metric: str | None


class Run:
    """A run that `init` has started: `config`, `summary`, and what is logged.

    It is the active run of nbtrack as well, and a context manager, which ends it.
    """

    disabled = False
    """Whether nothing is recorded."""
    offline = True
    """Always: nothing is sent to W&B."""
    url = None
    """Always None: the run has no page on the W&B website."""

    def __init__(self, active: ActiveRun, project: str | None, known: StoredRun | None = None) -> None:
        self._active, self.project = active, project
        self.id = active.info.run_id
        self.resumed = known is not None
        """Whether the run is one that `init` has found by its id."""
        latest = known.data.latest if known is not None else ()
        self.starting_step = self._next = max((each.step for each in latest), default=-1) + 1
        """The first step of a run that is not resumed is 0."""
        self._definitions: list[_Definition] = []
        self._steps: dict[str, int] = {}
        self.ended = False
        """Whether `finish` was called."""
        held = None if known is None else from_params(known.data.params)
        self.config = Config(active.client, self.id, held)
        self.summary = Summary(active.client, self.id, self._final_step)

    @property
    def name(self) -> str:
        """The name, which may be set."""
        return self._stored().info.run_name

    @name.setter
    def name(self, name: str) -> None:
        self._active.client.update_run(self.id, name=name)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, which may be set."""
        return tuple(filter(None, self._tag(TAGS).split(", ")))

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None:
        self._active.client.set_tag(self.id, TAGS, ", ".join([tags] if isinstance(tags, str) else tags))

    @property
    def notes(self) -> str:
        """The note, which may be set."""
        return self._tag(reserved.NOTE)

    @notes.setter
    def notes(self, notes: str) -> None:
        self._active.client.set_tag(self.id, reserved.NOTE, notes)

    @property
    def group(self) -> str:
        """The group, empty if there is none."""
        return self._tag(GROUP)

    @property
    def job_type(self) -> str:
        """The type of the job, empty if there is none."""
        return self._tag(JOB_TYPE)

    @property
    def entity(self) -> str:
        """The team, empty if there is none."""
        return self._tag(ENTITY)

    @property
    def path(self) -> str:
        """Team, project and id, as far as there are any."""
        return "/".join(filter(None, (self.entity, self.project, self.id)))

    @property
    def start_time(self) -> float:
        """When the run started, in seconds since the epoch."""
        return (self._stored().info.start_time or 0) / 1000

    @property
    def dir(self) -> str:
        """The folder of the artifacts, where a program may write files of its own.

        Raises
        ------
        Unsupported
            When they are not on this machine: `save` logs files there.
        """
        folder = locate.repository(self._active.info.artifact_uri, self._active.client.tracking_uri).local()
        if folder is None:
            raise Unsupported("The artifacts of this run are not on this machine: log files with wandb.save(path)")
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder)

    def save(self, glob_str: str | os.PathLike[str], base_path: str | os.PathLike[str] | None = None) -> list[str]:
        """Log the files that a pattern names as artifacts, in their folders below `base_path`; return their paths."""
        base = Path(base_path) if base_path is not None else None
        # A `Path` takes no absolute patterns.
        paths = glob.glob(str(glob_str), recursive=True)  # noqa: PTH207 - a pattern of the user may be absolute, which Path.glob refuses
        found = sorted(each for each in paths if Path(each).is_file())
        for each in found:
            folder = "" if base is None else Path(each).resolve().relative_to(base.resolve()).parent.as_posix()
            self._active.client.log_artifact(self.id, each, folder if folder not in {"", "."} else None)
        return found

    def alert(self, title: str, text: str = "", level: object = "INFO") -> None:
        """Raise an alert; see `nbtrack.alert`. The level is INFO, WARN or ERROR."""
        named = str(getattr(level, "value", level)).lower()
        alerts.alert(title, text, {"warn": "warning"}.get(named, named), self.id)

    def _stored(self) -> StoredRun:
        return self._active.client.get_run(self.id)

    def _tag(self, key: str) -> str:
        return self._stored().data.tags.get(key, "")

    @property
    def step(self) -> int:
        """The step at which `log` records next."""
        return self._next

    def log(self, data: Mapping[str, Any], step: int | None = None, commit: bool | None = None) -> None:
        """Record values at one step.

        Parameters
        ----------
        data : mapping
            Numbers, and `Image` (also in a list), `Table`, `Histogram` or figures, which become artifacts, as lists
            and arrays do; text becomes a tag, None is left out. Nested mappings give keys such as ``val.loss``.
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
        values = {key: each for key, each in flatten(data) if not (each is None or isinstance(each, Mapping))}
        numbers = {key: number for key, value in values.items() if (number := _number(key, value)) is not None}
        self._log_numbers(numbers, at)
        for key, value in values.items():
            if key not in numbers:
                self._log_other(key, value, at)
        self._advance(at, commit=step is None if commit is None else commit)

    def _advance(self, at: int, *, commit: bool) -> None:
        self._next = max(self._next, at + 1 if commit else at)

    def define_metric(
        self,
        name: str,
        step_metric: str | None = None,
        step_sync: bool | None = None,
        hidden: bool | None = None,
        summary: str | None = None,
        goal: str | None = None,
        overwrite: bool | None = None,
    ) -> None:
        """Say at which steps metrics are, and what is better.

        Parameters
        ----------
        name : str
            A metric, or a pattern such as ``train/*``.
        step_metric : str, optional
            The metric whose latest value is the step of the others; it has to be a whole number.
        step_sync, hidden, overwrite
            Without effect: steps are always those of the step metric, and a later definition replaces an earlier one.
        summary : str, optional
            One or several of min, max, mean, last, first, best, copy and none. "min" or "max" says what is best, for a
            metric without `goal`; the summary has the latest value in any case.
        goal : {"minimize", "maximize"}, optional
            What is better; tables mark the best run, see `nbtrack.goal`.
        """
        wanted = set((summary or "").replace(" ", "").split(",")) - {""}
        if not wanted <= _SUMMARIES or goal not in {None, *_GOALS}:
            raise InvalidValue(f"{goal or summary!r} cannot be the goal of {name!r}: name 'min' or 'max'")
        found = {_GOALS[goal]} if goal else wanted & {"min", "max"}
        if len(found) == 1 and "*" not in name:
            experiment = self._active.info.experiment_id
            self._active.client.set_experiment_tag(experiment, reserved.GOAL + name, found.pop())
        self._definitions.append(_Definition(name, step_metric))

    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:
        """End the run: finished, or failed with an `exit_code` other than 0; a second call changes nothing.

        Nothing is printed, `quiet` or not.
        """
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
