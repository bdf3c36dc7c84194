"""Information about the server, and the endpoints that MLflow's API does not have."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack import validation, webhooks
from nbtrack.endpoints.experiment_endpoints import page_size
from nbtrack.endpoints.service import Service, answers
from nbtrack.errors import InvalidValue, WrongState
from nbtrack.stores import baselines, live_values
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Tag, ViewType
    from nbtrack.wire.values import Json


@answers(endpoint_table.SERVER)
def server(service: Service) -> Json:
    """Identify the server as nbtrack: whether it serves artifacts, and a digest of its webhook for alerts."""
    return {
        "server": "nbtrack",
        "serves_artifacts": service.destination is not None,
        "webhook": webhooks.digest(),
    }


@answers(endpoint_table.SERVER_INFO)
def server_info(service: Service) -> Json:
    """Return to MLflow's clients and pages what this server supports."""
    return {
        "store_type": "SqlStore",
        "workspaces_enabled": False,
        "trace_archival_enabled": False,
        "multipart_uploads_enabled": False,
        "multipart_downloads_enabled": False,
        "presigned_upload_run_id_supported": False,
        "presigned_upload_model_id_supported": False,
        "features_enabled": {"gateway": False},
    }


@answers(endpoint_table.MOVE_RUN)
def move(service: Service, run_id: str, experiment_id: str) -> Json:
    """Put a run into another experiment."""
    info = service.store.update_run(run_id, experiment_id=experiment_id)
    return {"run_info": records.write_info(info)}


@answers(endpoint_table.DROP)
def drop(service: Service, run_id: str, key: str) -> Json:
    """Remove a parameter or a metric."""
    service.store.drop(run_id, key)
    return {}


@answers(endpoint_table.PURGE)
def purge(service: Service, run_ids: Sequence[str], experiment_ids: Sequence[str]) -> Json:
    """Permanently delete runs and experiments in the trash."""
    service.store.purge(run_ids, experiment_ids)
    return {}


@answers(endpoint_table.UPDATE_RUNS)
def update_runs(
    service: Service, run_ids: Sequence[str], lifecycle_stage: str | None, run_name: str | None, tags: Sequence[Tag]
) -> Json:
    """Delete, restore, rename or tag several runs at once."""
    if lifecycle_stage not in {None, "active", "deleted"}:
        msg = f"a lifecycle stage is active or deleted, not {str(lifecycle_stage)[:40]!r}"
        raise InvalidValue(msg)
    checked = validation.texts("tag", dict(tags))
    for each in dict.fromkeys(run_ids):
        if lifecycle_stage is not None or run_name:
            service.store.update_run(each, stage=lifecycle_stage, name=run_name or None)
        if checked:
            service.store.log_batch(each, tags=checked)
    return {}


@answers(endpoint_table.CONTROL_RUN)
def control_run(service: Service, run_id: str, action: str) -> Json:
    """Ask a running run to stop, pause or unpause: its cell reads the tag several times a second.

    Raises
    ------
    WrongState
        When the run is not running.
    """
    if action not in reserved.CONTROL_ACTIONS:
        msg = f"a run can {', '.join(reserved.CONTROL_ACTIONS)}, not {action[:40]!r}"
        raise InvalidValue(msg)
    info = service.store.get_run(run_id).info
    if info.status != "RUNNING":
        msg = f"Run {info.run_name} is not running: it is {info.status}"
        raise WrongState(msg)
    service.store.log_batch(run_id, tags=[(reserved.CONTROL, action)])
    return {}


@answers(endpoint_table.SET_LIVE_VALUE)
def set_live_value(service: Service, run_id: str, name: str, value: str) -> Json:
    """Ask a running run to continue with another live value, given as text."""
    live_values.set_values(service.store, run_id, {name: live_values.from_text(value)})
    return {}


@answers(endpoint_table.SET_BASELINE)
def set_baseline(service: Service, run_id: str, scope: str) -> Json:
    """Make a run the baseline of its experiment or cell; with an empty scope it is no longer one."""
    run = service.store.get_run(run_id)
    if scope:
        baselines.set_baseline(service.store, run, scope)
    else:
        baselines.clear_baseline(service.store, run)
    return {}


@answers(endpoint_table.MARK)
def mark(service: Service) -> Json:
    """Return a value that changes whenever something is recorded."""
    return {"mark": hashlib.blake2b(repr(service.store.mark()).encode(), digest_size=16).hexdigest()}


@answers(endpoint_table.TAG)
def tag(service: Service, run_id: str, key: str) -> Json:
    """Return a tag of a run, or nothing."""
    value = service.store.tag(run_id, key)
    return {} if value is None else {"value": value}


@answers(endpoint_table.OVERVIEW)
def overview(
    service: Service, experiment_ids: Sequence[str], filter: str, run_view_type: ViewType, order_by: Sequence[str]
) -> Json:
    """Return a summary of each key in the runs of a search."""
    query = service.query(filter, order_by)
    return records.write_overview(service.store.overview(experiment_ids, query, run_view_type))


@answers(endpoint_table.COLUMNS)
def columns(
    service: Service,
    experiment_ids: Sequence[str],
    filter: str,
    run_view_type: ViewType,
    order_by: Sequence[str],
    max_results: int,
    metrics: Sequence[str] | None,
    params: Sequence[str] | None,
    tags: Sequence[str] | None,
) -> Json:
    """Return the first runs of a search as columns, with the named keys, or all by default."""
    wanted = {"metrics": metrics, "params": params, "tags": tags}
    keys = {name: each for name, each in wanted.items() if each is not None} or None
    query = service.query(filter, order_by)
    found = service.store.run_columns(experiment_ids, query, run_view_type, page_size(max_results), keys)
    return records.write_columns(found)
