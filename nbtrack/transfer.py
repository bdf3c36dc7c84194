"""Transferring runs: to another store, to a zip file, and from one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags, validation
from nbtrack.endpoints import run_archive
from nbtrack.entities import LifecycleStage, RunStatus, ViewType
from nbtrack.errors import NotFound, Refused, Unsupported
from nbtrack.logged_models.copying import copy_models, copy_points_of_others
from nbtrack.model_entities import models_in
from nbtrack.query import parse
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking.client import MlflowClient, get_or_create_experiment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.entities import LoggedModel, Run

__all__ = ["copy_run", "export_run", "import_run"]

_TAGS_OF_THE_ORIGINAL = (tags.OWNER, tags.HEARTBEAT, tags.CONTROL, tags.INTERRUPTED, tags.MODEL_OUTPUTS)


@validation.typed
def export_run(run: Run | str, path: str | Path, *, client: MlflowClient | None = None) -> Path:
    """Write a run, with its metric histories and artifacts, to a zip file; return the path of the file.

    Parameters
    ----------
    run : Run or str
        The run, its id, or its name.
    path : str or Path
        The file, or an existing folder, where it is named after the run's id. An incomplete file is never left.
    client : MlflowClient, optional
        The client of the run's store; by default that of the current tracking URI.

    Raises
    ------
    NotFound
        When there is no such run.
    """
    client = client or MlflowClient()
    run_id = find_run(client.store, run).info.run_id
    target = Path(path)
    if target.is_dir():
        target /= f"{run_id}.zip"
    part = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        with part.open("xb") as file:
            run_archive.export_run(client.store, client.artifact_folder, run_id, file)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


@validation.typed
def import_run(path: str | Path, experiment: str = "Default", *, client: MlflowClient | None = None) -> Run:
    """Create a run from a zip file that `export_run` wrote; it differs from that run in its id and experiment only.

    Parameters
    ----------
    path : str or Path
        The file.
    experiment : str
        The name of the experiment to import into; it is created if it does not exist.
    client : MlflowClient, optional
        The client of the store to import into; by default that of the current tracking URI.

    Raises
    ------
    InvalidValue
        When the file is not an exported run, is damaged, or unpacks to too much data; nothing is created then.
    NotFound
        When there is no such file.
    """
    client = client or MlflowClient()
    source = Path(path)
    if not source.is_file():
        raise NotFound(f"File {str(path)!r} not found (looked in {Path.cwd()})")
    there = get_or_create_experiment(client, experiment).experiment_id
    with source.open("rb") as file:
        run_id = run_archive.import_run(client.store, client.artifact_folder, file, there)
    return client.get_run(run_id)


@validation.typed
def copy_run(run: Run | str, target: str, experiment: str | None = None, client: MlflowClient | None = None) -> Run:
    """Copy a run to another store, and return the copy.

    A second call updates the copy: only missing points are copied, so it completes a copy that was interrupted.

    Parameters
    ----------
    run : Run or str
        The run, its id, or its name.
    target : str
        The tracking URI of the other store.
    experiment : str, optional
        The name of the experiment there; by default the name of the run's experiment. It is created if needed.
    client : MlflowClient, optional
        The client of the run's store; by default that of the current tracking URI.

    Raises
    ------
    NotFound
        When there is no such run, or the experiment in the other store is deleted.
    """
    here, there = client or MlflowClient(), MlflowClient(target)
    found = here.get_run(find_run(here.store, run).info.run_id)
    name = experiment or here.get_experiment(found.info.experiment_id).name
    home = get_or_create_experiment(there, name).experiment_id
    copied = copy_between(found, here, there, home)
    _complete_models(found, here, there, home)
    return there.get_run(copied.run_id)


def _complete_models(run: Run, here: MlflowClient, there: MlflowClient, home: str) -> None:
    """Add to copies of models what copied runs have logged for them: others for the models of this run, or this one."""
    made, run_id = {each.model_id for each in models_in(run.data.tags.get(tags.MODEL_OUTPUTS))}, run.info.run_id
    for model in _models(here, run.info.experiment_id):
        measured_by = {each.run_id for each in model.metrics if each.run_id}
        if not measured_by or not (model.model_id in made or (run_id in measured_by and model.source_run_id)):
            continue
        maker = run_id if model.model_id in made else str(model.source_run_id)
        found = {each: _copy_of(each, home, there) for each in measured_by | {maker}}
        copies = {each: copy.info.run_id for each, copy in found.items() if copy is not None}
        if maker in copies:
            copy_points_of_others(here.get_run(maker), copies, here.store, there.store)


def _models(client: MlflowClient, experiment_id: str) -> Iterator[LoggedModel]:
    token = None
    with suppress(NotFound, Refused, Unsupported):
        # Servers before MLflow 3 keep no logged models.
        while True:
            page = client.search_logged_models([experiment_id], max_results=50, page_token=token)
            yield from page
            token = page.token
            if token is None:
                return


class Copied(NamedTuple):
    """The copy of a run."""

    run_id: str
    is_new: bool
    """Whether the other store did not have it before."""
    points: int
    """The number of points that were added."""
    files: int
    """The number of artifacts that were added."""


def copy_between(run: Run, here: MlflowClient, there: MlflowClient, home: str) -> Copied:
    """Copy a run into an experiment of another store, or complete its copy; a copy in the trash is unchanged.

    A run in the trash is copied there, and a nested run is nested in the copy of its parent if that exists.
    """
    known = _copy_of(run.info.run_id, home, there)
    if known is not None and known.info.lifecycle_stage == LifecycleStage.DELETED:
        return Copied(known.info.run_id, is_new=False, points=0, files=0)
    copy = known or _created(run, home, there)
    copy_id = copy.info.run_id
    _set_parent(run, copy, home, there)
    points = _copy_values(run, copy, here, there)
    files = _copy_artifacts(run, copy, here, there)
    copy_models(run, copy, here.store, there.store)
    status = run.info.status
    ended = run.info.end_time if RunStatus.is_terminated(status) else None
    there.store.update_run(copy_id, status=status, end_time=ended)
    there.store.flush()
    if run.info.lifecycle_stage == LifecycleStage.DELETED:
        there.delete_run(copy_id)
    return Copied(copy_id, known is None, points, files)


def _copy_of(run_id: str, home: str, there: MlflowClient) -> Run | None:
    """Return the copy of a run, None if there is none yet."""
    query = parse(f"tags.`{tags.PUSHED}` = '{run_id}'")
    known = there.store.search_runs([home], query, ViewType.ALL, 1)
    return known[0] if known else None


def _created(run: Run, home: str, there: MlflowClient) -> Run:
    info = run.info
    kept = {key: value for key, value in run.data.tags.items() if key not in _TAGS_OF_THE_ORIGINAL} | {
        tags.PUSHED: info.run_id
    }
    return there.store.create_run(home, name=info.run_name, user_id=info.user_id, start_time=info.start_time, tags=kept)


def _set_parent(run: Run, copy: Run, home: str, there: MlflowClient) -> None:
    """Nest the copy of a nested run in the copy of its parent, if that exists."""
    parent = run.parent_id and _copy_of(run.parent_id, home, there)
    if parent and copy.parent_id != parent.info.run_id:
        there.set_tag(copy.info.run_id, tags.PARENT_RUN, parent.info.run_id)


def _copy_values(run: Run, copy: Run, here: MlflowClient, there: MlflowClient) -> int:
    """Add the values that a copy lacks; return the number of points."""
    params = [pair for pair in run.data.params.items() if pair[0] not in copy.data.params]
    there.store.log_batch(copy.info.run_id, params=params)
    if run.inputs.dataset_inputs:
        there.store.log_inputs(copy.info.run_id, run.inputs.dataset_inputs)
    return sum(_copy_history(key, run, copy, here, there) for key in run.data.metrics)


def _copy_history(key: str, run: Run, copy: Run, here: MlflowClient, there: MlflowClient) -> int:
    history = here.store.metric_history(run.info.run_id, key)
    known = len(there.store.metric_history(copy.info.run_id, key).steps) if key in copy.data.metrics else 0
    columns: Any = (history.steps[known:], history.timestamps[known:], history.values[known:])
    if len(columns[0]):
        there.store.appender(copy.info.run_id).columns({key: columns})
    return len(columns[0])


def _copy_artifacts(run: Run, copy: Run, here: MlflowClient, there: MlflowClient) -> int:
    """Add the artifacts that a copy lacks, or has with another size; return how many."""
    source = here.artifact_folder(run.info.run_id)
    known = {each.path: each.file_size for each in there.artifact_folder(copy.info.run_id).walk()}
    missing = [each.path for each in source.walk() if each.file_size is None or known.get(each.path) != each.file_size]
    for path in missing:
        with source.open(path) as file:
            there.log_stream(copy.info.run_id, file, path)
    return len(missing)
