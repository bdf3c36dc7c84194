"""The module functions: they know the active run, so that a user need not."""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING, Any

from nbtrack import settings
from nbtrack import tags as reserved
from nbtrack.entities import Metric, RunStatus, ViewType
from nbtrack.errors import InvalidValue, WrongState
from nbtrack.files.paths import clean
from nbtrack.tracking import active, context
from nbtrack.tracking.client import MlflowClient, experiment_named, now
from nbtrack.tracking.run import ActiveRun
from nbtrack.tracking.where import get_tracking_uri, is_tracking_uri_set, set_tracking_uri

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from nbtrack.entities import Experiment, Run

__all__ = [
    "active_run",
    "create_experiment",
    "delete_experiment",
    "delete_experiment_tag",
    "delete_run",
    "delete_tag",
    "end_run",
    "get_artifact_uri",
    "get_experiment",
    "get_experiment_by_name",
    "get_parent_run",
    "get_run",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "last_active_run",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_parameter",
    "log_params",
    "log_text",
    "restore_experiment",
    "restore_run",
    "search_experiments",
    "search_runs",
    "set_experiment",
    "set_experiment_tag",
    "set_experiment_tags",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "start_run",
]

_chosen_experiment: dict[str, str] = {}
_last: list[tuple[MlflowClient, str]] = []


# experiments


def set_experiment(experiment_name: str | None = None, experiment_id: str | None = None) -> Experiment:
    """Choose the experiment that new runs go to, creating it on demand when it is given by name."""
    if (experiment_name is None) == (experiment_id is None):
        msg = "give set_experiment either a name or an id"
        raise InvalidValue(msg)
    client = MlflowClient()
    found = (
        client.get_experiment(experiment_id)
        if experiment_id is not None
        else experiment_named(client, str(experiment_name))
    )
    if found.lifecycle_stage != "active":
        msg = f"experiment {found.name!r} is deleted: restore it, or choose another"
        raise WrongState(msg)
    _chosen_experiment[client.tracking_uri] = found.experiment_id
    return found


def current_experiment_id(client: MlflowClient | None = None) -> str:
    """Return the id of the experiment that new runs go to."""
    client = client or MlflowClient()
    chosen = _chosen_experiment.get(client.tracking_uri)
    if chosen is not None:
        return chosen
    configured = settings.current()
    if configured.experiment_name:
        return experiment_named(client, configured.experiment_name).experiment_id
    return configured.experiment_id or "0"


def create_experiment(name: str, artifact_location: str | None = None, tags: dict[str, Any] | None = None) -> str:
    """Create an experiment and return its id; `AlreadyExists` when the name is taken."""
    return MlflowClient().create_experiment(name, artifact_location, tags)


def get_experiment(experiment_id: str) -> Experiment:
    """Return an experiment; `NotFound` when there is none of that id."""
    return MlflowClient().get_experiment(experiment_id)


def get_experiment_by_name(name: str) -> Experiment | None:
    """Return the experiment of that name, or None."""
    return MlflowClient().get_experiment_by_name(name)


def search_experiments(
    view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[Experiment]:
    """Return every experiment that a filter finds, or the first `max_results`."""
    client = MlflowClient()
    found: list[Experiment] = []
    token: str | None = None
    while True:
        rest = 1000 if max_results is None else min(1000, max_results - len(found))
        page = client.search_experiments(view_type, rest, filter_string, order_by, token)
        found += page
        token = page.token
        if token is None or (max_results is not None and len(found) >= max_results):
            return found


def delete_experiment(experiment_id: str) -> None:
    """Put an experiment and its runs into the bin."""
    MlflowClient().delete_experiment(experiment_id)


def restore_experiment(experiment_id: str) -> None:
    """Take an experiment and its runs out of the bin."""
    MlflowClient().restore_experiment(experiment_id)


def set_experiment_tag(key: str, value: Any) -> None:
    """Set a tag of the experiment that new runs go to."""
    set_experiment_tags({key: value})


def set_experiment_tags(tags: dict[str, Any]) -> None:
    """Set tags of the experiment that new runs go to."""
    client = MlflowClient()
    for key, value in tags.items():
        client.set_experiment_tag(current_experiment_id(client), key, value)


def delete_experiment_tag(key: str) -> None:
    """Remove a tag of the experiment that new runs go to."""
    client = MlflowClient()
    client.delete_experiment_tag(current_experiment_id(client), key)


# the life of a run


def start_run(
    run_id: str | None = None,
    experiment_id: str | None = None,
    run_name: str | None = None,
    nested: bool = False,
    parent_run_id: str | None = None,
    tags: dict[str, Any] | None = None,
    description: str | None = None,
) -> ActiveRun:
    """Start a run and make it the active one; without arguments, return the active run when there is one.

    Parameters
    ----------
    run_id : str, optional
        A run to resume, instead of a new one.
    experiment_id : str, optional
        Where the run goes; by default the experiment of `set_experiment` or of the environment.
    run_name : str, optional
        By default two words and a number.
    nested : bool
        Start a child of the active run.
    parent_run_id : str, optional
        Start a child of that run.
    tags : dict, optional
        Tags to begin with.
    description : str, optional
        The note of the run.

    Raises
    ------
    WrongState
        When another run is active and neither `nested` nor a notebook's cell allows a new one.
    """
    mine = active.own()
    if mine is not None and not mine.implicit and not nested:
        asked_for_new = any(
            each is not None for each in (run_id, experiment_id, run_name, parent_run_id, tags, description)
        )
        if not asked_for_new or run_id == mine.run.info.run_id:
            if settings.current().strict_mlflow:
                raise WrongState(_already(mine.run))
            return ActiveRun.of(mine.run, mine.run.client, joined=True)
        _make_room(mine)
    client = MlflowClient()
    resumed = run_id or (None if nested else settings.take_run_id())
    if resumed is not None:
        run = _resumed(client, resumed, tags, description)
    else:
        run = _created(
            client, experiment_id, run_name, parent_run_id or _parent(mine, nested=nested), tags, description
        )
    return _activated(ActiveRun.of(run, client))


def _already(run: ActiveRun) -> str:
    return (
        f"run {run.info.run_name!r} ({run.info.run_id}) is already active: end it with end_run(),"
        " or start a child of it with start_run(nested=True)"
    )


def _make_room(scope: active.Scope) -> None:
    """End the active run of a notebook, since its user has gone on to another; elsewhere that is an error."""
    if settings.current().strict_mlflow or not context.in_notebook():
        raise WrongState(_already(scope.run))
    print(f"run {scope.run.info.run_name!r} was still active and has been ended", file=sys.stderr)
    end(scope.run.info.run_id)


def _parent(mine: active.Scope | None, *, nested: bool) -> str | None:
    scope = mine or (active.current() if nested else None)
    return scope.run.info.run_id if scope is not None and (nested or scope.implicit) else None


def _created(
    client: MlflowClient,
    experiment_id: str | None,
    run_name: str | None,
    parent: str | None,
    tags: Mapping[str, Any] | None,
    description: str | None,
) -> Run:
    own = {**_born_with(parent, description), **(tags or {})}
    name = run_name or own.get(reserved.RUN_NAME) or settings.current().run_name
    home = experiment_id if experiment_id is not None else current_experiment_id(client)
    return client.create_run(str(home), tags={**context.source_tags(), **own}, run_name=name)


def _born_with(parent: str | None, description: str | None) -> dict[str, str]:
    given = {reserved.PARENT_RUN: parent, reserved.NOTE: description}
    return {key: value for key, value in given.items() if value is not None}


def _resumed(client: MlflowClient, run_id: str, tags: Mapping[str, Any] | None, description: str | None) -> Run:
    run = client.get_run(run_id)
    if run.info.lifecycle_stage != "active":
        msg = f"run {run_id} is deleted: restore it before resuming it"
        raise WrongState(msg)
    client.update_run(run_id, status="RUNNING")
    client.log_batch(run_id, tags=[*(tags or {}).items(), *_born_with(None, description).items()])
    return client.get_run(run_id)


def _activated(run: ActiveRun, *, automatic: bool = False) -> ActiveRun:
    if not _last:
        atexit.register(_end_with_the_program, os.getpid())
    active.push(run, automatic=automatic)
    _last[:] = [(run.client, run.info.run_id)]
    return run


def end_run(status: str = "FINISHED") -> None:
    """End the active run; nothing happens without one."""
    scope = active.current()
    if scope is not None:
        end(scope.run.info.run_id, status)


def end(run_id: str, status: str = "FINISHED") -> None:
    """End a run of this process, when it is still active."""
    scope = active.current()
    while scope is not None and scope.run.info.run_id != run_id:
        scope = scope.below
    if scope is None or scope.ended:
        return
    active.leave(scope)
    scope.run.client.set_terminated(run_id, RunStatus.to_string(status))


def _end_with_the_program(process: int) -> None:
    if os.getpid() != process:
        return
    status = "FAILED" if context.crashed() else "FINISHED"
    for scope in active.everything():
        end(scope.run.info.run_id, status)


def active_run() -> ActiveRun | None:
    """Return the run that logging goes to, or None."""
    scope = active.current()
    return scope.run if scope is not None else None


def last_active_run() -> Run | None:
    """Return the active run, or the last one of this process, or None."""
    if not _last:
        return None
    client, run_id = _last[0]
    return client.get_run(run_id)


def _logging() -> ActiveRun:
    """Return the run to log to, starting one when there is none."""
    scope = active.current()
    if scope is not None:
        return scope.run
    client = MlflowClient()
    resumed = settings.take_run_id()
    run = _resumed(client, resumed, None, None) if resumed else _created(client, None, None, None, None, None)
    return _activated(ActiveRun.of(run, client), automatic=True)


# what a run logs


def log_metric(
    key: str, value: float, step: int | None = None, timestamp: int | None = None, run_id: str | None = None
) -> None:
    """Record a point of a metric in the active run, starting one when there is none.

    Parameters
    ----------
    key : str
        The name of the metric.
    value : float
        A real number: int, float, numpy scalar, 0-d array or tensor; NaN and infinities are kept as they are.
    step : int, optional
        An int64; by default 0.
    timestamp : int, optional
        ms since the epoch UTC; by default now.
    run_id : str, optional
        Another run than the active one.
    """
    log_metrics({key: value}, step, run_id, timestamp)


def log_metrics(
    metrics: Mapping[str, float], step: int | None = None, run_id: str | None = None, timestamp: int | None = None
) -> None:
    """Record a point of each metric: all of them, or none when one is no number."""
    moment = now() if timestamp is None else timestamp
    points = [Metric(key, value, moment, 0 if step is None else step) for key, value in metrics.items()]
    client, target = _target(run_id)
    client.log_batch(target, metrics=points)


def _target(run_id: str | None) -> tuple[MlflowClient, str]:
    if run_id is not None:
        return MlflowClient(), run_id
    run = _logging()
    return run.client, run.info.run_id


def log_param(key: str, value: Any) -> Any:
    """Record a parameter in the active run, and return its value; it is kept as text."""
    log_params({key: value})
    return value


log_parameter = log_param


def log_params(params: Mapping[str, Any], run_id: str | None = None) -> None:
    """Record parameters in the active run."""
    client, target = _target(run_id)
    client.log_batch(target, params=list(params.items()))


def set_tag(key: str, value: Any) -> None:
    """Set a tag of the active run."""
    set_tags({key: value})


def set_tags(tags: Mapping[str, Any]) -> None:
    """Set tags of the active run."""
    run = _logging()
    run.client.log_batch(run.info.run_id, tags=list(tags.items()))


def delete_tag(key: str) -> None:
    """Remove a tag of the active run."""
    run = _logging()
    run.client.delete_tag(run.info.run_id, key)


# artifacts


def log_artifact(local_path: str | Path, artifact_path: str | None = None, run_id: str | None = None) -> None:
    """File a copy of a file, or of a folder, in the active run."""
    client, target = _target(run_id)
    client.log_artifact(target, local_path, artifact_path)


def log_artifacts(local_dir: str | Path, artifact_path: str | None = None, run_id: str | None = None) -> None:
    """File a copy of everything in a folder in the active run."""
    client, target = _target(run_id)
    client.log_artifacts(target, local_dir, artifact_path)


def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """File text in the active run."""
    client, target = _target(run_id)
    client.log_text(target, text, artifact_file)


def log_dict(dictionary: Any, artifact_file: str, run_id: str | None = None) -> None:
    """File a dictionary as JSON or YAML in the active run."""
    client, target = _target(run_id)
    client.log_dict(target, dictionary, artifact_file)


def log_figure(figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None) -> None:
    """File a figure in the active run."""
    run = _logging()
    run.client.log_figure(run.info.run_id, figure, artifact_file, save_kwargs=save_kwargs)


def get_artifact_uri(artifact_path: str | None = None) -> str:
    """Return where the artifacts of the active run are, or one of them."""
    root = _logging().info.artifact_uri
    path = clean(artifact_path)
    return f"{root}/{path}" if path else root


# looking back


def get_run(run_id: str) -> Run:
    """Return a run; `NotFound` when there is none of that id."""
    return MlflowClient().get_run(run_id)


def get_parent_run(run_id: str) -> Run | None:
    """Return the run that a run is nested in, or None."""
    return MlflowClient().get_parent_run(run_id)


def delete_run(run_id: str) -> None:
    """Put a run into the bin."""
    MlflowClient().delete_run(run_id)


def restore_run(run_id: str) -> None:
    """Take a run out of the bin."""
    MlflowClient().restore_run(run_id)


def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = 100_000,
    order_by: Sequence[str] | None = None,
    output_format: str = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> pd.DataFrame | list[Run]:
    """Search runs.

    Parameters
    ----------
    experiment_ids, experiment_names : sequence of str, optional
        Where to look; by default the experiment that new runs go to.
    filter_string : str
        Such as ``metrics.acc > 0.9 and params.lr = '0.1'``.
    run_view_type : ViewType
        Active runs, deleted ones, or all.
    max_results : int
        The most runs to return.
    order_by : sequence of str, optional
        Such as ``["metrics.acc DESC"]``; by default the newest first.
    output_format : {"pandas", "list"}
        A DataFrame with a column for each parameter, metric and tag, or a list of runs.
    search_all_experiments : bool
        Look everywhere.
    experiment_names : sequence of str, optional
        Where to look, by name.
    """
    if output_format not in {"pandas", "list"}:
        msg = f"output_format is 'pandas' or 'list', not {output_format!r}"
        raise InvalidValue(msg)
    client = MlflowClient()
    ids = _searched(client, experiment_ids, experiment_names, everywhere=search_all_experiments)
    found: list[Run] = []
    token: str | None = None
    while len(found) < max_results:
        page = client.search_runs(
            ids, filter_string, run_view_type, min(10_000, max_results - len(found)), order_by, token
        )
        found += page
        token = page.token
        if token is None:
            break
    if output_format == "list":
        return found
    from nbtrack.views.frames import runs_frame

    return runs_frame(found)


def _searched(
    client: MlflowClient, ids: Sequence[str] | None, names: Sequence[str] | None, *, everywhere: bool
) -> list[str]:
    if ids and names:
        msg = "give search_runs experiment_ids or experiment_names, not both"
        raise InvalidValue(msg)
    if names:
        found = [client.get_experiment_by_name(each) for each in names]
        return [each.experiment_id for each in found if each is not None]
    if ids:
        return [str(each) for each in ([ids] if isinstance(ids, str | int) else ids)]
    if everywhere:
        return [each.experiment_id for each in search_experiments(ViewType.ALL)]
    return [current_experiment_id(client)]
