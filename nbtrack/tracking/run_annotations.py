"""Annotations of runs, by default of the current one: notes, tags, goals, and where inferred values come from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import process, validation
from nbtrack import tags as reserved
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.presentation.metric_goals import from_experiments
from nbtrack.tracking import active_runs
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbtrack.entities import Run


class Origin(NamedTuple):
    """Where a value that was inferred from a cell comes from."""

    key: str
    source: str
    """A description such as "constant assigned on line 3"."""
    line: int
    """The line in the cell, from 1."""

    def __str__(self) -> str:
        return f"`{self.key}` — {self.source}"


def resolve_run(run: Run | str | None = None) -> tuple[MlflowClient, Run]:
    """Return a run and the client of its store: `run` if given, else the active run, else the last run of this process.

    Raise `NotFound` when `run` is not given and this process has not started a run.
    """
    if run is not None:
        client = MlflowClient()
        return client, client.get_run(validation.run_id(run))
    scope = active_runs.current_scope()
    if scope is not None:
        return scope.run.client, scope.run.client.get_run(scope.run.info.run_id)
    last = process.state(active_runs.RunStack).last
    if last is None:
        raise NotFound("No run has been started yet: put %%track above a cell and run it, or pass the run")
    return last[0], last[0].get_run(last[1])


@validation.typed
def note(text: str, run: Run | str | None = None) -> None:
    """Set the note of a run, replacing an earlier one."""
    client, found = resolve_run(run)
    client.set_tag(found.info.run_id, reserved.NOTE, text)


@validation.typed
def tag(tags: Mapping[str, Any] | None = None, run: Run | str | None = None, **more: Any) -> None:
    """Set tags of a run: ``tag(team="red")``, or ``tag({"any key": 1})``."""
    client, found = resolve_run(run)
    client.log_batch(found.info.run_id, tags=[*(tags or {}).items(), *more.items()])


@validation.typed
def goal(metric: str, direction: str) -> None:
    """Declare whether a higher (``"max"``) or lower (``"min"``) value of a metric is better in the current experiment.

    Raises
    ------
    InvalidValue
        When `direction` is neither.
    """
    if direction not in {"max", "min"}:
        raise InvalidValue(f"a goal must be 'max' or 'min', not {direction!r}")
    client = MlflowClient()
    client.set_experiment_tag(current_experiment_id(client), reserved.GOAL + metric, direction)


def goals(client: MlflowClient, experiment_id: str) -> dict[str, str]:
    """Return the goals of an experiment: for each metric that has one, ``max`` or ``min``."""
    return from_experiments([client.get_experiment(experiment_id)])


@validation.typed
def why(run: Run | str | None = None) -> list[Origin]:
    """Return where the values of a run come from that were inferred from its cell rather than logged."""
    return origins(resolve_run(run)[1])


def origins(run: Run) -> list[Origin]:
    """Return the origins of the values of a run that were inferred from its cell."""
    from nbtrack.capture.rules import origin

    return [Origin(key, origin(str(rule), int(line)), int(line)) for key, (rule, line) in _inferred(run).items()]


def _inferred(run: Run) -> dict[str, tuple[str, int]]:
    known: dict[str, tuple[str, int]] = json.loads(run.data.tags.get(reserved.INFERRED, "{}"))
    return known


def inferred_tag(run: Run, found: Mapping[str, tuple[str, int]]) -> tuple[str, str]:
    """Return the tag of a run with the rules and lines by which more values were found."""
    return reserved.INFERRED, json.dumps({**_inferred(run), **found})


def kept_names(run: Run) -> list[str]:
    """Return the names that the cell of a run records on request."""
    found: list[str] = json.loads(run.data.tags.get(reserved.KEPT, "[]"))
    return found


def kept_tag(names: Iterable[str]) -> tuple[str, str]:
    """Return the tag of a run whose cell records these names on request."""
    return reserved.KEPT, json.dumps(sorted(set(names)))


@validation.typed
def drop(name: str, run: Run | str | None = None) -> Run:
    """Remove a parameter, or a metric with its history, that was inferred from a cell; return the run as it was before.

    Raises
    ------
    NotFound
        When the run has no inferred value of that name; the message lists those it has.
    """
    return remove_inferred(*resolve_run(run), name)


def remove_inferred(client: MlflowClient, run: Run, name: str) -> Run:
    """Remove an inferred value from a run of the client's store; see `drop`."""
    known = _inferred(run)
    if name not in known:
        there = ", ".join(repr(each) for each in known) or "none"
        raise NotFound(f"Run {run.info.run_name!r} has no inferred value {name!r}; it has {there}")
    client.store.drop(run.info.run_id, name)
    del known[name]
    changed = [(reserved.INFERRED, json.dumps(known))]
    if name in kept_names(run):
        changed.append(kept_tag(each for each in kept_names(run) if each != name))
    client.log_batch(run.info.run_id, tags=changed)
    return run
