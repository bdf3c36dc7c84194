"""Copying a run to another store, with everything that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import locate, tags, validation
from nbtrack.entities import RunStatus, ViewType
from nbtrack.query import parse
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking.artifact_client import tree
from nbtrack.tracking.client import MlflowClient, get_or_create_experiment

if TYPE_CHECKING:
    from nbtrack.entities import Run

_OWN = (tags.OWNER, tags.HEARTBEAT, tags.CONTROL, tags.INTERRUPTED)


@validation.typed
def copy_run(run: Run | str, target: str, experiment: str | None = None, client: MlflowClient | None = None) -> Run:
    """Copy a run to another store, and return what it is there.

    A run that was copied before goes on there: only points that are missing are copied, so a copy that broke off is
    completed by another one.

    Parameters
    ----------
    run : Run or str
        The run, its id, or its name.
    target : str
        The tracking URI of the other store.
    experiment : str, optional
        The name of the experiment there; by default that of the experiment here. It is created on demand.
    client : MlflowClient, optional
        The store that the run is in; by default the one in force.

    Raises
    ------
    NotFound
        When there is no such run, or the experiment there is deleted.
    """
    here, there = client or MlflowClient(), MlflowClient(target)
    found = here.get_run(find_run(here.store, run).info.run_id)
    name = experiment or here.get_experiment(found.info.experiment_id).name
    home = get_or_create_experiment(there, name).experiment_id
    copy = _begun(found, home, there)
    _values(found, copy, here, there)
    _files(found, copy, here, there)
    status = found.info.status
    ended = found.info.end_time if RunStatus.is_terminated(status) else None
    there.store.update_run(copy.info.run_id, status=status, end_time=ended)
    there.store.flush()
    return there.get_run(copy.info.run_id)


def _begun(run: Run, home: str, there: MlflowClient) -> Run:
    """Return the copy of a run, made when there is none."""
    query = parse(f"tags.`{tags.PUSHED}` = '{run.info.run_id}'")
    known = there.store.search_runs([home], query, ViewType.ACTIVE_ONLY, 1)
    if known:
        return known[0]
    info = run.info
    kept = {key: value for key, value in run.data.tags.items() if key not in _OWN} | {tags.PUSHED: info.run_id}
    return there.store.create_run(home, name=info.run_name, user_id=info.user_id, start_time=info.start_time, tags=kept)


def _values(run: Run, copy: Run, here: MlflowClient, there: MlflowClient) -> None:
    params = [pair for pair in run.data.params.items() if pair[0] not in copy.data.params]
    there.store.log_batch(copy.info.run_id, params=params)
    if run.inputs.dataset_inputs:
        there.store.log_inputs(copy.info.run_id, run.inputs.dataset_inputs)
    for key in run.data.metrics:
        history = here.store.metric_history(run.info.run_id, key)
        known = len(there.store.metric_history(copy.info.run_id, key).steps) if key in copy.data.metrics else 0
        columns: Any = (history.steps[known:], history.timestamps[known:], history.values[known:])
        if len(columns[0]):
            there.store.appender(copy.info.run_id).columns({key: columns})


def _files(run: Run, copy: Run, here: MlflowClient, there: MlflowClient) -> None:
    source = locate.repository(run.info.artifact_uri, here.tracking_uri)
    for path in tree(source, ""):
        with source.open(path) as file:
            there.log_stream(copy.info.run_id, file, path)
