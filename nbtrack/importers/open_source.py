"""From what a user names to the source that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import locate
from nbtrack.errors import NotFound, Unsupported
from nbtrack.importers import tensorboard_logs, trackio_database, wandb_runs
from nbtrack.importers.store_source import StoreSource

if TYPE_CHECKING:
    from nbtrack.importers.source import Source


def open_source(name: str) -> Source:
    """Return the source behind a path, a URI or the address of a server.

    Raises
    ------
    NotFound
        When there is no such file or folder.
    Unsupported
        When it is of no known kind.
    """
    place = locate.resolve(name)
    kind = locate.scheme(place)
    if kind not in {"", "sqlite"}:
        return StoreSource(locate.store(place))
    path = Path(place.removeprefix("sqlite:///"))
    if not path.exists():
        msg = f"{path} not found: name a folder, a database or the address of a server"
        raise NotFound(msg)
    if path.is_file() and trackio_database.is_trackio_database(path):
        return trackio_database.TrackioDatabase(path)
    if kind or locate.holds_runs(path):
        return StoreSource(locate.store(place))
    if path.is_dir() and wandb_runs.run_files(path):
        return wandb_runs.WandbRuns(path)
    if path.is_dir() and tensorboard_logs.is_log_folder(path):
        return tensorboard_logs.TensorboardLogs(path)
    msg = (
        f"{path} is of no kind that can be imported: known are folders and databases of MLflow and nbtrack, addresses"
        " of MLflow servers, folders of TensorBoard logs and of W&B, and databases of trackio"
    )
    raise Unsupported(msg)
