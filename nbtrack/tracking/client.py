"""The client: every call names its run or experiment, and nothing is remembered between calls."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbtrack import locate, settings, validation
from nbtrack import tags as reserved
from nbtrack.entities import DatasetInput, LoggedModelInput, Metric, Page, RunStatus, ViewType
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, Unsupported
from nbtrack.tracking import context, events, watched_points
from nbtrack.tracking.logged_model_client import LoggedModelClient, checked_metric
from nbtrack.tracking.tracking_uri import get_tracking_uri, resolve_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from nbtrack.entities import Experiment, Param, Run, Tag
    from nbtrack.query import Query
    from nbtrack.stores.interface import Columns, Store


class RunOperations:
    """The result of calls with ``synchronous=False``; they are recorded at once, so there is nothing to wait for."""

    def wait(self) -> None:
        """Return immediately: everything has been recorded."""


def handle(synchronous: bool | None) -> RunOperations | None:
    """Return a `RunOperations` for ``synchronous=False``, else None."""
    return RunOperations() if synchronous is False else None


def now() -> int:
    """Return the current time in milliseconds since the epoch (UTC)."""
    return time.time_ns() // 1_000_000


@validation.typed_methods
class MlflowClient(LoggedModelClient):
    """A client of a tracking store, with the names and signatures of MLflow's client.

    Parameters
    ----------
    tracking_uri : str, optional
        The store; by default that of the current tracking URI.
    registry_uri : str, optional
        Accepted for compatibility; nbtrack has no model registry.
    """

    def __init__(self, tracking_uri: str | Path | None = None, registry_uri: str | None = None) -> None:
        self.tracking_uri = locate.without_password(str(tracking_uri)) if tracking_uri else get_tracking_uri()
        self.registry_uri = registry_uri
        self.store: Store = resolve_store(self.tracking_uri)

    def __repr__(self) -> str:
        return f"MlflowClient({locate.without_password(self.tracking_uri)!r})"

    # experiments

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Mapping[str, object] | None = None
    ) -> str:
        """Create an experiment and return its id; raise `AlreadyExists` if the name is taken."""
        checked = validation.key("experiment", name)
        return self.store.create_experiment(checked, artifact_location, dict(validation.texts("tag", tags or {})))

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Return an experiment; raise `NotFound` if it does not exist."""
        return self.store.get_experiment(str(experiment_id))

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        """Return the experiment with this name, or None."""
        return self.store.find_experiment(name)

    def search_experiments(
        self,
        view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int | None = 1000,
        filter_string: str | None = None,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> Page[Experiment]:
        """Return a page of experiments; pass its `token` as `page_token` to get the next page."""
        query = self.parse_query(filter_string, order_by, runs=False)
        limit = validation.positive("max_results", max_results or 1000)
        return self.store.search_experiments(query, validation.view_type(view_type), limit, page_token)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Rename an experiment."""
        self.store.update_experiment(str(experiment_id), name=validation.key("experiment", new_name))

    def delete_experiment(self, experiment_id: str) -> None:
        """Move an experiment and its runs to the trash."""
        self.store.update_experiment(str(experiment_id), stage="deleted")

    def restore_experiment(self, experiment_id: str) -> None:
        """Restore an experiment and its runs from the trash."""
        self.store.update_experiment(str(experiment_id), stage="active")

    def set_experiment_tag(self, experiment_id: str, key: str, value: object) -> None:
        """Set a tag of an experiment."""
        self.store.set_experiment_tags(str(experiment_id), dict(validation.texts("tag", {key: value})))

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag of an experiment."""
        self.store.set_experiment_tags(str(experiment_id), {key: None})

    # runs

    def create_run(
        self,
        experiment_id: str,
        start_time: int | None = None,
        tags: Mapping[str, object] | None = None,
        run_name: str | None = None,
    ) -> Run:
        """Create a run with status RUNNING; it does not become the active run, and `set_terminated` ends it."""
        checked = dict(validation.texts("tag", tags or {}))
        user = checked.get(reserved.USER) or context.user()
        started = now() if start_time is None else validation.int64("start_time", start_time)
        name = None if run_name is None else validation.text("the run name", run_name)
        run = self.store.create_run(str(experiment_id), name=name, user_id=user, start_time=started, tags=checked)
        events.publish(run.info.run_id)
        return run

    def get_run(self, run_id: str) -> Run:
        """Return a run with its parameters, tags and latest metrics; raise `NotFound` if it does not exist."""
        return self.store.get_run(run_id)

    def get_parent_run(self, run_id: str) -> Run | None:
        """Return the parent of a nested run, or None."""
        parent = self.get_run(run_id).parent_id
        return self.get_run(parent) if parent else None

    def update_run(self, run_id: str, status: str | None = None, name: str | None = None) -> None:
        """Change the status or the name of a run."""
        checked = validation.run_status(status) if status else None
        ended = now() if checked and RunStatus.is_terminated(checked) else None
        self.store.update_run(run_id, status=checked, end_time=ended, name=name)
        events.publish(run_id)

    def set_terminated(self, run_id: str, status: str | None = None, end_time: int | None = None) -> None:
        """End a run, by default now and with status FINISHED."""
        ended = now() if end_time is None else validation.int64("end_time", end_time)
        self.store.update_run(run_id, status=validation.run_status(status or "FINISHED"), end_time=ended)
        events.publish(run_id)

    def end_soon(self, run_id: str, status: str, end_time: int) -> None:
        """End a run without waiting for the disk, where it arrives about a second later."""
        self.store.update_run(run_id, status=status, end_time=end_time, synced=False)
        events.publish(run_id)

    def delete_run(self, run_id: str) -> None:
        """Move a run to the trash."""
        self.store.update_run(run_id, stage="deleted")
        events.publish(run_id)

    def restore_run(self, run_id: str) -> None:
        """Restore a run from the trash."""
        self.store.update_run(run_id, stage="active")
        events.publish(run_id)

    def move_runs(self, run_ids: Iterable[str], experiment_id: str) -> None:
        """Move runs to another experiment, with everything that belongs to them."""
        for run_id in run_ids:
            self.store.update_run(run_id, experiment_id=str(experiment_id))
            events.publish(run_id)

    def search_runs(
        self,
        experiment_ids: Sequence[str] | str | int,
        filter_string: str = "",
        run_view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int = 1000,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> Page[Run]:
        """Return a page of runs; pass its `token` as `page_token` to get the next page.

        Raises
        ------
        FilterError
            When the filter or ordering is invalid; the message gives the column of the error.
        """
        ids = validation.experiment_ids(experiment_ids)
        query = self.parse_query(filter_string, order_by)
        return self.store.search_runs(
            ids, query, validation.view_type(run_view_type), validation.positive("max_results", max_results), page_token
        )

    def parse_query(
        self, filter_string: str | None, order_by: Sequence[str] | None = None, *, runs: bool = True
    ) -> Query:
        """Parse a filter and an ordering, under ``NBTRACK_STRICT_MLFLOW=1`` in MLflow's grammar only."""
        from nbtrack.query import EXPERIMENTS, RUNS, parse

        subject = RUNS if runs else EXPERIMENTS
        return parse(filter_string, order_by, subject, strict=settings.current().strict_mlflow)

    # what a run logs

    def log_metric(
        self,
        run_id: str,
        key: str,
        value: float,
        timestamp: int | None = None,
        step: int | None = None,
        synchronous: bool | None = None,
        dataset_name: str | None = None,
        dataset_digest: str | None = None,
        model_id: str | None = None,
    ) -> RunOperations | None:
        """Log a metric of a run, which may measure a logged model on a dataset.

        Raise `Unsupported` for a dataset without a model, and `NotFound` when there is no such model.
        """
        point = Metric(key, value, now() if timestamp is None else timestamp, step or 0)
        if model_id is not None:
            self.link_metrics(run_id, [point], model_id, dataset_name, dataset_digest)
        elif dataset_name is not None or dataset_digest is not None:
            raise Unsupported(
                "Metrics on datasets are stored for logged models only: pass model_id, or omit the dataset"
            )
        self.log_batch(run_id, metrics=[point])
        return handle(synchronous)

    def log_param(self, run_id: str, key: str, value: Any, synchronous: bool | None = None) -> Any:
        """Log a parameter of a run and return its value; raise `Unchangeable` if the run has another value of it."""
        self.log_batch(run_id, params=[(key, value)])
        return value if synchronous is not False else handle(synchronous)

    def set_tag(self, run_id: str, key: str, value: object, synchronous: bool | None = None) -> RunOperations | None:
        """Set a tag of a run."""
        self.log_batch(run_id, tags=[(key, value)])
        return handle(synchronous)

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of a run."""
        self.store.delete_tag(run_id, key)

    def log_batch(
        self,
        run_id: str,
        metrics: Iterable[Metric] = (),
        params: Iterable[Param | tuple[str, object]] = (),
        tags: Iterable[Tag | tuple[str, object]] = (),
        synchronous: bool | None = None,
    ) -> RunOperations | None:
        """Log metrics, parameters and tags of a run; if one of them is invalid, none is logged.

        Raises
        ------
        InvalidValue
            For an invalid metric, parameter or tag; the message names its key.
        """
        points = [checked_metric(each) for each in metrics]
        pairs = validation.texts("parameter", params)
        _reject_duplicates(key for key, _ in pairs)
        self.store.log_batch(run_id, points, pairs, validation.texts("tag", tags))
        watched_points.note(run_id, points)
        events.publish(run_id, points)
        return handle(synchronous)

    def log_columns(self, run_id: str, metrics: Mapping[str, Columns]) -> None:
        """Log many points of metrics: for each key its steps, timestamps (ms) and values, of equal length.

        Raise `InvalidValue` for an invalid metric; the message names its key, and nothing is logged.
        """
        for key in metrics:
            validation.key("metric", key)
        self.store.appender(run_id).columns(metrics)
        watched_points.note_columns(run_id, metrics)
        events.publish(run_id, *([_points(metrics)] if events.has_subscribers() else []))

    def log_inputs(
        self,
        run_id: str,
        datasets: Iterable[DatasetInput] | None = None,
        models: Iterable[LoggedModelInput] | None = None,
    ) -> None:
        """Log datasets and logged models as inputs of a run."""
        found: list[Any] = list(datasets or ())
        for each in found:
            if not isinstance(each, DatasetInput):
                raise InvalidValue(f"datasets must be DatasetInput(dataset, tags) objects, not {type(each).__name__}")
        if found:
            self.store.log_inputs(run_id, found)
        if models:
            self.log_model_inputs(run_id, models)

    def get_metric_history(self, run_id: str, key: str) -> list[Metric]:
        """Return all points of a metric, in the order in which they were logged."""
        return list(self.store.metric_history(run_id, key).points())


def _points(metrics: Mapping[str, Columns]) -> list[Metric]:
    return [
        Metric(key, float(value), int(timestamp), int(step))
        for key, columns in metrics.items()
        for step, timestamp, value in zip(*columns, strict=True)
    ]


def _reject_duplicates(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise InvalidValue(f"Duplicate parameter keys have been submitted: {key!r} is in the batch twice")
        seen.add(key)


def get_or_create_experiment(client: MlflowClient, name: str) -> Experiment:
    """Return the experiment with this name, creating it if needed; raise `NotFound` if it is deleted."""
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return client.get_experiment(client.create_experiment(name))
        except AlreadyExists:
            # Another process created it in the meantime.
            found = client.get_experiment_by_name(name)
            if found is None:
                raise
    if found.lifecycle_stage != "active":
        raise NotFound(f"Experiment {name!r} is deleted: restore it, or choose another name")
    return found
