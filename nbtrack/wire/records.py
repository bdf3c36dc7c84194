"""Records as JSON and back; fields that are not set and empty lists are omitted."""

from __future__ import annotations

import json
import math
from array import array
from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.entities import (
    DatasetSummary,
    Experiment,
    FileInfo,
    History,
    KeySummary,
    Metric,
    Overview,
    Page,
    Run,
    RunColumns,
    RunData,
    RunGroup,
    RunInfo,
    RunInputs,
)
from nbtrack.wire import values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nbtrack.wire.values import Json


def _set(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value is not None and value != []}


def _pairs(mapping: Mapping[str, str]) -> list[Json]:
    return [{"key": key, "value": value} for key, value in mapping.items()]


def _mapping(record: Json, name: str) -> dict[str, str]:
    return {each["key"]: each.get("value", "") for each in record.get(name, ())}


def _integer(record: Json, name: str, default: int | None = None) -> Any:
    """Return an integer, which some servers write as text."""
    found = record.get(name)
    return default if found is None else int(found)


def write_experiment(experiment: Experiment) -> Json:
    """Return the JSON of an experiment."""
    written = experiment._asdict() | {"tags": _pairs(experiment.tags)}
    return _set(**written)


def read_experiment(record: Json) -> Experiment:
    """Return the experiment of its JSON."""
    return Experiment(
        str(record["experiment_id"]),
        record.get("name", ""),
        record.get("artifact_location", ""),
        record.get("lifecycle_stage", "active"),
        _integer(record, "creation_time"),
        _integer(record, "last_update_time"),
        _mapping(record, "tags"),
    )


def write_info(info: RunInfo) -> Json:
    """Return the JSON of the info of a run."""
    written = info._asdict()
    del written["deleted_time"]
    return _set(**written, run_uuid=info.run_id)


def read_info(record: Json) -> RunInfo:
    """Return the info of a run of its JSON."""
    return RunInfo(
        record.get("run_id") or record["run_uuid"],
        str(record.get("experiment_id", "")),
        record.get("run_name", ""),
        record.get("user_id", ""),
        record.get("status", "RUNNING"),
        _integer(record, "start_time", 0),
        _integer(record, "end_time") or None,
        record.get("artifact_uri", ""),
        record.get("lifecycle_stage", "active"),
    )


def write_run(run: Run) -> Json:
    """Return the JSON of a run."""
    data = _set(
        metrics=values.METRICS.write(run.data.latest), params=_pairs(run.data.params), tags=_pairs(run.data.tags)
    )
    read, made = (_models(run.data.tags.get(tag)) for tag in (reserved.MODEL_INPUTS, reserved.MODEL_OUTPUTS))
    inputs = _set(
        dataset_inputs=values.INPUTS.write(run.inputs.dataset_inputs),
        model_inputs=[{"model_id": each.model_id} for each in read],
    )
    return {
        "info": write_info(run.info),
        "data": data,
        "inputs": inputs,
        "outputs": _set(model_outputs=values.OUTPUTS.write(made)),
    }


def _models(tag: str | None) -> list[values.ModelOutput]:
    """Return the models of a tag; none if its content is anything else."""
    if tag is None:
        return []
    try:
        found: list[values.ModelOutput] = values.OUTPUTS.read("models", values.parse_json(tag))
    except ValueError:
        return []
    return found


def read_run(record: Json) -> Run:
    """Return the run of its JSON."""
    info, data = read_info(record["info"]), record.get("data", {})
    latest = tuple(read_metric(each) for each in data.get("metrics", ()))
    tags = _mapping(data, "tags")
    if not info.run_name and reserved.RUN_NAME in tags:
        info = info._replace(run_name=tags[reserved.RUN_NAME])
    given = values.INPUTS.read("inputs", record.get("inputs", {}).get("dataset_inputs", []))
    read = values.OUTPUTS.read("models", record.get("inputs", {}).get("model_inputs", []))
    made = values.OUTPUTS.read("models", record.get("outputs", {}).get("model_outputs", []))
    for tag, models in ((reserved.MODEL_INPUTS, read), (reserved.MODEL_OUTPUTS, made)):
        if models:
            # MLflow's server returns them beside the tags; our stores keep them in a tag.
            tags.setdefault(tag, json.dumps([each._asdict() for each in models]))
    return Run(
        info,
        RunData({each.key: each.value for each in latest}, _mapping(data, "params"), tags, latest),
        RunInputs(tuple(given)),
    )


def read_metric(record: Json) -> Metric:
    """Return the point of its JSON."""
    return Metric(
        record["key"],
        values.double("value", record.get("value", 0.0)),
        _integer(record, "timestamp", 0),
        _integer(record, "step", 0),
    )


def write_file(info: FileInfo) -> Json:
    """Return the JSON of an entry of an artifact folder."""
    return _set(**info._asdict())


def read_dataset_summary(record: Json) -> DatasetSummary:
    """Return the summary of a dataset in a record."""
    return DatasetSummary(str(record["experiment_id"]), record["name"], record["digest"], record.get("context"))


def read_file(record: Json) -> FileInfo:
    """Return the entry of an artifact folder of its JSON."""
    return FileInfo(record["path"], bool(record.get("is_dir")), _integer(record, "file_size"))


def write_page(name: str, page: Page[Any], write: Callable[[Any], Json]) -> Json:
    """Return the JSON of a page, its items below `name`."""
    return _set(**{name: [write(each) for each in page]}, next_page_token=page.token)


def read_page(name: str, record: Json, read: Callable[[Json], Any]) -> Page[Any]:
    """Return the page of its JSON."""
    return Page([read(each) for each in record.get(name, ())], record.get("next_page_token") or None)


def write_overview(overview: Overview) -> Json:
    """Return the JSON of an overview: for each key the number of runs, the lowest and the highest value."""
    return {
        "total": overview.total,
        **{
            name: {key: [each.runs, _end(each.low), _end(each.high)] for key, each in summaries.items()}
            for name, summaries in zip(("params", "metrics", "tags"), overview[1:4], strict=True)
        },
        "estimated": overview.estimated,
    }


def _end(value: str | float | None) -> str | float | None:
    return values.number(value) if isinstance(value, float) else value


def read_overview(record: Json) -> Overview:
    """Return the overview of its JSON."""
    params, metrics, tags = (record[name] for name in ("params", "metrics", "tags"))
    numbers = {key: KeySummary(runs, _float(low), _float(high)) for key, (runs, low, high) in metrics.items()}
    texts = [{key: KeySummary(*summary) for key, summary in each.items()} for each in (params, tags)]
    return Overview(record["total"], texts[0], numbers, texts[1], bool(record.get("estimated")))


def _float(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type] # JSON has a number, or its name such as NaN


def write_columns(columns: RunColumns) -> Json:
    """Return the JSON of runs as columns."""

    def written(groups: Iterable[RunGroup], *, numbers: bool = False) -> list[Json]:
        return [
            {
                "places": group.places,
                "columns": {key: _numbers(each) if numbers else each for key, each in group.columns.items()},
            }
            for group in groups
        ]

    return {
        "infos": columns.infos,
        "metrics": written(columns.metrics, numbers=True),
        "params": written(columns.params),
        "tags": written(columns.tags),
    }


def _numbers(column: Iterable[float]) -> list[float | str]:
    return [values.number(each) for each in column]


def read_columns(record: Json) -> RunColumns:
    """Return the columns of their JSON."""

    def read(groups: list[Json], *, numbers: bool = False) -> list[RunGroup]:
        return [
            RunGroup(
                group["places"],
                {key: array("d", map(float, each)) if numbers else each for key, each in group["columns"].items()},
            )
            for group in groups
        ]

    return RunColumns(
        record["infos"], read(record["metrics"], numbers=True), read(record["params"]), read(record["tags"])
    )


def write_history(history: History) -> Json:
    """Return the JSON of a whole history: three columns, in logged order."""
    return {
        "steps": [int(each) for each in history.steps],
        "timestamps": [int(each) for each in history.timestamps],
        "values": _numbers(float(each) for each in history.values),
    }


def read_history(key: str, record: Json) -> History:
    """Return the history of its JSON."""
    numbers = array("d", map(float, record["values"]))
    if math.inf in numbers or -math.inf in numbers:
        numbers = array("d", [values.double("values", each) for each in record["values"]])
    return History(key, array("q", record["steps"]), array("q", record["timestamps"]), numbers)
