"""The fluent functions that start, join, resume and end runs."""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING, Any

from nbtrack import process, settings, validation
from nbtrack import tags as reserved
from nbtrack.errors import WrongState
from nbtrack.tracking import active_runs, alert_watch, context, system_metrics
from nbtrack.tracking.active_runs import ActiveRun, RunStack, status_after
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import Run


@validation.typed
def start_run(
    run_id: str | None = None,
    experiment_id: str | None = None,
    run_name: str | None = None,
    nested: bool = False,
    parent_run_id: str | None = None,
    tags: dict[str, Any] | None = None,
    description: str | None = None,
    log_system_metrics: bool | None = None,
) -> ActiveRun:
    """Start a run and make it the active run; without arguments, return the active run if there is one.

    Parameters
    ----------
    run_id : str, optional
        The id of a run to resume instead of creating one.
    experiment_id : str, optional
        The experiment of the run; by default the one chosen with `set_experiment` or by an environment variable.
    run_name : str, optional
        By default two words and a number, such as ``swift-otter-417``.
    nested : bool
        Whether to start a child of the active run.
    parent_run_id : str, optional
        The id of the run to start a child of.
    tags : dict, optional
        Tags to set on the run.
    description : str, optional
        The note of the run.
    log_system_metrics : bool, optional
        Whether to log system metrics; by default as chosen with `enable_system_metrics_logging` or by the setting.

    Raises
    ------
    WrongState
        When another run is active outside a notebook and `nested` is false, or when the run `run_id` or
        `parent_run_id` is deleted.
    NotFound
        When the run `run_id` or `parent_run_id` does not exist; nothing is created then.
    """
    if parent_run_id:
        _require_active(MlflowClient().get_run(parent_run_id), "starting a child of it")
    mine = active_runs.own_scope()
    if mine is not None and not mine.implicit and not nested:
        asked_for_new = any(
            each is not None for each in (run_id, experiment_id, run_name, parent_run_id, tags, description)
        )
        if not asked_for_new or run_id == mine.run.info.run_id:
            if settings.current().strict_mlflow:
                raise WrongState(_already_active(mine.run))
            return ActiveRun(mine.run, mine.run.client, joined=True)
        _end_if_in_notebook(mine)
    client = MlflowClient()
    resumed = run_id or (None if nested else settings.take_run_id())
    if resumed is not None:
        run = _resumed(client, resumed, tags, description)
    else:
        run = _created(
            client, experiment_id, run_name, parent_run_id or _parent(mine, nested=nested), tags, description
        )
    return _activate(client, run, log_system_metrics=log_system_metrics)


def _already_active(run: ActiveRun) -> str:
    return (
        f"Run {run.info.run_name!r} ({run.info.run_id}) is already active: end it with end_run(),"
        " or start a child of it with start_run(nested=True)"
    )


def _end_if_in_notebook(scope: active_runs.Scope) -> None:
    """End the active run in a notebook, where users rarely do so themselves; raise `WrongState` elsewhere."""
    if settings.current().strict_mlflow or not context.in_notebook():
        raise WrongState(_already_active(scope.run))
    print(f"Run {scope.run.info.run_name!r} was still active; it has been ended", file=sys.stderr)
    active_runs.end(scope.run.info.run_id)


def _parent(mine: active_runs.Scope | None, *, nested: bool) -> str | None:
    scope = mine or (active_runs.current_scope() if nested else None)
    return scope.run.info.run_id if scope is not None and (nested or scope.implicit) else None


def _created(
    client: MlflowClient,
    experiment_id: str | None,
    run_name: str | None,
    parent: str | None,
    given: Mapping[str, Any] | None,
    description: str | None,
) -> Run:
    own = {**_initial_tags(parent, description), **(given or {})}
    name = run_name or own.get(reserved.RUN_NAME) or settings.current().run_name
    experiment = experiment_id if experiment_id is not None else current_experiment_id(client)
    tags = {**context.source_tags(), reserved.OWNER: context.owner(), **own}
    return client.create_run(str(experiment), tags=tags, run_name=name)


def _initial_tags(parent: str | None, description: str | None) -> dict[str, str]:
    given = {reserved.PARENT_RUN: parent, reserved.NOTE: description}
    return {key: value for key, value in given.items() if value is not None}


def _resumed(client: MlflowClient, run_id: str, tags: Mapping[str, Any] | None, description: str | None) -> Run:
    _require_active(client.get_run(run_id), "resuming it")
    owned = [(reserved.OWNER, context.owner())]
    client.log_batch(run_id, tags=[*owned, *(tags or {}).items(), *_initial_tags(None, description).items()])
    client.update_run(run_id, status="RUNNING")
    return client.get_run(run_id)


def _require_active(run: Run, before: str) -> None:
    if run.info.lifecycle_stage != "active":
        raise WrongState(f"Run {run.info.run_id} is deleted: restore it before {before}")


def _activate(
    client: MlflowClient, run: Run, *, automatic: bool = False, log_system_metrics: bool | None = None
) -> ActiveRun:
    set_last_run(client, run.info.run_id)
    alert_watch.begin(client, run)
    monitor = (
        system_metrics.SystemMetricsMonitor(client, run.info.run_id)
        if system_metrics.is_enabled(log_system_metrics)
        else None
    )
    active = ActiveRun(run, client)
    active_runs.push(active, automatic=automatic).monitor = monitor
    return active


def set_last_run(client: MlflowClient, run_id: str) -> None:
    """Remember the last run of this process; runs that are still active at exit are ended then."""
    runs = process.state(RunStack)
    if runs.last is None:
        atexit.register(_end_at_exit, os.getpid())
    runs.last = client, run_id


def end_run(status: str = "FINISHED") -> None:
    """End the active run, if there is one.

    Raises
    ------
    InvalidValue
        When `status` is not a run status; the run stays active.
    """
    checked = validation.run_status(status)
    scope = active_runs.current_scope()
    if scope is not None:
        active_runs.end(scope.run.info.run_id, checked)


def _end_at_exit(process_id: int) -> None:
    if os.getpid() != process_id:
        return
    error = context.exit_exception()
    for scope in active_runs.open_scopes():
        active_runs.end(scope.run.info.run_id, status_after(error), error)


def active_run() -> ActiveRun | None:
    """Return the active run, or None."""
    scope = active_runs.current_scope()
    return scope.run if scope is not None else None


def last_active_run() -> Run | None:
    """Return the active run, else the last run of this process, else None."""
    last = process.state(RunStack).last
    return last[0].get_run(last[1]) if last is not None else None


def get_or_start_run() -> ActiveRun:
    """Return the active run, starting one if there is none."""
    innermost = process.state(RunStack).innermost.get()
    if innermost is not None and not innermost.ended:
        return innermost.run
    scope = active_runs.current_scope()
    return scope.run if scope is not None else active_runs.implicit_run() or _start_implicitly()


def _start_implicitly() -> ActiveRun:
    client = MlflowClient()
    resumed = settings.take_run_id()
    run = _resumed(client, resumed, None, None) if resumed else _created(client, None, None, None, None, None)
    return _activate(client, run, automatic=True)
