"""The endpoints of experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import validation
from nbtrack.endpoints import artifact_locations
from nbtrack.endpoints.service import Service, answers
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.validation import MlflowLimits
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Tag, ViewType
    from nbtrack.wire.values import Json

MOST_TO_LOOK_AT = 20


def page_size(max_results: int) -> int:
    """Return the size of a page; `InvalidValue` when it is less than 1 or too large."""
    most = MlflowLimits.RESULTS_PER_PAGE
    if not 1 <= max_results <= most:
        msg = f"Invalid value {max_results} for parameter 'max_results' supplied: it is from 1 to {most}"
        raise InvalidValue(msg)
    return max_results


@answers(endpoint_table.CREATE_EXPERIMENT)
def create(service: Service, name: str, artifact_location: str | None, tags: Sequence[Tag]) -> Json:
    """Create an experiment."""
    checked = _valid_name(name)
    location = artifact_location and artifact_locations.allowed_location(service, artifact_location)
    return {"experiment_id": service.store.create_experiment(checked, location or None, dict(tags))}


def _valid_name(name: str) -> str:
    """Return the name of an experiment; `InvalidValue` when MLflow's limit excludes it."""
    checked, most = validation.key("experiment", name), MlflowLimits.EXPERIMENT_NAME
    if len(checked) > most:
        msg = f"'name' exceeds the maximum length of {most} characters: {checked[:40]!r}… has {len(checked)}"
        raise InvalidValue(msg)
    return checked


@answers(endpoint_table.GET_EXPERIMENT)
def get(service: Service, experiment_id: str) -> Json:
    """Return an experiment."""
    return {"experiment": records.write_experiment(service.store.get_experiment(experiment_id))}


@answers(endpoint_table.FIND_EXPERIMENT)
def find(service: Service, experiment_name: str) -> Json:
    """Return the experiment of a name."""
    found = service.store.find_experiment(experiment_name)
    if found is None:
        msg = f"Could not find experiment with name {experiment_name[:500]!r}"
        raise NotFound(msg)
    return {"experiment": records.write_experiment(found)}


@answers(endpoint_table.SEARCH_EXPERIMENTS)
def search(
    service: Service, max_results: int, filter: str, order_by: Sequence[str], view_type: ViewType, page_token: str
) -> Json:
    """Return a page of experiments."""
    query = service.query(filter, order_by, runs=False)
    page = service.store.search_experiments(query, view_type, page_size(max_results), service.seal.opened(page_token))
    page.token = service.seal.seal(page.token)
    return records.write_page("experiments", page, records.write_experiment)


@answers(endpoint_table.UPDATE_EXPERIMENT)
def update(service: Service, experiment_id: str, new_name: str) -> Json:
    """Rename an experiment."""
    service.store.update_experiment(experiment_id, name=_valid_name(new_name))
    return {}


@answers(endpoint_table.DELETE_EXPERIMENT)
def delete(service: Service, experiment_id: str) -> Json:
    """Move an experiment to the trash."""
    _in_stage(service, experiment_id, "active")
    service.store.update_experiment(experiment_id, stage="deleted")
    return {}


@answers(endpoint_table.RESTORE_EXPERIMENT)
def restore(service: Service, experiment_id: str) -> Json:
    """Restore an experiment from the trash."""
    _in_stage(service, experiment_id, "deleted")
    service.store.update_experiment(experiment_id, stage="active")
    return {}


def _in_stage(service: Service, experiment_id: str, stage: str) -> None:
    if service.store.get_experiment(experiment_id).lifecycle_stage != stage:
        msg = f"No {stage} experiment with id={experiment_id} exists"
        raise NotFound(msg)


@answers(endpoint_table.SET_EXPERIMENT_TAG)
def set_tag(service: Service, experiment_id: str, key: str, value: str) -> Json:
    """Set a tag of an experiment."""
    service.store.set_experiment_tags(experiment_id, dict(validation.texts("tag", {key: value})))
    return {}


@answers(endpoint_table.DELETE_EXPERIMENT_TAG)
def delete_tag(service: Service, experiment_id: str, key: str) -> Json:
    """Remove a tag of an experiment."""
    if key not in service.store.get_experiment(experiment_id).tags:
        msg = f"No tag with name: {key} in experiment with id {experiment_id}"
        raise NotFound(msg)
    service.store.set_experiment_tags(experiment_id, {key: None})
    return {}


@answers(endpoint_table.SEARCH_DATASETS)
def search_datasets(service: Service, experiment_ids: Sequence[str]) -> Json:
    """Return which datasets the runs of some experiments read."""
    if not experiment_ids:
        msg = "SearchDatasets request must specify at least one experiment_id."
        raise InvalidValue(msg)
    if len(experiment_ids) > MOST_TO_LOOK_AT:
        msg = f"SearchDatasets request cannot specify more than {MOST_TO_LOOK_AT} experiment_ids."
        raise InvalidValue(f"{msg} Received {len(experiment_ids)} experiment_ids.")
    found = service.store.dataset_summaries(experiment_ids, MlflowLimits.DATASET_SUMMARIES)
    summaries = [{name: value for name, value in each._asdict().items() if value is not None} for each in found]
    return {"dataset_summaries": summaries} if summaries else {}
