"""The store of a folder in MLflow's file layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.entities import History
from nbtrack.errors import DamagedStore, NotFound
from nbtrack.stores import blocks
from nbtrack.stores.mlflow_files import metric_file, model_folder, run_folder
from nbtrack.stores.mlflow_files.checked_files import UnreadableError
from nbtrack.stores.mlflow_files.folder_index import FolderIndex
from nbtrack.stores.sql import runs
from nbtrack.stores.sql.read_only_store import ReadOnlyStore
from nbtrack.stores.sql.rows import ArtifactRoots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbtrack.entities import Run
    from nbtrack.stores.logged_models import LoggedModel


class MlflowFileStore(ReadOnlyStore):
    """The experiments and runs in a folder such as ``mlruns``; nothing is written into it.

    Files that change are noticed by the next read: at once for runs that are running or were modified in the last
    minute, and for a run that is requested by its id; for others within 20 searches when a file is overwritten.
    """

    def __init__(self, uri: str, folder: Path) -> None:
        self._index = FolderIndex(folder)
        super().__init__(uri, self._index, ArtifactRoots(str(folder)))

    def get_run(self, run_id: str) -> Run:
        """See `Store.get_run`."""
        self._index.check_run(run_id)
        return super().get_run(run_id)

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`."""
        parts = list(self.point_parts(run_id, key))
        return History(key, *(blocks.concatenate(parts) if parts else blocks.empty()))

    def point_parts(self, run_id: str, key: str) -> Iterator[blocks.Points]:
        """Yield the points of a metric in logged order, a limited number at once."""
        with self._index.reading() as connection:
            runs.row_number(connection, run_id)
            path = run_folder.history_path(f"{self._index.folder(run_id)}", key)
        if path is None:
            return
        try:
            yield from metric_file.points(path)
        except UnreadableError as error:
            msg = f"The history of {key!r} of run {run_id} cannot be read: {error}"
            raise DamagedStore(msg) from error

    def logged_model(self, run_id: str, model_id: str) -> LoggedModel:
        """Return a model that a run has logged; `NotFound` if it cannot be read."""
        path = self._index.folder(run_id) or ""
        try:
            return model_folder.read_model(path.rpartition("/")[0], model_id)
        except UnreadableError as error:
            msg = f"Model {model_id} of run {run_id} cannot be read: {error}"
            raise NotFound(msg) from error

    def mark(self) -> object:
        """See `Store.mark`."""
        self._index.update()
        return self._index.generation

    def refresh(self) -> None:
        """Check the files now, even if that was done just before."""
        self._index.refresh()

    def unreadable(self) -> dict[str, str]:
        """Return why experiments and runs are left out, by their paths below the folder."""
        self._index.update()
        return dict(self._index.unreadable)
