"""The fluent functions for logged models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from nbtrack import process, validation
from nbtrack.entities import LoggedModel, LoggedModelInput, LoggedModelStatus
from nbtrack.errors import InvalidValue, NbtrackError, NotFound, warn
from nbtrack.tracking import active_runs
from nbtrack.tracking.active_model import ActiveModels, get_active_model_id
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    import pandas as pd

    from nbtrack.entities import Metric
    from nbtrack.tracking.active_runs import ActiveRun

_PAGE = 1000
_EXTERNAL = "mlflow.model.isExternal"


class LastModel:
    """The model that this process logged last."""

    def __init__(self) -> None:
        self.model_id: str | None = None


def remember(run: ActiveRun, model_id: str, step: int) -> None:
    """Make metrics that the run logs at `step` from now on measure a model that it has logged."""
    run.models.setdefault(step, []).append(model_id)
    run.measured.add(model_id)
    process.state(LastModel).model_id = model_id


def measure(client: MlflowClient, run_id: str, points: Sequence[Metric], model_id: str | None, dataset: Any) -> None:
    """Add points that a run has to the logged model that is named, else to those that the run has logged at their step.

    A model that is named becomes an input of the run, unless the run created it; `NotFound` if it does not exist.
    """
    scope = active_runs.current_scope()
    run = scope.run if scope is not None and scope.run.info.run_id == run_id else None
    if not points:
        return
    if model_id is None:
        if run is not None:
            _link_to_models_of_run(run, points, dataset)
        return
    if run is None or model_id not in run.measured:
        client.get_logged_model(model_id)
        client.log_model_inputs(run_id, [LoggedModelInput(model_id)])
    if run is not None:
        run.measured.add(model_id)
    link(client, run_id, points, [model_id], dataset)


def link(client: MlflowClient, run_id: str, points: Sequence[Metric], model_ids: Sequence[str], dataset: Any) -> None:
    """Add points that a run has to models; raise `NotFound` when there is no such model."""
    described = (None, None) if dataset is None else (dataset.name, dataset.digest)
    for each in model_ids:
        client.link_metrics(run_id, points, each, *described)


def _link_to_models_of_run(run: ActiveRun, points: Sequence[Metric], dataset: Any) -> None:
    """Add points to the models that a run has logged at their step.

    A model that was deleted, or is in another store because the run was copied, is skipped; one that can't be reached
    is a warning: the metric itself is logged.
    """
    for each in run.models.get(points[0].step, ()):
        try:
            link(run.client, run.info.run_id, points, [each], dataset)
        except NotFound:
            continue
        except NbtrackError as error:
            warn(f"The metrics of run {run.info.run_id} could not be added to its model {each}: {error}")


@validation.typed
def get_logged_model(model_id: str) -> LoggedModel:
    """Return a logged model; raise `NotFound` if it does not exist."""
    return MlflowClient().get_logged_model(model_id)


def last_logged_model() -> LoggedModel | None:
    """Return the model that this process has logged last, or None."""
    model_id = process.state(LastModel).model_id
    return None if model_id is None else get_logged_model(model_id)


@validation.typed
def search_logged_models(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str | None = None,
    datasets: Sequence[Mapping[str, Any]] | None = None,
    max_results: int | None = None,
    order_by: Sequence[Mapping[str, Any]] | None = None,
    output_format: str = "pandas",
) -> list[LoggedModel] | pd.DataFrame:
    """Return the logged models of experiments, by default of the current one; see `MlflowClient.search_logged_models`.

    `output_format` is ``pandas``, for a frame with a column for each field, or ``list``.
    """
    if output_format not in {"pandas", "list"}:
        raise InvalidValue(f"output_format must be 'pandas' or 'list', not {output_format!r}")
    client, ids = MlflowClient(), experiment_ids or [current_experiment_id()]
    found: list[LoggedModel] = []
    token = None
    while max_results is None or len(found) < max_results:
        page = client.search_logged_models(ids, filter_string, datasets, max_results or _PAGE, order_by, token)
        found += page
        token = page.token
        if token is None:
            break
    return found[:max_results] if output_format == "list" else _frame(found[:max_results])


def _frame(models: Sequence[LoggedModel]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([each._asdict() for each in models])


@validation.typed
def set_logged_model_tags(model_id: str, tags: Mapping[str, Any]) -> None:
    """Set tags of a logged model."""
    MlflowClient().set_logged_model_tags(model_id, tags)


@validation.typed
def delete_logged_model_tag(model_id: str, key: str) -> None:
    """Remove a tag of a logged model."""
    MlflowClient().delete_logged_model_tag(model_id, key)


@validation.typed
def log_model_params(params: Mapping[str, Any], model_id: str | None = None) -> None:
    """Add parameters to a logged model, by default to the active one, else to the one that was logged last.

    Raise `InvalidValue` when there is none.
    """
    target = model_id or get_active_model_id() or process.state(LastModel).model_id
    if target is None:
        raise InvalidValue("No model was logged yet: pass model_id")
    MlflowClient().log_model_params(target, params)


@validation.typed
def initialize_logged_model(
    name: str | None = None,
    source_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    experiment_id: str | None = None,
) -> LoggedModel:
    """Create a logged model whose files come later, in the current experiment and for the active run."""
    scope = active_runs.current_scope()
    run_id = source_run_id or (None if scope is None else scope.run.info.run_id)
    experiment = experiment_id or current_experiment_id()
    return MlflowClient().create_logged_model(experiment, name, run_id, tags, params, model_type)


@validation.typed
def create_external_model(
    name: str | None = None,
    source_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    experiment_id: str | None = None,
) -> LoggedModel:
    """Create a logged model whose files are kept elsewhere, so that parameters and metrics can be logged for it."""
    marked = {**(tags or {}), _EXTERNAL: "true"}
    created = initialize_logged_model(name, source_run_id, marked, params, model_type, experiment_id)
    process.state(LastModel).model_id = created.model_id
    return finalize_logged_model(created.model_id, LoggedModelStatus.READY)


@validation.typed
def finalize_logged_model(model_id: str, status: str) -> LoggedModel:
    """Record that a model is ``READY``, or that its upload has ``FAILED``."""
    return MlflowClient().finalize_logged_model(model_id, status)


class ActiveModel(LoggedModel):
    """The logged model that is active; as a context manager it restores the previous one."""

    before: str | None = None
    """The id of the model that was active before."""

    def __enter__(self) -> Self:
        """Return the model."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Restore the model that was active before."""
        process.state(ActiveModels).activate(self.before)


def set_active_model(*, name: str | None = None, model_id: str | None = None) -> ActiveModel:
    """Make metrics that this thread logs from now on measure a logged model; in a ``with`` block, until its end.

    Parameters
    ----------
    name : str, optional
        Its name: the newest one in the current experiment. It is created, without files, where there is none.
    model_id : str, optional
        Its id.

    Raises
    ------
    InvalidValue
        When neither is given, or the model of that id has another name.
    NotFound
        When there is no model with that id.
    """
    found = _named(str(name)) if model_id is None and name is not None else None
    if found is None:
        if model_id is None:
            raise InvalidValue("Give the name or the model_id of a logged model")
        found = get_logged_model(model_id)
    if name is not None and found.name != name:
        raise InvalidValue(f"The logged model {found.model_id} has the name {found.name!r}, not {name!r}")
    models = process.state(ActiveModels)
    active = ActiveModel(*found)
    active.before = getattr(models.of_thread, "model_id", None)
    models.activate(found.model_id)
    return active


def _named(name: str) -> LoggedModel:
    if "'" in name:
        return create_external_model(name)  # raises an error, since no model can have such a name
    found = search_logged_models(filter_string=f"name = '{name}'", max_results=1, output_format="list")
    assert isinstance(found, list)
    return found[0] if found else create_external_model(name)
