"""The calls that a write queue passes on to the server: reads and changes, after everything that was logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import Experiment, History, Overview, Page, Run, RunColumns, ViewType
    from nbtrack.query import Query
    from nbtrack.stores.interface import Keys
    from nbtrack.stores.rest import RestStore


class ReadThrough:
    """Each call waits for what this process has logged to be at the server, and is then a request.

    Parameters
    ----------
    store : RestStore
        The server.
    """

    def __init__(self, store: RestStore) -> None:
        self._store, self.uri = store, store.uri

    def settle(self) -> None:
        """Wait, for a limited time, until the server has what was logged."""
        raise NotImplementedError

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Mapping[str, str] | None = None
    ) -> str:
        """See `Store.create_experiment`."""
        return self._store.create_experiment(name, artifact_location, tags)

    def get_experiment(self, experiment_id: str) -> Experiment:
        """See `Store.get_experiment`."""
        return self._store.get_experiment(experiment_id)

    def find_experiment(self, name: str) -> Experiment | None:
        """See `Store.find_experiment`."""
        return self._store.find_experiment(name)

    def update_experiment(self, experiment_id: str, *, name: str | None = None, stage: str | None = None) -> None:
        """See `Store.update_experiment`."""
        self.settle()
        self._store.update_experiment(experiment_id, name=name, stage=stage)

    def search_experiments(
        self, query: Query, view: ViewType, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        """See `Store.search_experiments`."""
        return self._store.search_experiments(query, view, limit, token)

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str | None]) -> None:
        """See `Store.set_experiment_tags`."""
        self._store.set_experiment_tags(experiment_id, tags)

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
        self.settle()
        return self._store.search_runs(experiment_ids, query, view, limit, token, offset)

    def run_columns(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, keys: Keys | None = None
    ) -> RunColumns:
        """See `Store.run_columns`."""
        self.settle()
        return self._store.run_columns(experiment_ids, query, view, limit, keys)

    def overview(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Overview:
        """See `Store.overview`."""
        self.settle()
        return self._store.overview(experiment_ids, query, view)

    def delete_tag(self, run_id: str, key: str) -> None:
        """See `Store.delete_tag`."""
        self.settle()
        self._store.delete_tag(run_id, key)

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`."""
        self.settle()
        return self._store.metric_history(run_id, key)

    def purge(self, run_ids: Iterable[str] = (), experiment_ids: Iterable[str] = ()) -> None:
        """See `Store.purge`."""
        self.settle()
        self._store.purge(run_ids, experiment_ids)

    def tag(self, run_id: str, key: str) -> str | None:
        """See `Store.tag`; it does not wait, for it is asked often."""
        return self._store.tag(run_id, key)
