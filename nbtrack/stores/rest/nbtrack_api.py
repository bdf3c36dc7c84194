"""The API of an nbtrack server: one call for each operation, whatever its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.query import unparse
from nbtrack.stores.rest import client_side_aggregation
from nbtrack.validation import MlflowLimits
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.entities import History, Metric, Overview, Page, Run, RunColumns, RunInfo, ViewType
    from nbtrack.query import Query
    from nbtrack.stores.interface import Delivery, Keys, Pairs
    from nbtrack.stores.rest.endpoint_calls import Calls


class NbtrackApi:
    """The operations of a store on an nbtrack server; `MlflowApi` has the same methods."""

    def __init__(self, calls: Calls) -> None:
        self._call = calls.call

    def log_batch(self, run_id: str, metrics: Sequence[Metric], params: Pairs, tags: Pairs) -> None:
        """See `Store.log_batch`."""
        self._call(endpoint_table.LOG_WHOLE_BATCH, run_id=run_id, metrics=metrics, params=params, tags=tags)

    def deliver(self, run_id: str, delivery: Delivery, metrics: Sequence[Metric], params: Pairs, tags: Pairs) -> int:
        """See `Store.deliver`; an older server recognises repeated data by its values."""
        content = {"run_id": run_id, "metrics": metrics, "params": params, "tags": tags}
        answer = self._call(endpoint_table.LOG_WHOLE_BATCH, **content, **delivery._asdict())
        return int(answer.get("position", delivery.end))

    def search_runs(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, token: str | None, offset: int
    ) -> Page[Run]:
        """See `Store.search_runs`."""
        answer = self._call(
            endpoint_table.PAGE_OF_RUNS,
            **_search_arguments(experiment_ids, query, view),
            max_results=min(limit, MlflowLimits.RESULTS_PER_PAGE),
            page_token=token,
            offset=offset,
        )
        return records.read_page("runs", answer, records.read_run)

    def run_columns(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, keys: Keys | None
    ) -> RunColumns:
        """See `Store.run_columns`."""
        wanted = {} if keys is None else {each: list(keys.get(each, ())) for each in ("metrics", "params", "tags")}
        answer = self._call(
            endpoint_table.COLUMNS,
            **_search_arguments(experiment_ids, query, view),
            max_results=min(limit, MlflowLimits.RESULTS_PER_PAGE),
            **wanted,
        )
        found = records.read_columns(answer)
        if limit > MlflowLimits.RESULTS_PER_PAGE == len(found.infos["run_id"]):
            return client_side_aggregation.columns(list(self._all(experiment_ids, query, view, limit)), keys)
        return found

    def _all(self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int) -> Iterator[Run]:
        """Yield the first runs of a search from as many pages as needed."""
        token: str | None = None
        while limit > 0:
            page = self.search_runs(experiment_ids, query, view, limit, token, 0)
            yield from page
            limit, token = limit - len(page), page.token
            if token is None:
                return

    def overview(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Overview:
        """See `Store.overview`."""
        answer = self._call(endpoint_table.OVERVIEW, **_search_arguments(experiment_ids, query, view))
        return records.read_overview(answer)

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`."""
        return records.read_history(key, self._call(endpoint_table.WHOLE_HISTORY, run_id=run_id, metric_key=key))

    def move(self, run_id: str, experiment_id: str) -> RunInfo:
        """Move a run to another experiment."""
        answer = self._call(endpoint_table.MOVE_RUN, run_id=run_id, experiment_id=experiment_id)
        return records.read_info(answer["run_info"])

    def drop(self, run_id: str, key: str) -> None:
        """See `Store.drop`."""
        self._call(endpoint_table.DROP, run_id=run_id, key=key)

    def purge(self, run_ids: Iterable[str], experiment_ids: Iterable[str]) -> None:
        """See `Store.purge`."""
        self._call(endpoint_table.PURGE, run_ids=list(run_ids), experiment_ids=list(experiment_ids))

    def tag(self, run_id: str, key: str) -> str | None:
        """See `Store.tag`."""
        value = self._call(endpoint_table.TAG, run_id=run_id, key=key).get("value")
        return None if value is None else str(value)

    def mark(self) -> object:
        """See `Store.mark`."""
        return self._call(endpoint_table.MARK)["mark"]


def _search_arguments(experiment_ids: Sequence[str], query: Query, view: ViewType) -> dict[str, object]:
    text, order = unparse(query)
    return {"experiment_ids": list(experiment_ids), "filter": text, "order_by": order, "run_view_type": view}
