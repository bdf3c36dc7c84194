"""The endpoints of logged models: create, describe, measure, search and delete them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
from nbtrack.endpoints import artifact_locations
from nbtrack.endpoints.experiment_endpoints import page_size
from nbtrack.endpoints.service import Service, answers
from nbtrack.errors import InvalidValue
from nbtrack.logged_models.descriptions import Descriptions
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Param, Tag
    from nbtrack.wire.values import Json, LinkedMetric, MetricDataset, ModelOrder


def descriptions(service: Service) -> Descriptions:
    """Return the logged models of the store, below the destination that the server's owner has set."""
    return Descriptions(
        service.store,
        lambda location: ArtifactFolder(
            artifact_locations.repository(service), artifact_locations.path_below(service, location)
        ),
    )


@answers(endpoint_table.CREATE_LOGGED_MODEL)
def create(
    service: Service,
    experiment_id: str,
    name: str | None,
    model_type: str | None,
    source_run_id: str | None,
    params: Sequence[Param],
    tags: Sequence[Tag],
    path_in_run: str | None,
) -> Json:
    """Create a model."""
    made = descriptions(service).create(experiment_id, name, model_type, source_run_id, params, tags, path_in_run)
    return {"model": made}


@answers(endpoint_table.GET_LOGGED_MODEL)
def get(service: Service, model_id: str) -> Json:
    """Return a model."""
    return {"model": descriptions(service).get(model_id)}


@answers(endpoint_table.FINALIZE_LOGGED_MODEL)
def finalize(service: Service, model_id: str, status: str) -> Json:
    """Record that the files of a model are uploaded, or that they failed."""
    return {"model": descriptions(service).finalize(model_id, status)}


@answers(endpoint_table.LOG_LOGGED_MODEL_PARAMS)
def log_params(service: Service, model_id: str, params: Sequence[Param]) -> Json:
    """Add parameters to a model."""
    descriptions(service).log_params(model_id, params)
    return {}


@answers(endpoint_table.TAG_LOGGED_MODEL)
def tag(service: Service, model_id: str, tags: Sequence[Tag]) -> Json:
    """Set tags of a model."""
    return {"model": descriptions(service).set_tags(model_id, tags)}


@answers(endpoint_table.DELETE_LOGGED_MODEL_TAG)
def delete_tag(service: Service, model_id: str, tag_key: str) -> Json:
    """Remove a tag of a model."""
    descriptions(service).delete_tag(model_id, tag_key)
    return {}


@answers(endpoint_table.DELETE_LOGGED_MODEL)
def delete(service: Service, model_id: str) -> Json:
    """Mark a model as deleted."""
    descriptions(service).delete(model_id)
    return {}


@answers(endpoint_table.SEARCH_LOGGED_MODELS)
def search(
    service: Service,
    experiment_ids: Sequence[str],
    filter: str,
    datasets: Sequence[MetricDataset],
    max_results: int,
    order_by: Sequence[ModelOrder],
    page_token: str | None,
) -> Json:
    """Return a page of the models of some experiments, by default the newest first."""
    service.bounded(filter, [each.field_name for each in order_by])
    search = {
        "Experiment IDs in the page token do not match": sorted(experiment_ids),
        "Order by in the page token does not match": tuple(order_by),
        "Filter string in the page token does not match": filter,
        "Datasets in the page token do not match": tuple(datasets),
    }
    start = _opened(service, page_token, search)
    served = _with_models(service, experiment_ids)
    page = descriptions(service).search(served, filter, datasets, page_size(max_results), order_by, start)
    token = page.get("next_page_token")
    for part in (*reversed(search.values()), None):
        token = service.seal.seal(token, part)
    models = {"models": page["models"]} if page["models"] else {}
    return {**models, **({"next_page_token": token} if token else {})}


def _with_models(service: Service, experiment_ids: Sequence[str]) -> list[str]:
    """Return the experiments that may have models: those whose artifacts the server keeps."""
    if service.destination is None:
        return []
    experiments = map(service.store.get_experiment, experiment_ids)
    return [each.experiment_id for each in experiments if artifact_locations.is_served(service, each.artifact_location)]


def _opened(service: Service, page_token: str | None, search: Mapping[str, object]) -> str | None:
    """Return a token without its seals; `InvalidValue` names, with MLflow's sentence, what differs from its search."""
    token = service.seal.opened(page_token)
    for sentence, part in search.items():
        try:
            token = service.seal.opened(token, part)
        except InvalidValue:
            raise InvalidValue(f"{sentence} this search: start it again without the token") from None
    return token


@answers(endpoint_table.LIST_LOGGED_MODEL_ARTIFACTS)
def list_artifacts(service: Service, model_id: str, artifact_directory_path: str, page_token: str | None) -> Json:
    """Return the contents of a folder of a model, with paths from its root."""
    models = descriptions(service)
    files = [records.write_file(each) for each in models.files(model_id).list(artifact_directory_path)]
    uri = models.get(model_id)["info"]["artifact_uri"]
    return {"root_uri": uri, **({"files": files} if files else {})}


def artifact_root(service: Service, model_id: str) -> str:
    """Return where the files of a model are, below the server's destination."""
    return descriptions(service).files(model_id).folder


@answers(endpoint_table.SEARCH_MODEL_VERSIONS, endpoint_table.SEARCH_REGISTERED_MODELS)
def search_registry(service: Service) -> Json:
    """Return nothing: there is no model registry."""
    return {}


def writable(service: Service, metrics: Sequence[LinkedMetric]) -> dict[str, list[LinkedMetric]]:
    """Return the points that belong to models, by model; `NotFound` when one of the models does not exist."""
    return descriptions(service).writable(metrics) if service.destination is not None else {}


def keep_metrics(service: Service, run_id: str, models: Mapping[str, Sequence[LinkedMetric]]) -> None:
    """Add points to models."""
    descriptions(service).keep_metrics(run_id, models)
