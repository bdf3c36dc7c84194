"""Garbage collection: deleting runs and experiments in the trash permanently, with their artifacts."""

from __future__ import annotations

import warnings
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from nbtrack import locate, validation
from nbtrack.entities import ViewType
from nbtrack.errors import NbtrackError, StorageFailed, WrongState
from nbtrack.tracking.client import MlflowClient, now
from nbtrack.tracking.pending_artifacts import pending
from nbtrack.tracking.tracking_uri import get_tracking_uri
from nbtrack.validation import MlflowLimits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, FileInfo, Run, RunInfo
    from nbtrack.stores.sql.retention import Thinned


class GarbageCollected(NamedTuple):
    """What was deleted permanently: the number of runs and experiments, and the size of their artifacts in bytes."""

    runs: int
    experiments: int
    artifact_bytes: int


@validation.typed
def gc(
    older_than: timedelta | None = None,
    run_ids: Sequence[str] | None = None,
    experiment_ids: Sequence[str] | None = None,
) -> GarbageCollected:
    """Delete runs and experiments in the trash permanently, with their artifacts; the names become available.

    Parameters
    ----------
    older_than : timedelta, optional
        Only what was moved to the trash at least this long ago.
    run_ids, experiment_ids : sequence of str, optional
        Only these; by default everything in the trash.

    Raises
    ------
    WrongState
        When one of them is not in the trash.
    StorageFailed
        When the artifacts of some runs can't be deleted. These and their experiments stay in the trash; everything else
        is deleted.
    """
    client = MlflowClient()
    before = now() - int((older_than or timedelta()).total_seconds() * 1000)
    experiments = [] if run_ids is not None and experiment_ids is None else _experiments(client, experiment_ids, before)
    runs = [
        *_runs(client, run_ids, before, everything=experiment_ids is None),
        *_all_of(client, [each.experiment_id for each in experiments], ViewType.ALL),
    ]
    unique = {run.info.run_id: run for run in runs}
    for each in unique:
        pending().write(each)
    # A store that can't delete permanently must say so before the artifacts are deleted.
    client.store.purge()
    size, kept = 0, dict[str, str]()
    for run_id, run in unique.items():
        try:
            size += _delete_artifacts(run.info, client.tracking_uri)
        except NbtrackError as error:
            kept[run_id] = error.message
    full = {unique[each].info.experiment_id for each in kept}
    empty = [each.experiment_id for each in experiments if each.experiment_id not in full]
    client.store.purge([each for each in unique if each not in kept], empty)
    if kept:
        run_id, reason = next(iter(kept.items()))
        more = f"; {len(kept) - 1} more stay as well" if len(kept) > 1 else ""
        raise StorageFailed(f"Run {run_id} stays in the trash, since its artifacts can't be deleted: {reason}{more}")
    return GarbageCollected(len(unique), len(experiments), size)


def thin_points(
    older_than: timedelta, run_ids: Sequence[str] | None = None, experiment_ids: Sequence[str] | None = None
) -> Thinned:
    """Delete most points of runs that ended long ago, and return how many.

    Of each metric the first, the last, the lowest and the highest point stay, and the latest by step, which is the
    value of the metric. Runs that have not ended and those in the trash are unchanged.

    Parameters
    ----------
    older_than : timedelta
        How long ago a run must have ended.
    run_ids, experiment_ids : sequence of str, optional
        Only these.

    Raises
    ------
    NotFound
        When there is no such run or experiment.
    Unsupported
        When the store is on a server, or belongs to MLflow.
    """
    before = now() - int(older_than.total_seconds() * 1000)
    store = locate.database_store(get_tracking_uri())
    for each in run_ids or ():
        store.get_run(each)
    for each in experiment_ids or ():
        store.get_experiment(each)
    return store.thin_points(before, experiment_ids, run_ids)


def _experiments(client: MlflowClient, ids: Sequence[str] | None, before: int) -> list[Experiment]:
    if ids is not None:
        found = [client.get_experiment(each) for each in ids]
        for each in found:
            _require_deleted(f"Experiment {each.experiment_id}", each.lifecycle_stage)
        return found
    deleted = client.search_experiments(ViewType.DELETED_ONLY, max_results=MlflowLimits.RESULTS_PER_PAGE)
    return [each for each in deleted if (each.last_update_time or 0) <= before]


def _runs(client: MlflowClient, ids: Sequence[str] | None, before: int, *, everything: bool) -> list[Run]:
    if ids is not None:
        found = [client.get_run(each) for each in ids]
        for each in found:
            _require_deleted(f"Run {each.info.run_id}", each.info.lifecycle_stage)
        return found
    if not everything:
        return []
    experiments = [
        each.experiment_id
        for each in client.search_experiments(ViewType.ALL, max_results=MlflowLimits.RESULTS_PER_PAGE)
    ]
    deleted = _all_of(client, experiments, ViewType.DELETED_ONLY)
    return [run for run in deleted if (run.info.deleted_time or 0) <= before]


def _require_deleted(what: str, stage: str) -> None:
    if stage != "deleted":
        raise WrongState(f"{what} is not deleted: move it to the trash before deleting it permanently")


def _all_of(client: MlflowClient, experiment_ids: Sequence[str], view: ViewType) -> Iterator[Run]:
    token = None
    while experiment_ids:
        page = client.search_runs(experiment_ids, run_view_type=view, max_results=10_000, page_token=token)
        yield from page
        token = page.token
        if token is None:
            return


def _delete_artifacts(info: RunInfo, tracking_uri: str) -> int:
    """Delete all artifacts of a run, and return their size in bytes.

    Nothing is deleted if the folder does not belong to the run: for example, if the location of the experiment has a
    query, which truncates the path, or if the folder was replaced by a symbolic link.
    """
    if not _is_own_folder(info):
        warnings.warn(
            f"The artifacts of run {info.run_id} are kept: {info.artifact_uri} is not a folder of its own", stacklevel=3
        )
        return 0
    repository, size = locate.repository(info.artifact_uri, tracking_uri), 0
    for each in repository.list():
        size += _size(repository, each)
        repository.delete(each.path)
    return size


def _is_own_folder(info: RunInfo) -> bool:
    place = locate.resolve(info.artifact_uri)
    path = urlsplit(place).path if locate.scheme(place) else place
    is_linked = not locate.scheme(place) and any(each.is_symlink() for each in (Path(place), Path(place).parent))
    return path.rstrip("/").endswith(f"/{info.run_id}/artifacts") and not is_linked


def _size(repository: ArtifactRepository, info: FileInfo) -> int:
    if not info.is_dir:
        return info.file_size or 0
    return sum(_size(repository, each) for each in repository.list(info.path))
