"""The fluent functions for experiments, and the current experiment: the one that new runs belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import process, settings, validation
from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue, WrongState
from nbtrack.tracking.client import MlflowClient, get_or_create_experiment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Experiment


class ChosenExperiments:
    """The id of the experiment chosen with `set_experiment`, by tracking URI."""

    def __init__(self) -> None:
        self.by_uri: dict[str, str] = {}


@validation.typed
def set_experiment(experiment_name: str | None = None, experiment_id: str | None = None) -> Experiment:
    """Choose the experiment of new runs; one given by name is created if it does not exist."""
    if (experiment_name is None) == (experiment_id is None):
        raise InvalidValue("Pass set_experiment either a name or an id")
    client = MlflowClient()
    found = (
        client.get_experiment(experiment_id)
        if experiment_id is not None
        else get_or_create_experiment(client, str(experiment_name))
    )
    if found.lifecycle_stage != "active":
        raise WrongState(f"Experiment {found.name!r} is deleted: restore it, or choose another")
    process.state(ChosenExperiments).by_uri[client.tracking_uri] = found.experiment_id
    return found


def current_experiment_id(client: MlflowClient | None = None) -> str:
    """Return the id of the current experiment."""
    client = client or MlflowClient()
    chosen = process.state(ChosenExperiments).by_uri.get(client.tracking_uri)
    if chosen is not None:
        return chosen
    configured = settings.current()
    if configured.experiment_name:
        return get_or_create_experiment(client, configured.experiment_name).experiment_id
    return configured.experiment_id or "0"


def resolve_experiment_id(name: str | None, client: MlflowClient | None = None) -> str:
    """Return the id of the experiment with this name, creating it if needed; without a name, of the current one."""
    client = client or MlflowClient()
    return get_or_create_experiment(client, name).experiment_id if name else current_experiment_id(client)


@validation.typed
def create_experiment(name: str, artifact_location: str | None = None, tags: dict[str, Any] | None = None) -> str:
    """Create an experiment and return its id; raise `AlreadyExists` if the name is taken."""
    return MlflowClient().create_experiment(name, artifact_location, tags)


def get_experiment(experiment_id: str) -> Experiment:
    """Return an experiment; raise `NotFound` if it does not exist."""
    return MlflowClient().get_experiment(experiment_id)


@validation.typed
def get_experiment_by_name(name: str) -> Experiment | None:
    """Return the experiment with this name, or None."""
    return MlflowClient().get_experiment_by_name(name)


@validation.typed
def search_experiments(
    view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[Experiment]:
    """Return the experiments that match a filter, at most `max_results` of them."""
    client = MlflowClient()
    limit = None if max_results is None else validation.positive("max_results", max_results)
    found: list[Experiment] = []
    token: str | None = None
    while True:
        rest = 1000 if limit is None else min(1000, limit - len(found))
        page = client.search_experiments(view_type, rest, filter_string, order_by, token)
        found += page
        token = page.token
        if token is None or (limit is not None and len(found) >= limit):
            return found


def delete_experiment(experiment_id: str, *, permanently: bool = False) -> None:
    """Move an experiment and its runs to the trash, or delete them permanently, which frees the name."""
    MlflowClient().delete_experiment(experiment_id)
    if permanently:
        from nbtrack.tracking.garbage_collection import gc

        gc(experiment_ids=[experiment_id])


def restore_experiment(experiment_id: str) -> None:
    """Restore an experiment and its runs from the trash."""
    MlflowClient().restore_experiment(experiment_id)


@validation.typed
def set_experiment_tag(key: str, value: Any) -> None:
    """Set a tag of the current experiment."""
    set_experiment_tags({key: value})


@validation.typed
def set_experiment_tags(tags: dict[str, Any]) -> None:
    """Set tags of the current experiment."""
    client = MlflowClient()
    for key, value in tags.items():
        client.set_experiment_tag(current_experiment_id(client), key, value)


@validation.typed
def delete_experiment_tag(key: str) -> None:
    """Remove a tag of the current experiment."""
    client = MlflowClient()
    client.delete_experiment_tag(current_experiment_id(client), key)
