"""The store of a SQLite database of MLflow's schema."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.entities import History
from nbtrack.stores import blocks, moved_artifacts
from nbtrack.stores.mlflow_sql.mlflow_database import MlflowDatabase
from nbtrack.stores.run_ids import is_run_id
from nbtrack.stores.sql import rows, runs
from nbtrack.stores.sql.read_only_store import ReadOnlyStore
from nbtrack.stores.sql.rows import ArtifactRoots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from nbtrack.stores.sql.run_search import RunSearch

PROXIED = "mlflow-artifacts:/"
_POINTS = "SELECT step, timestamp, value FROM points WHERE run_id = ? AND key = ? ORDER BY id"


class _Roots(ArtifactRoots):
    """The folder of artifacts next to the database, which may have been moved with it."""

    __slots__ = ()

    def of_run(self, experiment: object, run_id: str, uri: str | None) -> str:
        """Return where the artifacts of a run are, also of one whose artifacts a server kept below ``mlartifacts``."""
        recorded = uri or ""
        if not is_run_id(run_id):
            return f"{self.root}/not-a-run-id/artifacts"
        served = Path(self.root).with_name("mlartifacts") / f"{experiment}" / run_id / "artifacts"
        if recorded.startswith(PROXIED):
            return str(served) if served.is_dir() else recorded
        return moved_artifacts.artifact_uri(recorded, run_id, f"{self.root}/{experiment}/{run_id}/artifacts")


class MlflowSqlStore(ReadOnlyStore):
    """The experiments and runs in a database such as ``mlflow.db``; nothing is written into it."""

    def __init__(self, uri: str, file: Path) -> None:
        self._file = MlflowDatabase(file)
        super().__init__(uri, self._file, _Roots(str(file.with_name("mlruns"))))

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`."""
        with self._file.reading() as connection:
            runs.row_number(connection, run_id)
            return History(key, *_columns(connection.execute(_POINTS, (run_id, key))))

    def point_parts(self, run_id: str, key: str) -> Iterator[blocks.Points]:
        """Yield the points of a metric in logged order, a limited number at once."""
        with self._file.streaming() as connection:
            found = iter(connection.execute(_POINTS, (run_id, key)))
            while (part := _columns(islice(found, blocks.MAX_POINTS))).values:
                yield part

    def mark(self) -> object:
        """See `Store.mark`."""
        return self._file.version()

    def _search_type(self) -> type[RunSearch]:
        from nbtrack.stores.sql.run_search import UnindexedRunSearch

        return UnindexedRunSearch


def _columns(found: Iterable[tuple[Any, ...]]) -> blocks.Points:
    columns = blocks.empty()
    for step, timestamp, value in found:
        columns.steps.append(step)
        columns.timestamps.append(timestamp)
        columns.values.append(rows.metric_value(value))
    return columns
