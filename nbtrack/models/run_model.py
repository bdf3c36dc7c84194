"""The logged model of a run: what MLflow 3 stores about a model besides its files, and the metrics that measure it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from nbtrack import validation
from nbtrack.entities import LoggedModelOutput, LoggedModelStatus
from nbtrack.errors import Refused, Unsupported
from nbtrack.stores.rest import RestStore
from nbtrack.tracking import logged_models

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.entities import Metric
    from nbtrack.tracking.active_runs import ActiveRun


@contextmanager
def logged(run: ActiveRun, path: str, options: Mapping[str, Any]) -> Iterator[str | None]:
    """Create the logged model for files that the block logs to `path`, and yield its id.

    Its status is READY after the block, and FAILED if the block raises. None if the store has no logged models: on
    MLflow's own servers, whose logged models have files apart from their runs, and where artifacts are not reachable.
    """
    model_id = _created(run, path, options)
    try:
        yield model_id
    except BaseException:
        if model_id is not None:
            run.client.finalize_logged_model(model_id, LoggedModelStatus.FAILED)
        raise
    if model_id is not None:
        run.client.finalize_logged_model(model_id, LoggedModelStatus.READY)
        _measure(run, model_id, int(options.get("step") or 0))


def _created(run: ActiveRun, path: str, options: Mapping[str, Any]) -> str | None:
    store = run.client.store
    if isinstance(store, RestStore) and not store.is_nbtrack:
        return None
    params = {**(options.get("params") or {}), **run.client.get_run(run.info.run_id).data.params}
    with suppress(Unsupported, Refused):
        created = run.client.models.create(
            run.info.experiment_id,
            name=path,
            model_type=options.get("model_type"),
            source_run_id=run.info.run_id,
            params=validation.texts("parameter", params),
            tags=validation.texts("tag", options.get("tags") or {}),
            path_in_run=path,
        )
        return str(created["info"]["model_id"])
    return None


def _measure(run: ActiveRun, model_id: str, step: int) -> None:
    """Link the metrics of a run at a step to a model: existing and later ones."""
    run.client.log_outputs(run.info.run_id, [LoggedModelOutput(model_id, step)])
    run.client.link_metrics(run.info.run_id, _points(run, step), model_id)
    logged_models.remember(run, model_id, step)


def _points(run: ActiveRun, step: int) -> Iterator[Metric]:
    for key in run.client.get_run(run.info.run_id).data.metrics:
        history = run.client.get_metric_history(run.info.run_id, key)
        yield from (each for each in history if each.step == step)
