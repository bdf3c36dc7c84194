"""The store in a local folder: rows in SQLite, and metric points through a journal, which is faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.stores.heartbeat import Heartbeat
from nbtrack.stores.interface import Appender
from nbtrack.stores.sql import SqlStore, block_storage, runs
from nbtrack.stores.sql.rows import ArtifactRoots
from nbtrack.stores.sqlite.journal import point_appender
from nbtrack.stores.sqlite.sqlite_database import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from nbtrack.entities import Metric, Run, RunInfo
    from nbtrack.stores.interface import Pairs
    from nbtrack.stores.sql.retention import Thinned
    from nbtrack.stores.sql.whole_runs import Histories, Written

FILE = "nbtrack.db"


def journal_folder_of(file: Path) -> Path:
    """Return the folder of the journals of a database."""
    return file.with_name("journals" if file.name == FILE else f"{file.name}-journals")


class SqliteStore(SqlStore):
    """A database file in a folder such as ``mlruns``, which need not exist before the first write.

    With `durable` each call waits for the disk; otherwise data is on disk about a second later, and when a run has
    ended.
    """

    def __init__(self, uri: str, file: Path, artifacts: str, *, durable: bool = False) -> None:
        self._database: SqliteDatabase
        super().__init__(uri, SqliteDatabase(file, journal_folder_of(file), durable=durable), ArtifactRoots(artifacts))
        self._heartbeat = Heartbeat(self._database.send_heartbeat)

    def appender(self, run_id: str) -> Appender:
        """See `Store.appender`."""
        journal = self._database.journal
        self._heartbeat.add(run_id)
        return Appender(
            point_appender(run_id, journal),
            lambda values, step, timestamp: journal().append_same_step(run_id, values, step, timestamp),
            lambda columns: journal().append_columns(run_id, columns),
        )

    def create_run(
        self, experiment_id: str, *, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
    ) -> Run:
        """See `Store.create_run`."""
        run = super().create_run(experiment_id, name=name, user_id=user_id, start_time=start_time, tags=tags)
        self._database.created(run.info.run_id)
        return run

    def write_run(self, run: Run, experiment_id: str, artifact_uri: str | None, histories: Histories) -> Written:
        """See `SqlStore.write_run`; points in journals count as well."""
        self._database.catch_up()
        return super().write_run(run, experiment_id, artifact_uri, histories)

    def purge(self, run_ids: Iterable[str] = (), experiment_ids: Iterable[str] = ()) -> None:
        """See `Store.purge`; the space is returned to the file system."""
        gone_runs, gone_experiments = list(run_ids), list(experiment_ids)
        if not gone_runs and not gone_experiments:
            return
        super().purge(gone_runs, gone_experiments)
        self._database.release()
        self._database.shrink()

    def thin_points(
        self, before: int, experiment_ids: Sequence[str] | None = None, run_ids: Sequence[str] | None = None
    ) -> Thinned:
        """See `SqlStore.thin_points`; the space is returned to the file system."""
        self._database.catch_up()
        thinned = super().thin_points(before, experiment_ids, run_ids)
        if thinned.points:
            self._database.shrink()
        return thinned

    def back_up(self, target: Path) -> int:
        """Copy the database, with every recorded point, to a new file; return its size in bytes.

        Raises
        ------
        AlreadyExists
            When the file already exists.
        """
        self._database.back_up(target)
        return target.stat().st_size

    def mark(self) -> object:
        """See `Store.mark`: sizes and modification times of the database, its write-ahead log and the journals."""
        return tuple(_version(each) for each in self._database.files())

    def flush(self) -> None:
        """See `Store.flush`."""
        self._database.compact()

    def log_batch(
        self, run_id: str, metrics: Sequence[Metric] = (), params: Pairs = (), tags: Pairs = (), *, once: bool = False
    ) -> None:
        """See `Store.log_batch`; a batch of points alone goes to the journal, unless duplicates must be skipped."""
        if once and metrics:
            self._database.catch_up()
        if not metrics or params or tags or once:
            super().log_batch(run_id, metrics, params, tags, once=once)
            return
        self._database.journal().append_batch(run_id, metrics)

    def update_experiment(self, experiment_id: str, *, name: str | None = None, stage: str | None = None) -> None:
        """See `Store.update_experiment`."""
        super().update_experiment(experiment_id, name=name, stage=stage)
        if stage is not None:
            self._database.release()

    def _change(self, run_id: str, change: runs.Change, *, synced: bool) -> RunInfo:
        """Apply a change; a run that ends is on disk when this returns or about a second later, its points merged."""
        later = change.ends and not synced and self._database.syncs_periodically
        with self._database.writing(durable=change.ends and not later) as connection:
            if change.ends:
                block_storage.merge_blocks(connection, runs.row_number(connection, run_id))
            runs.update(connection, run_id, change)
            info = runs.info(connection, self._roots, run_id)
        if later:
            self._database.sync_soon()
        if change.ends or change.stage is not None:
            self._database.release([run_id])
            self._heartbeat.remove(run_id)
        return info

    def close(self) -> None:
        """See `Store.close`."""
        self._heartbeat.close()
        super().close()


def _version(path: Path) -> tuple[str, int, int] | None:
    """Return what changes when a file is written; None if it does not exist."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return path.name, found.st_size, found.st_mtime_ns
