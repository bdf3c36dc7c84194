"""`SqlStore`: each method of the protocol as one transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbtrack import validation
from nbtrack.stores.sql import block_storage, deliveries, experiments, page_keys, runs
from nbtrack.stores.sql.deduplicate import without_repeats

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from nbtrack.entities import (
        DatasetInput,
        DatasetSummary,
        Experiment,
        History,
        Metric,
        Overview,
        Page,
        Run,
        RunColumns,
        RunInfo,
        ViewType,
    )
    from nbtrack.query import Query
    from nbtrack.stores.interface import Delivery, Keys, Pairs
    from nbtrack.stores.sql.accounts import Accounts
    from nbtrack.stores.sql.database import Connection, Database, PointStorage
    from nbtrack.stores.sql.retention import Thinned
    from nbtrack.stores.sql.rows import ArtifactRoots
    from nbtrack.stores.sql.run_search import RunSearch
    from nbtrack.stores.sql.sizes import ExperimentSize
    from nbtrack.stores.sql.whole_runs import Histories, Written


class SqlStore:
    """A `Store` over a `Database`; `Store.appender` is left to subclasses."""

    def __init__(
        self, uri: str, database: Database, roots: ArtifactRoots, storage: PointStorage = block_storage
    ) -> None:
        self.uri, self._database, self._roots, self._points = uri, database, roots, storage

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Mapping[str, str] | None = None
    ) -> str:
        """See `Store.create_experiment`."""
        if artifact_location is not None:
            validation.artifact_location(artifact_location)
        with self._database.writing() as connection:
            return experiments.create(connection, name, artifact_location, tags or {})

    def get_experiment(self, experiment_id: str) -> Experiment:
        """See `Store.get_experiment`."""
        with self._database.reading(points=False) as connection:
            return experiments.get(connection, self._roots, experiment_id)

    def find_experiment(self, name: str) -> Experiment | None:
        """See `Store.find_experiment`."""
        with self._database.reading(points=False) as connection:
            return experiments.find(connection, self._roots, name)

    def update_experiment(self, experiment_id: str, *, name: str | None = None, stage: str | None = None) -> None:
        """See `Store.update_experiment`."""
        with self._database.writing() as connection:
            experiments.update(connection, experiment_id, name, stage)

    def search_experiments(
        self, query: Query, view: ViewType, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        """See `Store.search_experiments`."""
        from nbtrack.stores.sql import experiment_search

        with self._database.reading(points=False) as connection:
            dialect = self._database.dialect
            return experiment_search.search(connection, self._roots, dialect, query, view, limit, token)

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str | None]) -> None:
        """See `Store.set_experiment_tags`."""
        with self._database.writing() as connection:
            experiments.tag(connection, experiment_id, tags)

    def create_run(
        self, experiment_id: str, *, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
    ) -> Run:
        """See `Store.create_run`."""
        with self._database.writing() as connection:
            run_id = runs.create(connection, experiment_id, name, user_id, start_time, tags)
            return runs.get(connection, self._roots, run_id)

    def get_run(self, run_id: str) -> Run:
        """See `Store.get_run`."""
        with self._database.reading() as connection:
            return runs.get(connection, self._roots, run_id)

    def update_run(
        self,
        run_id: str,
        *,
        status: str | None = None,
        end_time: int | None = None,
        name: str | None = None,
        stage: str | None = None,
        experiment_id: str | None = None,
        synced: bool = True,
    ) -> RunInfo:
        """See `Store.update_run`."""
        return self._change(run_id, runs.Change(status, end_time, name, stage, experiment_id), synced=synced)

    def _change(self, run_id: str, change: runs.Change, *, synced: bool) -> RunInfo:
        with self._database.writing(run_id) as connection:
            runs.update(connection, run_id, change)
            return runs.info(connection, self._roots, run_id)

    def search_runs(
        self,
        experiment_ids: Sequence[str],
        query: Query,
        view: ViewType,
        limit: int,
        token: str | None = None,
        offset: int = 0,
    ) -> Page[Run]:
        """See `Store.search_runs`."""
        with self._searching(experiment_ids, query, view) as search:
            return search.page(limit, token, offset)

    def run_columns(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, keys: Keys | None = None
    ) -> RunColumns:
        """See `Store.run_columns`."""
        with self._searching(experiment_ids, query, view) as search:
            return search.columns(limit, keys)

    def overview(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Overview:
        """See `Store.overview`."""
        with self._searching(experiment_ids, query, view) as search:
            return search.overview()

    @contextmanager
    def _searching(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Iterator[RunSearch]:
        search = self._search_type()
        with self._search_transaction() as connection:
            yield search(connection, self._roots, self._database.dialect, experiment_ids, query, view)

    def _search_transaction(self) -> AbstractContextManager[Connection]:
        return self._database.reading()

    def _search_type(self) -> type[RunSearch]:
        from nbtrack.stores.sql.run_search import RunSearch

        return RunSearch

    def log_batch(
        self, run_id: str, metrics: Sequence[Metric] = (), params: Pairs = (), tags: Pairs = (), *, once: bool = False
    ) -> None:
        """See `Store.log_batch`."""
        with self._database.writing(run_id) as connection:
            run = runs.writable_row(connection, run_id)
            runs.log_params(connection, run, run_id, params)
            runs.set_tags(connection, run, tags)
            new = without_repeats(connection, run, metrics, self._points.history) if once else metrics
            self._points.append(connection, run, new, greatest=once)

    def deliver(
        self, run_id: str, delivery: Delivery, metrics: Sequence[Metric], params: Pairs = (), tags: Pairs = ()
    ) -> int:
        """See `Store.deliver`."""
        try:
            with self._database.writing(run_id) as connection:
                deliveries.advance(connection, delivery)
                run = runs.writable_row(connection, run_id)
                runs.log_params(connection, run, run_id, params)
                runs.set_tags(connection, run, tags)
                self._points.append(connection, run, metrics)
        except deliveries.CameBeforeError as error:
            return error.reached
        return delivery.end

    def log_inputs(self, run_id: str, inputs: Iterable[DatasetInput]) -> None:
        """See `Store.log_inputs`."""
        with self._database.writing(run_id) as connection:
            runs.log_inputs(connection, runs.writable_row(connection, run_id), inputs)

    def dataset_summaries(self, experiment_ids: Sequence[str], limit: int) -> list[DatasetSummary]:
        """See `Store.dataset_summaries`."""
        with self._database.reading(points=False) as connection:
            return runs.dataset_summaries(connection, experiment_ids, limit)

    def tag(self, run_id: str, key: str) -> str | None:
        """See `Store.tag`."""
        with self._database.reading(points=False) as connection:
            return runs.tag(connection, run_id, key)

    def experiment_of(self, run_id: str) -> str:
        """See `Store.experiment_of`."""
        with self._database.reading(points=False) as connection:
            return runs.experiment_of(connection, run_id)

    def delete_tag(self, run_id: str, key: str) -> None:
        """See `Store.delete_tag`."""
        with self._database.writing(run_id) as connection:
            runs.delete_tag(connection, runs.writable_row(connection, run_id), run_id, key)

    def drop(self, run_id: str, key: str) -> None:
        """See `Store.drop`."""
        with self._database.writing(run_id) as connection:
            row = runs.writable_row(connection, run_id)
            runs.drop(connection, row, run_id, key)
            self._points.drop(connection, row, key)

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`."""
        with self._database.reading() as connection:
            return self._points.history(connection, runs.row_number(connection, run_id), key)

    def purge(self, run_ids: Iterable[str] = (), experiment_ids: Iterable[str] = ()) -> None:
        """See `Store.purge`."""
        with self._database.writing() as connection:
            runs.purge(connection, run_ids, experiment_ids)

    def thin_points(
        self, before: int, experiment_ids: Sequence[str] | None = None, run_ids: Sequence[str] | None = None
    ) -> Thinned:
        """Delete most points of runs that ended before a time in ms (UTC); see `retention.kept` for those that stay."""
        from nbtrack.stores.sql import retention

        with self._database.reading() as connection:
            long = retention.long_histories(connection, self._points, before, experiment_ids, run_ids)
        total = retention.Thinned(0, 0, 0)
        for run_id, keys in long.items():
            with self._database.writing(run_id) as connection:
                total = total.plus(retention.thin(connection, self._points, run_id, before, keys))
        return total

    def sizes(self) -> list[ExperimentSize]:
        """Return how much space each experiment takes in the database, the largest first."""
        from nbtrack.stores.sql import sizes

        with self._database.reading() as connection:
            return sizes.sizes(connection, self._points)

    def write_experiment(self, experiment: Experiment, location: str | None) -> str:
        """Write an experiment of another store under a new id, and return the id; see `whole_runs.write_experiment`."""
        from nbtrack.stores.sql import whole_runs

        with self._database.writing() as connection:
            return whole_runs.write_experiment(connection, experiment, location)

    def write_run(self, run: Run, experiment_id: str, artifact_uri: str | None, histories: Histories) -> Written:
        """Write a run of another store with its id, in one transaction; see `whole_runs.write_run`."""
        from nbtrack.stores.sql import whole_runs

        with self._database.writing() as connection:
            return whole_runs.write_run(connection, self._points, run, experiment_id, artifact_uri, histories)

    @property
    def accounts(self) -> Accounts | None:
        """The users of servers of the store, if it keeps them."""
        from nbtrack.stores.sql.accounts import Accounts

        return Accounts(self._database)

    def page_keys(self) -> dict[int, bytes]:
        """Return the keys with which servers sign page tokens, by their numbers; a new one is created once a month."""
        with self._database.reading(points=False) as connection:
            known = page_keys.read(connection)
        if page_keys.is_renewal_due(known):
            with self._database.writing() as connection:
                page_keys.renew(connection)
                deliveries.forget_old(connection)
                known = page_keys.read(connection)
        return {each.number: bytes(each.key) for each in known}

    def flush(self) -> None:
        """See `Store.flush`; here each call is committed before it returns."""

    def close(self) -> None:
        """See `Store.close`."""
        self._database.close()
