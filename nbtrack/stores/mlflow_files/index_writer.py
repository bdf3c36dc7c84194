"""Writing experiments and runs into the index, many rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.stores.mlflow_files.checked_files import UnreadableError
from nbtrack.stores.sql import runs

if TYPE_CHECKING:
    import apsw

    from nbtrack.entities import Experiment, Metric, Run

BATCH = 500
"""Runs that are written at once."""
_TABLES = {"runs": 11, "params": 3, "tags": 3, "latest_metrics": 5}
"""The number of values in a row of each table, in the order in which they are written."""
_INFO = "id, run_id, experiment, name, user_id, status, start_time, end_time, stage, deleted, artifact_uri"
_INSERTS = {
    table: f"INSERT INTO {table} {f'({_INFO})' if table == 'runs' else ''} VALUES ({', '.join('?' * count)})"
    for table, count in _TABLES.items()
}


class IndexWriter:
    """Writes to the database of an index; `flush` completes what was inserted."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: dict[str, int] = {}
        """The row numbers of the runs, by their ids."""
        self._newest = 0
        self._pending: list[tuple[int, Run]] = []

    def write_experiment(self, experiment: Experiment) -> None:
        """Insert or replace an experiment; if another one has its name, the id is appended to it."""
        key, name, location, stage, created, updated, tags = experiment
        number, execute = int(key), self._connection.execute
        taken = list(execute("SELECT 1 FROM experiments WHERE name = ? AND id != ?", (name, number)))
        execute(
            "INSERT INTO experiments (id, name, artifact_location, stage, created, updated) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, artifact_location = excluded.artifact_location,"
            " stage = excluded.stage, created = excluded.created, updated = excluded.updated",
            (number, f"{name} ({number})" if taken else name, location, stage, created, updated),
        )
        execute("DELETE FROM experiment_tags WHERE experiment = ?", (number,))
        for pair in tags.items():
            execute("INSERT INTO experiment_tags VALUES (?, ?, ?)", (number, *pair))

    def delete_experiment(self, experiment_id: str) -> None:
        """Delete an experiment, whose runs are deleted already."""
        self.flush()
        self._connection.execute("DELETE FROM experiments WHERE id = ?", (int(experiment_id),))

    def write_run(self, run: Run, row: int) -> int:
        """Insert a run, or replace the one in a row that is not 0; return its row number."""
        known = self._rows.get(run.info.run_id)
        if known is not None and known != row:
            msg = "another experiment has a run with this id"
            raise UnreadableError(msg)
        if row:
            self.flush()
            self._connection.execute("DELETE FROM runs WHERE id = ?", (row,))
        else:
            self._newest = row = self._newest + 1
        self._rows[run.info.run_id] = row
        self._pending.append((row, run))
        if len(self._pending) >= BATCH:
            self.flush()
        return row

    def delete_run(self, run_id: str, row: int) -> None:
        """Delete a run with everything that belongs to it."""
        self.flush()
        self._connection.execute("DELETE FROM runs WHERE id = ?", (row,))
        self._rows.pop(run_id, None)

    def flush(self) -> None:
        """Write the runs that were inserted."""
        written, self._pending = self._pending, []
        if not written:
            return
        tables: dict[str, list[tuple[object, ...]]] = {table: [] for table in _TABLES}
        for row, run in written:
            _add_rows(tables, row, run)
        for table, statement in _INSERTS.items():
            self._connection.executemany(statement, tables[table])
        for row, run in written:
            if run.inputs.dataset_inputs:
                runs.log_inputs(self._connection, row, run.inputs.dataset_inputs)


def _add_rows(tables: dict[str, list[tuple[object, ...]]], row: int, run: Run) -> None:
    info = run.info
    values = (info.run_name, info.user_id, info.status, info.start_time, info.end_time)
    state = (info.lifecycle_stage, info.deleted_time, info.artifact_uri)
    tables["runs"].append((row, info.run_id, int(info.experiment_id), *values, *state))
    tables["params"] += [(row, *pair) for pair in run.data.params.items()]
    tables["tags"] += [(row, *pair) for pair in run.data.tags.items()]
    tables["latest_metrics"] += [_latest(row, each) for each in run.data.latest]


def _latest(row: int, point: Metric) -> tuple[object, ...]:
    value = None if point.value != point.value else point.value + 0.0
    return row, point.key, value, point.step, point.timestamp
