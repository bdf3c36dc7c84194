"""The endpoints of runs and what they log."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack import validation, webhooks
from nbtrack.endpoints import logged_models, rule_watch
from nbtrack.endpoints.experiment_endpoints import page_size
from nbtrack.endpoints.service import Service, answers
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue
from nbtrack.stores.interface import Delivery
from nbtrack.stores.write_calls import ALONE, CreateRun, LogBatch, UpdateRun
from nbtrack.validation import MlflowLimits
from nbtrack.wire import endpoint_table, records, values
from nbtrack.wire.values import LinkedMetric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.endpoints.service import Steps
    from nbtrack.entities import DatasetInput, Param, Tag, ViewType
    from nbtrack.wire.values import Json, ModelOutput


LONGEST_QUEUE_NAME = 200
DATASET_LIMITS = {
    "name": MlflowLimits.DATASET_NAME,
    "digest": MlflowLimits.DATASET_DIGEST,
    "schema": MlflowLimits.DATASET_SCHEMA,
    "source": MlflowLimits.DATASET_SOURCE,
    "profile": MlflowLimits.DATASET_PROFILE,
}


@answers(endpoint_table.CREATE_RUN)
def create(
    service: Service,
    experiment_id: str,
    user_id: str,
    run_name: str | None,
    start_time: int | None,
    tags: Sequence[Tag],
) -> Steps:
    """Create a run; without a start time it starts now."""
    started = time.time_ns() // 1_000_000 if start_time is None else start_time
    name = validation.text("the run name", run_name) if run_name else None
    run = yield CreateRun(experiment_id, name, user_id, started, dict(tags))
    rule_watch.created(service.store, run.info)
    return {"run": records.write_run(run)}


@answers(endpoint_table.GET_RUN)
def get(service: Service, run_id: str) -> Json:
    """Return a run."""
    return {"run": records.write_run(service.store.get_run(run_id))}


@answers(endpoint_table.UPDATE_RUN)
def update(service: Service, run_id: str, status: str | None, end_time: int | None, run_name: str | None) -> Steps:
    """Change the status, the end time and the name of a run, if they are given."""
    if status is not None and rule_watch.is_fresh(run_id):
        yield ALONE
        rule_watch.ending(run_id)
    info = yield UpdateRun(run_id, status, end_time, run_name or None)
    return {"run_info": records.write_info(info)}


@answers(endpoint_table.DELETE_RUN)
def delete(service: Service, run_id: str) -> Json:
    """Move a run to the trash."""
    service.store.update_run(run_id, stage="deleted")
    return {}


@answers(endpoint_table.RESTORE_RUN)
def restore(service: Service, run_id: str) -> Json:
    """Restore a run from the trash."""
    service.store.update_run(run_id, stage="active")
    return {}


@answers(endpoint_table.SEARCH_RUNS, endpoint_table.PAGE_OF_RUNS)
def search(
    service: Service,
    experiment_ids: Sequence[str],
    filter: str,
    run_view_type: ViewType,
    max_results: int,
    order_by: Sequence[str],
    page_token: str | None,
    offset: int = 0,
) -> Json:
    """Return a page of runs."""
    query, limit, token = service.query(filter, order_by), page_size(max_results), service.seal.opened(page_token)
    page = service.store.search_runs(experiment_ids, query, run_view_type, limit, token, max(0, offset))
    page.token = service.seal.seal(page.token)
    return records.write_page("runs", page, records.write_run)


@answers(endpoint_table.LOG_METRIC)
def log_metric(
    service: Service,
    run_id: str,
    key: str,
    value: float,
    timestamp: int,
    step: int,
    model_id: str | None,
    dataset_name: str | None,
    dataset_digest: str | None,
) -> Steps:
    """Record a point of a metric, of a logged model as well if it names one."""
    point = LinkedMetric(
        Metric(validation.key("metric", key), value, timestamp, step), model_id or None, dataset_name, dataset_digest
    )
    yield from _log_linked(service, run_id, [point], (), ())
    return {}


@answers(endpoint_table.LOG_PARAM)
def log_param(service: Service, run_id: str, key: str, value: str) -> Steps:
    """Record a parameter."""
    yield LogBatch(run_id, (), validation.texts("parameter", {key: value}), ())
    return {}


@answers(endpoint_table.SET_TAG)
def set_tag(service: Service, run_id: str, key: str, value: str) -> Steps:
    """Set a tag."""
    tags = validation.texts("tag", {key: value})
    yield LogBatch(run_id, (), (), tags)
    yield from _send_alerts(service, run_id, tags)
    return {}


@answers(endpoint_table.DELETE_TAG)
def delete_tag(service: Service, run_id: str, key: str) -> Json:
    """Remove a tag."""
    service.store.delete_tag(run_id, key)
    return {}


@answers(endpoint_table.LOG_BATCH)
def log_batch(
    service: Service, run_id: str, metrics: Sequence[LinkedMetric], params: Sequence[Param], tags: Sequence[Tag]
) -> Steps:
    """Record everything or nothing, within MLflow's limits."""
    counts = {
        "metrics": (len(metrics), MlflowLimits.METRICS_PER_BATCH),
        "params": (len(params), MlflowLimits.PARAMS_PER_BATCH),
        "tags": (len(tags), MlflowLimits.TAGS_PER_BATCH),
    }
    for what, (count, most) in counts.items():
        if count > most:
            msg = f"A batch may have {most} {what}, and this one has {count}: split it"
            raise InvalidValue(msg)
    together = sum(count for count, _ in counts.values())
    most = MlflowLimits.ENTITIES_PER_BATCH
    if together > most:
        msg = f"A batch may have {most} metrics, params and tags, and this one has {together}: split it"
        raise InvalidValue(msg)
    yield from _log_linked(service, run_id, metrics, params, tags)
    return {}


def _log_linked(
    service: Service, run_id: str, metrics: Sequence[LinkedMetric], params: Sequence[Param], tags: Sequence[Tag]
) -> Steps:
    """Record a batch, and the points of logged models with these."""
    if any(each.model_id is not None for each in metrics):
        yield ALONE
    models = logged_models.writable(service, metrics)
    points = [each.point for each in metrics]
    yield from _log_batch(service, run_id, points, params, tags)
    logged_models.keep_metrics(service, run_id, models)
    rule_watch.note(service.store, run_id, points)
    return {}


@answers(endpoint_table.LOG_WHOLE_BATCH)
def log_whole_batch(
    service: Service,
    run_id: str,
    metrics: Sequence[Metric],
    params: Sequence[Param],
    tags: Sequence[Tag],
    queue: str | None,
    start: int,
    end: int,
) -> Steps:
    """Record everything or nothing, of any length; repeated data is recognised by its position in a queue, if any.

    The returned position is the one up to which the queue is recorded.
    """
    if not queue:
        yield from _log_batch(service, run_id, metrics, params, tags)
        rule_watch.note(service.store, run_id, metrics, foreign=False)
        return {}
    if len(queue) > LONGEST_QUEUE_NAME:
        msg = f"The name of a queue may have {LONGEST_QUEUE_NAME} characters, and this one has {len(queue):,}"
        raise InvalidValue(msg)
    _require_distinct(params)
    delivery = Delivery(queue, start, end)
    position = yield LogBatch(run_id, metrics, params, list(dict(tags).items()), delivery)
    yield from _send_alerts(service, run_id, tags)
    rule_watch.note(service.store, run_id, metrics, foreign=False)
    return {"position": position}


def _log_batch(
    service: Service, run_id: str, metrics: Sequence[Metric], params: Sequence[Param], tags: Sequence[Tag]
) -> Steps:
    """Record a batch; of a tag that is given twice the last value counts."""
    _require_distinct(params)
    yield LogBatch(run_id, metrics, params, list(dict(tags).items()))
    yield from _send_alerts(service, run_id, tags)
    return {}


def _send_alerts(service: Service, run_id: str, tags: Sequence[tuple[str, str]]) -> Steps:
    """Send the alerts among some tags to the webhook."""
    if any(key.startswith(reserved.ALERT) for key, _ in tags):
        yield ALONE
        webhooks.send_tagged(service.store, run_id, tags)
    return {}


def _require_distinct(params: Sequence[Param]) -> None:
    if len({key for key, _ in params}) < len(params):
        msg = "Duplicate parameter keys have been submitted: each may be in a batch once"
        raise InvalidValue(msg)


@answers(endpoint_table.LOG_INPUTS)
def log_inputs(service: Service, run_id: str, datasets: Sequence[DatasetInput], models: Sequence[ModelOutput]) -> Json:
    """Record the datasets and the models that a run read."""
    for each in datasets:
        _described(each)
    service.store.log_inputs(run_id, datasets)
    if models:
        logged_models.descriptions(service).log_inputs(run_id, models)
    return {}


def _described(given: DatasetInput) -> None:
    """Raise `InvalidValue` when a dataset is described at more length than MLflow takes."""
    for what, most in DATASET_LIMITS.items():
        length = len(getattr(given.dataset, what) or "")
        if length > most:
            msg = f"{what!r} exceeds the maximum length of {most} characters for a dataset: it has {length}"
            raise InvalidValue(msg)
    for key, value in given.tags:
        for what, text, most in (
            ("key", key, MlflowLimits.INPUT_TAG_KEY),
            ("value", value, MlflowLimits.INPUT_TAG_VALUE),
        ):
            if len(text) > most:
                msg = f"'{what}' exceeds the maximum length of {most} characters for a tag of a dataset"
                raise InvalidValue(msg)


@answers(endpoint_table.LOG_OUTPUTS)
def log_outputs(service: Service, run_id: str, models: Sequence[ModelOutput]) -> Json:
    """Record which models a run created."""
    logged_models.descriptions(service).log_outputs(run_id, models)
    return {}


@answers(endpoint_table.LOG_MODEL)
def log_model(service: Service, run_id: str, model_json: str) -> Json:
    """Record a model that an older client has stored with the artifacts of its run."""
    try:
        described = values.parse_json(model_json)
    except ValueError:
        described = None
    needed = ("artifact_path", "flavors", "utc_time_created", "run_id")
    missing = [each for each in needed if not isinstance(described, dict) or each not in described]
    if missing:
        msg = f"model_json must be a JSON object that has {', '.join(missing)}"
        raise InvalidValue(msg)
    _listed(service, run_id, reserved.LOGGED_MODELS, [described])
    return {}


def _listed(service: Service, run_id: str, tag: str, items: Sequence[Json]) -> None:
    """Add what is new to the JSON list that a tag holds."""
    known = json.loads(service.store.tag(run_id, tag) or "[]")
    fresh = [each for each in items if each not in known]
    service.store.log_batch(run_id, tags=validation.texts("tag", {tag: json.dumps([*known, *fresh])}))
