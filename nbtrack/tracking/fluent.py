"""The fluent functions that log to the active run, starting one if there is none."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING, Any, BinaryIO

from nbtrack import process, validation
from nbtrack import tags as reserved
from nbtrack.artifact_storage.artifact_repository import clean
from nbtrack.entities import Dataset, DatasetInput, Metric, Tag
from nbtrack.errors import InvalidValue, warn
from nbtrack.tracking import events, param_conflicts
from nbtrack.tracking.active_model import ActiveModels
from nbtrack.tracking.client import MlflowClient, RunOperations, handle, now
from nbtrack.tracking.context import source_tags
from nbtrack.tracking.lifecycle import get_or_start_run
from nbtrack.tracking.logged_model_client import checked_metric
from nbtrack.validation import INT64_MAX, INT64_MIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from nbtrack.tracking.active_runs import ActiveRun

# what a run logs


def log_metric(
    key: str,
    value: float,
    step: int | None = None,
    synchronous: bool | None = None,
    timestamp: int | None = None,
    run_id: str | None = None,
    model_id: str | None = None,
    dataset: Any | None = None,
) -> RunOperations | None:
    """Log a metric of the active run, starting one if there is none.

    Parameters
    ----------
    key : str
        The name of the metric.
    value : float
        A real number: int, float, numpy scalar, 0-d array or tensor. NaN and infinities are allowed.
    step : int, optional
        A 64-bit integer; by default 0.
    synchronous : bool, optional
        Accepted for compatibility: the metric is recorded when the call returns, whatever the value.
    timestamp : int, optional
        Milliseconds since the epoch (UTC); by default now.
    run_id : str, optional
        The run to log to; by default the active run.
    model_id : str, optional
        The logged model that the metric measures; by default the active model (`set_active_model`), else those that
        the run has logged at this step.
    dataset : Dataset, optional
        The dataset that the metric was computed on; it is logged as an input of the run.
    """
    if run_id is not None or model_id is not None or dataset is not None:
        return log_metrics({key: value}, step, synchronous, run_id, timestamp, model_id, dataset)
    run = get_or_start_run()
    if run.models or run.active_models.used:
        return log_metrics({key: value}, step, synchronous, None, timestamp)
    if type(key) is not str or key not in run.keys:
        run.keys.add(validation.key("metric", key))
    number = value if type(value) is float else validation.metric_value(key, value)
    run.append(
        key,
        number,
        step if type(step) is int and INT64_MIN <= step <= INT64_MAX else _step(key, step),
        time_ns() // 1_000_000 if timestamp is None else validation.int64("timestamp", timestamp),
    )
    if run.events.receivers:
        moment = now() if timestamp is None else timestamp
        events.publish(run.info.run_id, [Metric(key, number, moment, int(step or 0))])
    return None if synchronous is not False else handle(synchronous)


def _step(key: str, step: object) -> int:
    return 0 if step is None else validation.int64(f"the step of metric {key!r}", step)


def log_metrics(
    metrics: Mapping[str, float],
    step: int | None = None,
    synchronous: bool | None = None,
    run_id: str | None = None,
    timestamp: int | None = None,
    model_id: str | None = None,
    dataset: Any | None = None,
) -> RunOperations | None:
    """Log several metrics at one step; if one of them is invalid, none is logged."""
    if type(metrics) is not dict:
        validation.mapping("metrics of log_metrics", metrics)
    moment = now() if timestamp is None else timestamp
    run = get_or_start_run() if run_id is None else None
    model_id = model_id or process.state(ActiveModels).current()
    if model_id is not None or (run is not None and run.models):
        from nbtrack.tracking import logged_models

        client, target = (MlflowClient(), str(run_id)) if run is None else (run.client, run.info.run_id)
        points = [checked_metric(each) for each in _points(metrics, moment, step)]
        logged_models.measure(client, target, points, model_id, dataset)
    if run_id is not None:
        MlflowClient().log_batch(run_id, metrics=_points(metrics, moment, step))
    elif run is not None:
        _log_to_run(run, metrics, step, moment)
    if dataset is not None:
        client, target = _target(run_id)
        client.log_inputs(target, [dataset_input(dataset, None, None)])
    return handle(synchronous)


def _points(metrics: Mapping[str, float], timestamp: int, step: int | None) -> list[Metric]:
    return [Metric(key, value, timestamp, 0 if step is None else step) for key, value in metrics.items()]


def _log_to_run(run: ActiveRun, metrics: Mapping[str, float], step: int | None, timestamp: int) -> None:
    if not run.keys.issuperset(metrics):
        run.keys.update([validation.key("metric", key) for key in metrics])
    values = {
        key: value if type(value) is float else validation.metric_value(key, value) for key, value in metrics.items()
    }
    at, moment = validation.int64("step", step or 0), validation.int64("timestamp", timestamp)
    run.appender.moment(values, at, moment)
    if run.events.receivers:
        events.publish(run.info.run_id, [Metric(key, value, moment, at) for key, value in values.items()])


def _target(run_id: str | None) -> tuple[MlflowClient, str]:
    if run_id is not None:
        return MlflowClient(), run_id
    run = get_or_start_run()
    return run.client, run.info.run_id


@validation.typed
def log_param(key: str, value: Any, synchronous: bool | None = None) -> Any:
    """Log a parameter of the active run as text, and return its value.

    A parameter that is logged again keeps its first value; later ones are added to the tag ``nbtrack.param_history``.
    """
    log_params({key: value})
    return value if synchronous is not False else handle(synchronous)


log_parameter = log_param


@validation.typed
def log_params(
    params: Mapping[str, Any], synchronous: bool | None = None, run_id: str | None = None
) -> RunOperations | None:
    """Log parameters of the active run; see `log_param`."""
    client, target = _target(run_id)
    param_conflicts.log_params(client, target, params)
    _warn_of_secret("parameter", params.items())
    return handle(synchronous)


@validation.typed
def set_tag(key: str, value: Any, synchronous: bool | None = None) -> RunOperations | None:
    """Set a tag of the active run."""
    return set_tags({key: value}, synchronous)


@validation.typed
def set_tags(tags: Mapping[str, Any], synchronous: bool | None = None) -> RunOperations | None:
    """Set tags of the active run."""
    run = get_or_start_run()
    run.client.log_batch(run.info.run_id, tags=list(tags.items()))
    _warn_of_secret("tag", tags.items())
    return handle(synchronous)


@validation.typed
def delete_tag(key: str) -> None:
    """Remove a tag of the active run."""
    run = get_or_start_run()
    run.client.delete_tag(run.info.run_id, key)


@validation.typed
def log_input(
    dataset: Any | None = None,
    context: str | None = None,
    tags: Mapping[str, str] | None = None,
    model: Any | None = None,
) -> None:
    """Log a dataset as an input of the active run; `nbtrack.data` has the functions that describe one.

    `model` is a `LoggedModelInput`: a logged model that the run reads.
    """
    log_inputs([dataset], [context], [tags], [model])


@validation.typed
def log_inputs(
    datasets: Sequence[Any] | None = None,
    contexts: Sequence[str | None] | None = None,
    tags_list: Sequence[Mapping[str, str] | None] | None = None,
    models: Sequence[Any] | None = None,
) -> None:
    """Log datasets as inputs of the active run, each with its own tags and a context such as ``training``.

    `models` are `LoggedModelInput` objects: logged models that the run reads.
    """
    found = list(datasets or ())
    parts = [found, list(contexts or [None] * len(found)), list(tags_list or [None] * len(found))]
    if len({*map(len, parts)}) > 1:
        raise InvalidValue(f"contexts and tags_list must be as long as datasets, which has {len(found)}")
    run = get_or_start_run()
    described = [dataset_input(*each) for each in zip(*parts, strict=True) if each[0] is not None]
    read = [each for each in models or () if each is not None]
    run.client.log_inputs(run.info.run_id, described, read)
    run.measured.update(each.model_id for each in read)


# artifacts


@validation.typed
def log_artifact(local_path: str | Path, artifact_path: str | None = None, run_id: str | None = None) -> None:
    """Log a local file or folder as an artifact of the active run."""
    client, target = _target(run_id)
    client.log_artifact(target, local_path, artifact_path)


@validation.typed
def log_artifacts(local_dir: str | Path, artifact_path: str | None = None, run_id: str | None = None) -> None:
    """Log the contents of a local folder as artifacts of the active run."""
    client, target = _target(run_id)
    client.log_artifacts(target, local_dir, artifact_path)


@validation.typed
def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """Log text as an artifact of the active run, in UTF-8."""
    client, target = _target(run_id)
    client.log_text(target, text, artifact_file)


@validation.typed
def log_dict(dictionary: Any, artifact_file: str, run_id: str | None = None) -> None:
    """Log a dictionary as a JSON or YAML artifact of the active run, by the extension of `artifact_file`."""
    client, target = _target(run_id)
    client.log_dict(target, dictionary, artifact_file)


@validation.typed
def log_figure(figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None) -> None:
    """Log a matplotlib or plotly figure as an artifact of the active run."""
    client, target = _target(None)
    client.log_figure(target, figure, artifact_file, save_kwargs=save_kwargs)


@validation.typed
def log_image(
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
    synchronous: bool | None = None,
) -> None:
    """Log an image to the active run, as a file or as a step of a series; see `MlflowClient.log_image`."""
    client, target = _target(None)
    client.log_image(target, image, artifact_file, key, step, timestamp, synchronous)


@validation.typed
def log_table(data: Any, artifact_file: str, run_id: str | None = None) -> None:
    """Log a table as an artifact of the active run; rows are appended to an existing table."""
    client, target = _target(run_id)
    client.log_table(target, data, artifact_file)


@validation.typed
def log_stream(stream: BinaryIO, artifact_file: str, run_id: str | None = None) -> None:
    """Log the contents of a binary stream as an artifact of the active run, in constant memory."""
    client, target = _target(run_id)
    client.log_stream(target, stream, artifact_file)


@validation.typed
def get_artifact_uri(artifact_path: str | None = None) -> str:
    """Return the URI of the artifacts of the active run, or of one of them."""
    root = get_or_start_run().info.artifact_uri
    path = clean(artifact_path)
    return f"{root}/{path}" if path else root


def dataset_input(dataset: Any, context: str | None, tags: Mapping[str, str] | None) -> DatasetInput:
    """Return a dataset as an input of a run; raise `InvalidValue` for anything else."""
    entity = getattr(dataset, "entity", None)
    described = entity(source_tags()) if callable(entity) else dataset
    if not isinstance(described, Dataset):
        msg = f"{type(dataset).__name__} is not a dataset: create one with nbtrack.data.from_pandas or from_numpy"
        raise InvalidValue(msg)
    if tags is not None:
        validation.mapping("the tags of a dataset", tags)
    given = {**({reserved.DATASET_CONTEXT: context} if context is not None else {}), **(tags or {})}
    return DatasetInput(described, tuple(Tag(*each) for each in validation.texts("tag", given)))


_HINTS = ("key", "token", "pass", "pwd", "secret", "cred", "auth", "bearer")
_SHORTEST = 16
"""The fewest characters of a secret that is recognised without a telling name."""


class SecretWarning:
    """Whether the user was warned about a secret."""

    def __init__(self) -> None:
        self.given = False


def _warn_of_secret(what: str, items: Iterable[tuple[str, object]]) -> None:
    """Warn once per process when a parameter or tag that is logged looks like a secret."""
    warning = process.state(SecretWarning)
    if warning.given:
        return
    for key, value in items:
        if type(value) is str and _may_be_secret(str(key), value) and _is_secret(str(key), value):
            warning.given = True
            warn(f"{what.capitalize()} {key!r} looks like a secret; it was logged unchanged")
            return


def _may_be_secret(key: str, value: str) -> bool:
    """Return False for most texts at no cost; the thorough check takes long to import."""
    named = key.lower()
    return (len(value) >= _SHORTEST and " " not in value) or any(each in named for each in _HINTS)


def _is_secret(key: str, value: str) -> bool:
    from nbtrack.redaction import secrets

    return secrets.is_secret_under(key, value) or secrets.looks_secret(value)
