"""The API of any MLflow server: operations that it lacks are composed of several calls, or refused."""

from __future__ import annotations

import hashlib
import time
from array import array
from itertools import islice
from typing import TYPE_CHECKING

from nbtrack.entities import History, Metric, Page
from nbtrack.errors import FilterError, InvalidValue, Unsupported
from nbtrack.query import RUNS, parse, unparse
from nbtrack.stores.rest import client_side_aggregation
from nbtrack.validation import MlflowLimits
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import NoReturn

    from nbtrack.entities import Overview, Run, RunColumns, RunInfo, ViewType
    from nbtrack.query import Query, Subject
    from nbtrack.stores.interface import Delivery, Keys, Pairs
    from nbtrack.stores.rest.endpoint_calls import Calls, StoreArtifact


RUNS_PER_PAGE = 1_000
MARK_SECONDS = 3.0


class MlflowApi:
    """The operations of a store on an MLflow server; `NbtrackApi` has the same methods.

    `keep` and `say` are as for `Truncation`.
    """

    def __init__(self, calls: Calls, keep: StoreArtifact | None, say: Callable[[str], object]) -> None:
        self._call, self._truncation = calls.call, Truncation(keep, say)

    def log_batch(self, run_id: str, metrics: Sequence[Metric], params: Pairs, tags: Pairs) -> None:
        """See `Store.log_batch`; a batch beyond MLflow's limits is split, parameters and tags first."""
        texts = self._truncation.params(run_id, params), self._truncation.tags(run_id, dict(tags).items())
        for part in _batches(metrics, *texts):
            self._call(endpoint_table.LOG_BATCH, run_id=run_id, metrics=part[0], params=part[1], tags=part[2])

    def deliver(self, run_id: str, delivery: Delivery, metrics: Sequence[Metric], params: Pairs, tags: Pairs) -> int:
        """See `Store.deliver`; an MLflow server recognises repeated data by its values."""
        self.log_batch(run_id, metrics, params, tags)
        return delivery.end

    def search_runs(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, token: str | None, offset: int
    ) -> Page[Run]:
        """See `Store.search_runs`; skipped rows are fetched as well."""
        while offset > 0:
            skipped = self._page(experiment_ids, query, view, min(offset, RUNS_PER_PAGE), token)
            offset, token = offset - len(skipped), skipped.token
            if token is None:
                return Page()
        return self._page(experiment_ids, query, view, min(limit, MlflowLimits.RESULTS_PER_PAGE), token)

    def _page(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, token: str | None
    ) -> Page[Run]:
        text, order = mlflow_filter(query)
        answer = self._call(
            endpoint_table.SEARCH_RUNS,
            experiment_ids=list(experiment_ids),
            filter=text,
            order_by=order,
            run_view_type=view,
            max_results=limit,
            page_token=token,
        )
        return records.read_page("runs", answer, records.read_run)

    def _all(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Iterator[Run]:
        token: str | None = None
        while True:
            page = self._page(experiment_ids, query, view, RUNS_PER_PAGE, token)
            yield from page
            token = page.token
            if token is None:
                return

    def run_columns(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, keys: Keys | None
    ) -> RunColumns:
        """See `Store.run_columns`; computed from the pages of a search."""
        return client_side_aggregation.columns(list(islice(self._all(experiment_ids, query, view), limit)), keys)

    def overview(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Overview:
        """See `Store.overview`; computed from the pages of a search."""
        return client_side_aggregation.overview(self._all(experiment_ids, query, view))

    def metric_history(self, run_id: str, key: str) -> History:
        """See `Store.metric_history`; MLflow sorts it by time, step and value."""
        points: list[Metric] = []
        token: str | None = None
        while True:
            answer = self._call(
                endpoint_table.HISTORY,
                run_id=run_id,
                metric_key=key,
                max_results=MlflowLimits.POINTS_PER_PAGE,
                page_token=token,
            )
            points += [records.read_metric(each) for each in answer.get("metrics", ())]
            token = answer.get("next_page_token")
            if not token:
                break
        if not points:
            self._call(endpoint_table.GET_RUN, run_id=run_id)
        steps, timestamps = (array("q", [getattr(each, name) for each in points]) for name in ("step", "timestamp"))
        return History(key, steps, timestamps, array("d", [each.value for each in points]))

    def move(self, run_id: str, experiment_id: str) -> RunInfo:
        """Refuse; MLflow's API has no such operation."""
        _refuse("move a run to another experiment", "export the run and import it there")

    def drop(self, run_id: str, key: str) -> None:
        """Refuse; MLflow's API has no such operation."""
        _refuse("remove a parameter or a metric", "log it under another name, or delete the run")

    def purge(self, run_ids: Iterable[str], experiment_ids: Iterable[str]) -> None:
        """Refuse; MLflow's API has no such operation."""
        _refuse("permanently delete runs over the network", "run `mlflow gc` where the server runs")

    def tag(self, run_id: str, key: str) -> str | None:
        """See `Store.tag`."""
        run = records.read_run(self._call(endpoint_table.GET_RUN, run_id=run_id)["run"])
        return run.data.tags.get(key)

    def mark(self) -> object:
        """See `Store.mark`; an MLflow server cannot tell, so the mark changes every few seconds."""
        return time.monotonic() // MARK_SECONDS


def mlflow_filter(query: Query, subject: Subject = RUNS) -> tuple[str, list[str]]:
    """Return a filter and an ordering in MLflow's grammar.

    Raises
    ------
    Unsupported
        When the query goes beyond it.
    """
    text, order = unparse(query)
    try:
        parse(text, order, subject, strict=True)
    except FilterError as error:
        msg = (
            f"MLflow servers do not support this search ({error}); simplify the filter and select among the results,"
            " or use an nbtrack server"
        )
        raise Unsupported(msg) from None
    return text, order


def _batches(metrics: Sequence[Metric], params: Pairs, tags: Pairs) -> Iterator[tuple[Sequence[Metric], Pairs, Pairs]]:
    """Yield batches within MLflow's limits; at least one, so that an unknown run raises."""
    first = True
    while first or metrics or params or tags:
        some = params[: MlflowLimits.PARAMS_PER_BATCH], tags[: MlflowLimits.TAGS_PER_BATCH]
        room = min(MlflowLimits.METRICS_PER_BATCH, MlflowLimits.ENTITIES_PER_BATCH - len(some[0]) - len(some[1]))
        last = len(params) <= MlflowLimits.PARAMS_PER_BATCH and len(tags) <= MlflowLimits.TAGS_PER_BATCH
        points = metrics[:room] if last else ()
        yield points, *some
        metrics, params, tags = (
            metrics[len(points) :],
            params[MlflowLimits.PARAMS_PER_BATCH :],
            tags[MlflowLimits.TAGS_PER_BATCH :],
        )
        first = False


def _refuse(what: str, instead: str) -> NoReturn:
    msg = f"MLflow servers cannot {what}: {instead}"
    raise Unsupported(msg)


FOLDER = "nbtrack"


class Truncation:
    """Replaces a value that is too long by its beginning and the path of an artifact with the whole value.

    `keep` stores that artifact; without it, a value that is too long is refused. `say` reports it to the user.
    """

    def __init__(self, keep: StoreArtifact | None, say: Callable[[str], object]) -> None:
        self._keep, self._say = keep, say

    def params(self, run_id: str, pairs: Iterable[tuple[str, str]]) -> Pairs:
        """Return parameters within MLflow's limit."""
        return [(key, self._truncated(run_id, "params", key, value, MlflowLimits.PARAM_VALUE)) for key, value in pairs]

    def tags(self, run_id: str, pairs: Iterable[tuple[str, str]]) -> Pairs:
        """Return tags within MLflow's limit."""
        return [(key, self._truncated(run_id, "tags", key, value, MlflowLimits.TAG_VALUE)) for key, value in pairs]

    def _truncated(self, run_id: str, kind: str, key: str, value: str, most: int) -> str:
        if len(value) <= most:
            return value
        if self._keep is None:
            msg = f"{key!r} has {len(value):,} characters; MLflow servers store at most {most:,}: log it with log_text"
            raise InvalidValue(msg)
        digest = hashlib.blake2b(key.encode(), digest_size=6).hexdigest()
        path = f"{FOLDER}/{kind}/{digest}.txt"
        self._keep(run_id, path, value.encode())
        self._say(
            f"{key!r} has {len(value):,} characters; MLflow servers store at most {most:,}, so the whole is in {path}"
        )
        note = f"… ({len(value):,} characters, all of them in {path})"
        return value[: most - len(note)] + note
