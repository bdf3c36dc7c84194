"""The systems that are measured, ready for use: each workload adds what it does with one."""

from __future__ import annotations

import os
import struct
import threading
from time import time_ns
from typing import Any

from workload import Workload

RECORD = struct.Struct("<IIIqqd")
"""A point as a journal has it: checksum, kind, series, step, timestamp, value; 36 bytes."""


class Nbtrack(Workload):
    """nbtrack, through its public functions, in a folder of its own."""

    def set_up(self) -> None:
        """Import it, and say where runs go."""
        import nbtrack as mlflow

        self.mlflow: Any = mlflow
        mlflow.set_tracking_uri(self.folder / "mlruns")

    def history(self, run_id: str, key: str) -> Any:
        """Return the values of every point of a metric."""
        return self.columns(run_id, key).values

    def columns(self, run_id: str, key: str) -> Any:
        """Return every point of a metric, as columns."""
        return self.mlflow.MlflowClient().store.metric_history(run_id, key)

    def tear_down(self) -> None:
        """Fold what is left."""
        self.mlflow.MlflowClient().store.close()


class Mlflow(Workload):
    """MLflow with its SQLite store."""

    def set_up(self) -> None:
        """Import it, and make its database."""
        import mlflow

        self.mlflow: Any = mlflow
        mlflow.set_tracking_uri(f"sqlite:///{self.folder}/mlflow.db")
        self.experiment = mlflow.create_experiment("benchmark", artifact_location=str(self.folder / "artifacts"))
        mlflow.set_experiment("benchmark")

    def history(self, run_id: str, key: str) -> Any:
        """Return every point of a metric."""
        return self.mlflow.MlflowClient().get_metric_history(run_id, key)


class Trackio(Workload):
    """Trackio, local."""

    project = "benchmark"

    def set_up(self) -> None:
        """Import it; it reads where to keep things when it is imported."""
        os.environ["TRACKIO_DIR"] = str(self.folder)
        import trackio
        from trackio.sqlite_storage import SQLiteStorage

        self.trackio: Any = trackio
        self.storage: Any = SQLiteStorage

    def start(self, **more: Any) -> Any:
        """Start a run without the dashboard and the monitors."""
        return self.trackio.init(self.project, embed=False, auto_log_gpu=False, auto_log_cpu=False, **more)

    def history(self, run: Any, key: str, **more: Any) -> Any:
        """Return every point of a metric."""
        return self.storage.get_metric_values(self.project, run.name, key, run_id=run.id, **more)


class Sqlite(Workload):
    """SQLite by hand: write-ahead log, synchronous NORMAL, a row for each point in the order of its series."""

    insert = "INSERT INTO points VALUES (?, ?, ?, ?)"
    series = 0

    def set_up(self) -> None:
        """Make the table."""
        self.connection = connected(self.folder / "points.db")
        self.connection.execute(
            "CREATE TABLE points (series INTEGER, step INTEGER, timestamp INTEGER, value REAL,"
            " PRIMARY KEY (series, step)) WITHOUT ROWID"
        )

    def tear_down(self) -> None:
        """Close it."""
        self.connection.close()


def connected(path: Any) -> Any:
    """Return a connection to a database in WAL mode."""
    import apsw

    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(60_000)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "NORMAL")
    return connection


def checkpoint(path: Any) -> None:
    """Bring what the write-ahead log has into the database, and leave the log empty.

    By the library that the system itself uses: two of them in one process would break each other's locks.
    """
    try:
        from apsw import Connection as Database
    except ImportError:
        from sqlite3 import connect as Database
    connection = Database(str(path))
    busy, *_ = next(iter(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")))
    connection.close()
    if busy:
        raise AssertionError(f"the write-ahead log of {path} is in use")


class Append(Workload):
    """A bare file that records are appended to."""

    def set_up(self) -> None:
        """Open the file."""
        self.descriptor = os.open(self.folder / "records", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)

    def tear_down(self) -> None:
        """Close it."""
        os.close(self.descriptor)


class CheckedAppend(Append):
    """The same with what no tracker can do without: it looks up the series, takes a lock, and packs the record."""

    def set_up(self) -> None:
        """Make what logs a point."""
        super().set_up()
        numbers, lock, buffer = {"m": 1}, threading.Lock(), bytearray(RECORD.size)
        descriptor, pack, write = self.descriptor, RECORD.pack_into, os.write

        def log(key: str, value: float, step: int) -> None:
            number = numbers[key]
            if type(value) is not float:
                value = float(value)
            with lock:
                pack(buffer, 0, 0, 0, number, step, time_ns() // 1_000_000, value)
                write(descriptor, buffer)

        self.log = log
