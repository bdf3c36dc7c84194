"""Copying the logged models of a run to another store, where they get new ids."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.entities import Metric
from nbtrack.errors import NotFound, Refused, Unsupported, WrongState
from nbtrack.logged_models import models_of
from nbtrack.logged_models.entity import read_model, status_word
from nbtrack.model_entities import models_in
from nbtrack.stores.rest import RestStore
from nbtrack.wire.values import LinkedMetric, ModelOutput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import LoggedModel, Run
    from nbtrack.logged_models import Descriptions
    from nbtrack.logged_models.on_server import ModelsOnServer
    from nbtrack.stores.interface import Store

    Models = Descriptions | ModelsOnServer


def copy_models(run: Run, copy: Run, here: Store, there: Store) -> None:
    """Create the models that a run has made for its copy, or complete them; deleted ones are not created again.

    The copies have only those metrics that this run has logged; `copy_points_of_others` adds the others.
    """
    source, target = models_of(here), models_of(there)
    made = models_in(run.data.tags.get(reserved.MODEL_OUTPUTS))
    known = _known(copy, target) if made else {}
    for output in made:
        try:
            model = read_model(source.get(output.model_id))
        except NotFound:
            continue
        found = known.get(model.model_id)
        if found is None:
            try:
                found = _created(model, run, copy, source, there)
            except (NotFound, Refused, Unsupported):
                # Servers before MLflow 3 keep no logged models.
                return
            target.log_outputs(copy.info.run_id, [ModelOutput(found.model_id, output.step)])
        _add_points(model, found, run.info.run_id, copy.info.run_id, target)


def copy_points_of_others(run: Run, copies: Mapping[str, str], here: Store, there: Store) -> None:
    """Give the copies of a run's models the points that other runs have logged for them, once all runs are copied.

    `copies` has the ids of the copies of runs. Points of runs that have none, or whose copy is deleted, stay away.
    """
    source, target = models_of(here), models_of(there)
    for output in models_in(run.data.tags.get(reserved.MODEL_OUTPUTS)):
        try:
            model = read_model(source.get(output.model_id))
        except NotFound:
            continue
        others = {each.run_id for each in model.metrics if each.run_id} & copies.keys() - {run.info.run_id}
        copied = _known(there.get_run(copies[run.info.run_id]), target).get(model.model_id) if others else None
        if copied is None:
            continue
        for other in sorted(others):
            with suppress(WrongState):
                _add_points(model, copied, other, copies[other], target)


def _known(copy: Run, target: Models) -> dict[str, LoggedModel]:
    """Return the models that the copy of a run has, by the ids of the models that they are copies of."""
    found = {}
    for each in models_in(copy.data.tags.get(reserved.MODEL_OUTPUTS)):
        try:
            model = read_model(target.get(each.model_id))
        except NotFound:
            continue
        found[model.tags.get(reserved.PUSHED, "")] = model
    return found


def _created(model: LoggedModel, run: Run, copy: Run, source: Models, there: Store) -> LoggedModel:
    target = models_of(there)
    folder = f"{run.info.artifact_uri.rstrip('/')}/"
    takes_paths = not isinstance(there, RestStore) or there.is_nbtrack
    in_run = takes_paths and model.artifact_location.startswith(folder)
    place: dict[str, Any] = {"path_in_run": model.artifact_location.removeprefix(folder)} if in_run else {}
    created = target.create(
        copy.info.experiment_id,
        name=model.name,
        model_type=model.model_type,
        source_run_id=copy.info.run_id,
        params=list(model.params.items()),
        tags=list({**model.tags, reserved.PUSHED: model.model_id}.items()),
        **place,
    )
    model_id = str(created["info"]["model_id"])
    if not in_run:
        files, copies = source.files(model.model_id), target.files(model_id)
        for each in files.walk():
            with files.open(each.path) as file:
                copies.put(file, each.path)
    return read_model(target.finalize(model_id, status_word(model.status)))


def _add_points(model: LoggedModel, copied: LoggedModel, run_id: str, copy_id: str, target: Models) -> None:
    known = {each[:4] for each in copied.metrics}
    points = [
        LinkedMetric(
            Metric(each.key, each.value, each.timestamp, each.step),
            copied.model_id,
            each.dataset_name,
            each.dataset_digest,
        )
        for each in model.metrics
        if each.run_id == run_id and each[:4] not in known
    ]
    if points:
        target.link(copy_id, points)
