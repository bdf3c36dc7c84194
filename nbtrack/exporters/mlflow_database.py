"""A SQLite database of MLflow's schema as a target: ``mlflow.db``, with the artifacts in ``mlartifacts`` beside it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import apsw

from nbtrack import locate
from nbtrack.entities import Experiment
from nbtrack.errors import AlreadyExists, DamagedStore, InvalidValue, StorageFailed, Unsupported
from nbtrack.exporters import database_rows, mlflow_schema
from nbtrack.stores.mlflow_sql import is_mlflow_database
from nbtrack.stores.mlflow_sql.mlflow_sql_store import ARTIFACTS
from nbtrack.stores.run_ids import is_run_id
from nbtrack.stores.sql import rows
from nbtrack.stores.sql.whole_runs import Written
from nbtrack.stores.sqlite import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Run
    from nbtrack.stores.logged_models import LoggedModel
    from nbtrack.stores.sql.whole_runs import Histories

_EXPERIMENT = "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time"
_EXPERIMENT += ", last_update_time) VALUES (?, ?, ?, ?, ?, ?)"
_FIELDS = "experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time"


class MlflowDatabase:
    """A `Target` over a database that MLflow 3 opens; it is created if there is none.

    Raises
    ------
    Unsupported
        When the file is not an MLflow database, or of a version before 3.0.
    """

    def __init__(self, file: Path) -> None:
        self.uri, self._file = f"sqlite:///{file}", file
        self._root = file.with_name(ARTIFACTS)
        is_new = not file.exists() or not file.stat().st_size
        if not is_new and not is_mlflow_database(file):
            msg = f"{file} is not an MLflow database: name another file to export to"
            raise Unsupported(msg)
        with self._explained():
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = apsw.Connection(str(file))
            self._connection.set_busy_handler(connect.busy_handler(connect.BUSY_SECONDS))
            if is_new:
                self._create()
        self._check_version()

    def find_experiment(self, name: str) -> Experiment | None:
        """See `Target.find_experiment`."""
        with self._explained():
            found = rows.first_row(self._connection, f"SELECT {_FIELDS} FROM experiments WHERE name = ?", (name,))
            if found is None:
                return None
            tags = dict(
                self._connection.execute("SELECT key, value FROM experiment_tags WHERE experiment_id = ?", found[:1])
            )
        number, name, location, stage, created, updated = found
        return Experiment(str(number), name, location or "", stage or "active", created, updated, tags)

    def write_experiment(self, experiment: Experiment, location: str | None) -> str:
        """See `Target.write_experiment`; the id stays the same unless it is taken."""
        with self._writing() as connection:
            number = self._free_id(experiment)
            created, updated = experiment.creation_time, experiment.last_update_time
            place = location or str(self._root / str(number))
            fields = (number, experiment.name, place, experiment.lifecycle_stage, created, updated)
            connection.execute(_EXPERIMENT, fields)
            database_rows.add_experiment_tags(connection, number, experiment.tags)
        return str(number)

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str | None]) -> None:
        """See `Target.set_experiment_tags`."""
        with self._writing() as connection:
            set_ = {key: value for key, value in tags.items() if value is not None}
            database_rows.add_experiment_tags(connection, int(experiment_id), set_)

    def write_run(self, run: Run, experiment_id: str, artifact_uri: str | None, histories: Histories) -> Written:
        """See `Target.write_run`; identical points are stored once, as MLflow does."""
        run_id = run.info.run_id
        if not is_run_id(run_id):
            msg = f"{run_id[:80]!r} is not the id of a run"
            raise InvalidValue(msg)
        with self._writing() as connection:
            known = rows.first_row(connection, "SELECT experiment_id FROM runs WHERE run_uuid = ?", (run_id,))
            if known is not None and str(known[0]) != experiment_id:
                msg = f"Run {run_id} already exists, in experiment {known[0]}"
                raise AlreadyExists(msg)
            uri = artifact_uri or str(self._root / experiment_id / run_id / "artifacts")
            database_rows.add_info(connection, run.info, int(experiment_id), uri, run.data.tags)
            database_rows.add_texts(connection, run)
            database_rows.add_datasets(connection, run, int(experiment_id))
            database_rows.add_models(connection, run, int(experiment_id), uri)
            points = sum(database_rows.add_points(connection, run_id, key, parts) for key, parts in histories)
        return Written(known is None, points)

    def write_models(self, run: Run, experiment_id: str, models: Sequence[LoggedModel]) -> None:
        """See `Target.write_models`."""
        with self._writing() as connection:
            for each in models:
                database_rows.add_model_values(connection, each, int(experiment_id))

    def artifacts(self, run_id: str) -> ArtifactRepository:
        """See `Target.artifacts`."""
        with self._explained():
            found = rows.first_row(self._connection, "SELECT artifact_uri FROM runs WHERE run_uuid = ?", (run_id,))
        assert found is not None
        return locate.repository(found[0])

    def flush(self) -> None:
        """See `Target.flush`; each call is committed before it returns."""

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _create(self) -> None:
        with self._writing() as connection:
            mlflow_schema.create(connection)
            now = time.time_ns() // 1_000_000
            connection.execute(_EXPERIMENT, (0, "Default", str(self._root / "0"), "active", now, now))

    def _check_version(self) -> None:
        with self._explained():
            columns = {name for (name,) in self._connection.execute("SELECT name FROM pragma_table_info('inputs')")}
        if "step" not in columns:
            self.close()
            msg = f"{self._file} was from before MLflow 3.0: first run `mlflow db upgrade {self.uri}` with a newer one"
            raise Unsupported(msg)

    def _free_id(self, experiment: Experiment) -> int:
        """Return the id of the experiment if it is free, else the next one."""
        wanted = int(experiment.experiment_id) if experiment.experiment_id.isdecimal() else 0
        taken = rows.first_row(self._connection, "SELECT 1 FROM experiments WHERE experiment_id = ?", (wanted,))
        if taken is None:
            return wanted
        greatest = rows.first_row(self._connection, "SELECT MAX(experiment_id) FROM experiments")
        assert greatest is not None
        return int(greatest[0]) + 1

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        """Open a transaction that is rolled back when anything fails."""
        with self._explained(), self._connection:
            yield self._connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (apsw.NotADBError, apsw.CorruptError) as error:
            msg = f"{self._file} is damaged ({error}): name another file to export to"
            raise DamagedStore(msg) from error
        except (apsw.Error, OSError) as error:
            if isinstance(error, StorageFailed):
                raise
            msg = f"Cannot write {self._file}: {error}"
            raise StorageFailed(msg) from error
