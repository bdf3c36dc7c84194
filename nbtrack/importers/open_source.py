"""Finds the source that reads what the user named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import locate
from nbtrack.errors import NotFound, Unsupported
from nbtrack.importers import aim_repository, neptune_export, tensorboard_logs, trackio_database, wandb_runs
from nbtrack.importers.store_source import StoreSource
from nbtrack.stores import recognition

if TYPE_CHECKING:
    from nbtrack.importers.source import Source


def open_source(name: str) -> Source:
    """Return the source behind a path, a URI or the address of a server.

    Raises
    ------
    NotFound
        When there is no such file or folder.
    Unsupported
        When its kind is unknown.
    """
    place = locate.resolve(name)
    kind = locate.scheme(place)
    if kind not in {"", "sqlite"}:
        return StoreSource(locate.store(place))
    path = Path(place.removeprefix("sqlite:///"))
    if not path.exists():
        msg = f"{path} not found: name a folder, a database or the address of a server"
        raise NotFound(msg)
    if kind or recognition.holds_runs(path):
        is_trackio = path.is_file() and trackio_database.is_trackio_database(path)
        return trackio_database.TrackioDatabase(path) if is_trackio else StoreSource(locate.store(place))
    found = _folder(path)
    if found is not None:
        return found
    msg = (
        f"{path} can't be imported: supported are folders and databases of MLflow and nbtrack, addresses"
        " of MLflow servers, folders of TensorBoard logs, of W&B and of neptune-exporter, repositories of Aim,"
        " and databases of trackio"
    )
    raise Unsupported(msg)


def _folder(path: Path) -> Source | None:
    """Return the source in a folder of another tracker, None if it is not one."""
    if wandb_runs.run_files(path):
        return wandb_runs.WandbRuns(path)
    repository = aim_repository.repository(path)
    if repository is not None:
        return aim_repository.AimRepository(repository)
    data = neptune_export.export_folder(path)
    if data is not None:
        return neptune_export.NeptuneExport(data)
    return tensorboard_logs.TensorboardLogs(path) if tensorboard_logs.is_log_folder(path) else None
