"""The store: requests that every MLflow-compatible server understands; the rest through the API of its kind."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING

from nbtrack.entities import Metric
from nbtrack.query import EXPERIMENTS
from nbtrack.stores.column_bytes import to_metrics
from nbtrack.stores.interface import Appender, Delivery
from nbtrack.stores.rest.endpoint_calls import Calls
from nbtrack.stores.rest.mlflow_api import MlflowApi, mlflow_filter
from nbtrack.stores.rest.nbtrack_api import NbtrackApi
from nbtrack.validation import MlflowLimits, experiment_number
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.entities import (
        DatasetInput,
        DatasetSummary,
        Experiment,
        History,
        Overview,
        Page,
        Run,
        RunColumns,
        RunInfo,
        ViewType,
    )
    from nbtrack.query import Query
    from nbtrack.stores.interface import Columns, Keys, Pairs
    from nbtrack.stores.rest.endpoint_calls import StoreArtifact
    from nbtrack.wire.endpoint import Endpoint
    from nbtrack.wire.http import Transport
    from nbtrack.wire.values import Json

_STAGES = {
    "deleted": (endpoint_table.DELETE_EXPERIMENT, endpoint_table.DELETE_RUN),
    "active": (endpoint_table.RESTORE_EXPERIMENT, endpoint_table.RESTORE_RUN),
}


class RestStore:
    """The store behind a tracking server; each call sends a request and returns when it is answered.

    Parameters
    ----------
    transport : Transport
        The connection to the server.
    keep : callable, optional
        Stores bytes as an artifact of a run, for texts that an MLflow server would truncate.
    """

    def __init__(self, transport: Transport, keep: StoreArtifact | None = None) -> None:
        self.uri, self._transport, self._keep = transport.uri, transport, keep
        self.say: Callable[[str], object] = warnings.warn
        """Reports to the user what was truncated."""
        self._calls = Calls(transport)
        self._call = self._calls.call
        self._known_api: NbtrackApi | MlflowApi | None = None
        self._webhook: str | None = None

    @property
    def _api(self) -> NbtrackApi | MlflowApi:
        """The API of this kind of server, which is detected once."""
        if self._known_api is None:
            calls = self._calls
            told = calls.nbtrack_server()
            self._webhook = None if told is None else told.get("webhook")
            self._known_api = MlflowApi(calls, self._keep, self.say) if told is None else NbtrackApi(calls)
        return self._known_api

    @property
    def is_nbtrack(self) -> bool:
        """Whether the server is one of nbtrack."""
        return isinstance(self._api, NbtrackApi)

    @property
    def webhook(self) -> str | None:
        """The digest of the webhook that the server posts alerts to, None if there is none."""
        return self._webhook if self.is_nbtrack else None

    def call(self, endpoint: Endpoint, **arguments: object) -> Json:
        """Call an endpoint for what MLflow stores beside runs, such as logged models, and return its response."""
        return self._call(endpoint, **arguments)

    # experiments

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Mapping[str, str] | None = None
    ) -> str:
        """See `Store.create_experiment`."""
        answer = self._call(
            endpoint_table.CREATE_EXPERIMENT,
            name=name,
            artifact_location=artifact_location,
            tags=list((tags or {}).items()),
        )
        return str(answer["experiment_id"])

    def get_experiment(self, experiment_id: str) -> Experiment:
        """See `Store.get_experiment`."""
        experiment_number(experiment_id)
        answer = self._call(endpoint_table.GET_EXPERIMENT, experiment_id=experiment_id)
        return records.read_experiment(answer["experiment"])

    def find_experiment(self, name: str) -> Experiment | None:
        """See `Store.find_experiment`."""
        answer = self._calls.found(endpoint_table.FIND_EXPERIMENT, experiment_name=name)
        return None if answer is None else records.read_experiment(answer["experiment"])

    def update_experiment(self, experiment_id: str, *, name: str | None = None, stage: str | None = None) -> None:
        """See `Store.update_experiment`."""
        if name is not None:
            self._call(endpoint_table.UPDATE_EXPERIMENT, experiment_id=experiment_id, new_name=name)
        if stage is not None:
            self._call(_STAGES[stage][0], experiment_id=experiment_id)

    def search_experiments(
        self, query: Query, view: ViewType, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        """See `Store.search_experiments`."""
        text, order = mlflow_filter(query, EXPERIMENTS)
        answer = self._call(
            endpoint_table.SEARCH_EXPERIMENTS,
            max_results=min(limit, MlflowLimits.RESULTS_PER_PAGE),
            filter=text,
            order_by=order,
            view_type=view,
            page_token=token,
        )
        return records.read_page("experiments", answer, records.read_experiment)

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str | None]) -> None:
        """See `Store.set_experiment_tags`."""
        for key, value in tags.items():
            if value is None:
                self._call(endpoint_table.DELETE_EXPERIMENT_TAG, experiment_id=experiment_id, key=key)
            else:
                self._call(endpoint_table.SET_EXPERIMENT_TAG, experiment_id=experiment_id, key=key, value=value)

    # runs

    def create_run(
        self, experiment_id: str, *, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
    ) -> Run:
        """See `Store.create_run`."""
        answer = self._call(
            endpoint_table.CREATE_RUN,
            experiment_id=experiment_id,
            run_name=name,
            user_id=user_id,
            start_time=start_time,
            tags=list(tags.items()),
        )
        return records.read_run(answer["run"])

    def get_run(self, run_id: str) -> Run:
        """See `Store.get_run`."""
        return records.read_run(self._call(endpoint_table.GET_RUN, run_id=run_id)["run"])

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
        """See `Store.update_run`; the server decides when it is on disk."""
        if stage is not None:
            self._call(_STAGES[stage][1], run_id=run_id)
        if experiment_id is not None:
            self._api.move(run_id, experiment_id)
        if status is None and end_time is None and name is None:
            return self.get_run(run_id).info
        answer = self._call(endpoint_table.UPDATE_RUN, run_id=run_id, status=status, end_time=end_time, run_name=name)
        return records.read_info(answer["run_info"])

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
        return self._api.search_runs(experiment_ids, query, view, limit, token, offset)

    def run_columns(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, keys: Keys | None = None
    ) -> RunColumns:
        """See `Store.run_columns`."""
        return self._api.run_columns(experiment_ids, query, view, limit, keys)

    def overview(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Overview:
        """See `Store.overview`."""
        return self._api.overview(experiment_ids, query, view)

    # what a run logs

    def log_batch(
        self, run_id: str, metrics: Sequence[Metric] = (), params: Pairs = (), tags: Pairs = (), *, once: bool = False
    ) -> None:
        """See `Store.log_batch`; a repeated request is recognised, by an MLflow server always as with `once`."""
        if once:
            self._api.log_batch(run_id, metrics, params, tags)
        else:
            self.deliver(run_id, Delivery(f"single-{os.urandom(16).hex()}", 0, 1), metrics, params, tags)

    def deliver(
        self, run_id: str, delivery: Delivery, metrics: Sequence[Metric], params: Pairs = (), tags: Pairs = ()
    ) -> int:
        """See `Store.deliver`."""
        return self._api.deliver(run_id, delivery, metrics, params, tags)

    def appender(self, run_id: str) -> Appender:
        """See `Store.appender`."""

        def point(key: str, value: float, step: int, timestamp: int) -> None:
            self.log_batch(run_id, [Metric(key, value, timestamp, step)])

        def moment(values: Mapping[str, float], step: int, timestamp: int) -> None:
            self.log_batch(run_id, [Metric(key, value, timestamp, step) for key, value in values.items()])

        def columns(given: Mapping[str, Columns]) -> None:
            self.log_batch(run_id, to_metrics(given))

        return Appender(point, moment, columns)

    def log_inputs(self, run_id: str, inputs: Iterable[DatasetInput]) -> None:
        """See `Store.log_inputs`."""
        self._call(endpoint_table.LOG_INPUTS, run_id=run_id, datasets=list(inputs))

    def dataset_summaries(self, experiment_ids: Sequence[str], limit: int) -> list[DatasetSummary]:
        """See `Store.dataset_summaries`; servers return at most `MlflowLimits.DATASET_SUMMARIES`."""
        answer = self._call(endpoint_table.SEARCH_DATASETS, experiment_ids=list(experiment_ids))
        return [records.read_dataset_summary(each) for each in answer.get("dataset_summaries", [])[:limit]]

    def delete_tag(self, run_id: str, key: str) -> None:
        """See `Store.delete_tag`."""
        self._call(endpoint_table.DELETE_TAG, run_id=run_id, key=key)

    def drop(self, run_id: str, key: str) -> None:
        """See `Store.drop`."""
        self._api.drop(run_id, key)

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`."""
        return self._api.metric_history(run_id, key)

    def purge(self, run_ids: Iterable[str] = (), experiment_ids: Iterable[str] = ()) -> None:
        """See `Store.purge`."""
        self._api.purge(run_ids, experiment_ids)

    def tag(self, run_id: str, key: str) -> str | None:
        """See `Store.tag`."""
        return self._api.tag(run_id, key)

    def experiment_of(self, run_id: str) -> str:
        """See `Store.experiment_of`."""
        return self.get_run(run_id).info.experiment_id

    def mark(self) -> object:
        """See `Store.mark`."""
        return self._api.mark()

    def flush(self) -> None:
        """See `Store.flush`; here each call is answered before it returns."""

    def close(self) -> None:
        """See `Store.close`."""
        self._transport.close()
