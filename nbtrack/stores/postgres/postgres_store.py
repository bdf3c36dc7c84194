"""`PostgresStore`: the methods of `SqlStore` over PostgreSQL, and its appender."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from nbtrack.errors import NbtrackError, NotFound, Unreachable
from nbtrack.stores import blocks, column_bytes
from nbtrack.stores.heartbeat import Heartbeat
from nbtrack.stores.interface import Appender
from nbtrack.stores.postgres import grouped_writes, postgres_points, postgres_run_changes, postgres_runs
from nbtrack.stores.postgres.grouped_batches import Batch
from nbtrack.stores.postgres.grouped_writes import Ending
from nbtrack.stores.postgres.postgres_batch import Content, Recording
from nbtrack.stores.postgres.postgres_compaction import BackgroundCompaction
from nbtrack.stores.postgres.postgres_database import PostgresDatabase
from nbtrack.stores.sql import SqlStore, block_storage, deliveries, rows, runs
from nbtrack.stores.sql.rows import ArtifactRoots
from nbtrack.stores.write_calls import ALONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from nbtrack.entities import History, Metric, Run, RunInfo
    from nbtrack.stores.interface import Columns, Delivery, Pairs
    from nbtrack.stores.postgres.grouped_writes import Write
    from nbtrack.stores.sql.database import Connection
    from nbtrack.stores.sql.run_search import RunSearch
    from nbtrack.stores.write_calls import WriteCall


class PostgresStore(SqlStore):
    """A store in a PostgreSQL database; every call is committed there when it returns."""

    def __init__(self, uri: str, artifacts: str) -> None:
        self._database: PostgresDatabase = PostgresDatabase(uri)
        super().__init__(self._database.place, self._database, ArtifactRoots(artifacts.rstrip("/")), postgres_points)
        self._compaction = BackgroundCompaction(self._database)
        self._heartbeat = Heartbeat(self._database.send_heartbeat)

    def create_run(
        self, experiment_id: str, *, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
    ) -> Run:
        """See `Store.create_run`."""
        new = postgres_runs.NewRun.described(experiment_id, name, user_id, start_time, tags)
        with self._database.writing() as session:
            return postgres_runs.create(session, self._roots, new)

    def get_run(self, run_id: str) -> Run:
        """See `Store.get_run`."""
        with self._database.reading() as session:
            return postgres_runs.get(session, self._roots, run_id)

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`; a run that the replica does not have yet may be on the primary."""
        with contextlib.suppress(NotFound), self._database.searching() as session:
            return postgres_points.history_of(session, run_id, key)
        with self._database.reading() as session:
            return postgres_points.history_of(session, run_id, key)

    def log_batch(
        self, run_id: str, metrics: Sequence[Metric] = (), params: Pairs = (), tags: Pairs = (), *, once: bool = False
    ) -> None:
        """See `Store.log_batch`."""
        self._record(run_id, Content(block_storage.columns_by_key(metrics), params, tags), once=once)

    def _record(self, run_id: str, content: Content, *, once: bool = False) -> None:
        with self._database.writing(run_id) as session:
            Recording(session, run_id).record(content, once=once)
        self._compaction.note(run_id, content.columns)

    def deliver(
        self, run_id: str, delivery: Delivery, metrics: Sequence[Metric], params: Pairs = (), tags: Pairs = ()
    ) -> int:
        """See `Store.deliver`."""
        content = Content(block_storage.columns_by_key(metrics), params, tags)
        try:
            with self._database.writing(run_id) as session:
                Recording(session, run_id).deliver(content, delivery)
        except deliveries.CameBeforeError as error:
            return error.reached
        self._compaction.note(run_id, content.columns)
        return delivery.end

    def write_together(self, calls: Sequence[WriteCall]) -> list[object]:
        """See `WritesTogether`."""
        writes = [grouped_writes.as_write(each) for each in calls]
        usual = [each for each in writes if each is not None]
        if not usual:
            return [ALONE] * len(calls)
        try:
            grouped_writes.write_all(self._database, self._roots, usual)
        except Unreachable:
            raise
        except NbtrackError:
            return [ALONE] * len(calls)
        for each in usual:
            self._note_write(each)
        return [ALONE if each is None else each.result for each in writes]

    def _note_write(self, write: Write) -> None:
        """Note what was written for the compaction and the heartbeats."""
        if write.result is ALONE:
            return
        if isinstance(write, Batch):
            self._compaction.note(write.run_id, write.content.columns)
        elif isinstance(write, Ending):
            self._note_end(write.run_id)

    def _note_end(self, run_id: str) -> None:
        self._compaction.forget(run_id)
        self._heartbeat.remove(run_id)

    def appender(self, run_id: str) -> Appender:
        """See `Store.appender`."""
        with self._database.reading(points=False) as connection:
            runs.writable_row(connection, run_id)
        self._heartbeat.add(run_id)

        def record(recorded: Mapping[str, Columns]) -> None:
            packed = {key: column_bytes.columns_to_bytes(key, *each) for key, each in recorded.items()}
            self._record(run_id, Content({key: _unpacked(*each) for key, each in packed.items() if each[0]}))

        return Appender(
            lambda key, value, step, timestamp: record({key: ([step], [timestamp], [value])}),
            lambda values, step, timestamp: record(
                {key: ([step], [timestamp], [value]) for key, value in values.items()}
            ),
            record,
        )

    def _change(self, run_id: str, change: runs.Change, *, synced: bool) -> RunInfo:
        """Apply a change; the points of a run that ends are merged into few blocks."""
        with self._database.writing(run_id) as session:
            changed = postgres_run_changes.change(session, run_id, change)
        if change.ends or change.stage is not None:
            self._note_end(run_id)
        return rows.info(runs.existing(run_id, changed), self._roots)

    def _search_transaction(self) -> AbstractContextManager[Connection]:
        return self._database.searching()

    def _search_type(self) -> type[RunSearch]:
        from nbtrack.stores.postgres.postgres_search import PostgresSearch

        return PostgresSearch

    def close(self) -> None:
        """See `Store.close`."""
        self._heartbeat.close()
        self._compaction.close()
        super().close()

    def mark(self) -> object:
        """See `Store.mark`: the snapshot of transactions on the server, including those of other databases."""
        return self._database.transaction_snapshot()


def _unpacked(steps: bytes, timestamps: bytes, values: bytes) -> blocks.Points:
    return blocks.Points(
        column_bytes.from_bytes("q", steps),
        column_bytes.from_bytes("q", timestamps),
        column_bytes.from_bytes("d", values),
    )
