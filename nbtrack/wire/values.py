"""Kinds of values in JSON, which are read strictly and written without loss.

MLflow writes int64 as numbers, NaN and infinities as text, and enumerations by name; it also accepts numbers written as
text. Invalid values raise; they never become defaults.
"""

from __future__ import annotations

import json
import re
from math import isfinite, isinf, isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import validation
from nbtrack.entities import Dataset, DatasetInput, Metric, Param, RunStatus, Tag, ViewType
from nbtrack.errors import InvalidValue
from nbtrack.wire import usual_records

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
_INTEGER = re.compile("[+-]?[0-9]{1,20}")
_INFINITE = re.compile("[+-]?inf(inity)?", re.IGNORECASE)


class EncodedJson(bytes):
    """JSON that is encoded already."""


class ModelOutput(NamedTuple):
    """A model that a run created at a step."""

    model_id: str
    step: int = 0


class LinkedMetric(NamedTuple):
    """A point of a metric, with the logged model that it measures, and on which dataset."""

    point: Metric
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class ModelOrder(NamedTuple):
    """A field that logged models are sorted by; a metric may be that of one dataset."""

    field_name: str
    ascending: bool = True
    dataset_name: str | None = None
    dataset_digest: str | None = None


class MetricDataset(NamedTuple):
    """A dataset by its name and its digest; None matches anything."""

    dataset_name: str | None
    dataset_digest: str | None = None


class Kind(NamedTuple):
    """A kind of value: `read` takes the name of an argument and its JSON, `write` returns JSON."""

    read: Callable[[str, object], Any]
    write: Callable[[Any], Any]
    many: bool = False
    """Whether it is a list, for which a query string repeats the key."""


def _wrong(name: str, value: object, expected: str) -> InvalidValue:
    return InvalidValue(f"Invalid value {_shown(value)} for parameter {name!r} supplied: expected {expected}")


def _shown(value: object) -> str:
    """Return a value as MLflow's messages show it, as JSON, but of bounded length."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))[:200]
    except (TypeError, ValueError, RecursionError):
        return repr(str(value)[:200])


def parse_json(text: str | bytes) -> Any:
    """Parse JSON, in which NaN, Infinity and -Infinity are numbers, as in Python's `json`.

    Raises
    ------
    ValueError
        When it is not valid JSON, or contains a number beyond the range of a double.
    RecursionError
        When it is nested too deeply.
    """
    return json.loads(text, parse_float=_finite)


def _finite(digits: str) -> float:
    found = float(digits)
    if isinf(found):
        msg = f"the number {digits[:40]} is beyond the range of a double"
        raise ValueError(msg)
    return found


def text(name: str, value: object) -> str:
    """Read text."""
    if not isinstance(value, str):
        raise _wrong(name, value, "text")
    if not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
        raise _wrong(name, ascii(value), "text without half characters (lone surrogates)")
    return value


def int64(name: str, value: object) -> int:
    """Read an integer of 64 bits, or the text of one."""
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value):
            raise _wrong(name, value, "an integer")
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, value, "an integer")
    if isinstance(value, float) and not value.is_integer():
        raise _wrong(name, value, "an integer")
    return validation.int64(name, value)


def double(name: str, value: object) -> float:
    """Read a number, or the text of one, including NaN and the infinities."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong(name, value, "a number")
    try:
        found = float(value)
    except (ValueError, OverflowError):
        raise _wrong(name, value, "a number") from None
    if isinstance(value, str) and ("_" in value or (isinf(found) and not _INFINITE.fullmatch(value.strip()))):
        raise _wrong(name, value, "a number within the range of a double")
    return found


def number(value: float) -> float | str:
    """Write a number; NaN and infinities become text."""
    if isfinite(value):
        return value
    if isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _object(name: str, value: object) -> Json:
    if not isinstance(value, dict):
        raise _wrong(name, value, "an object")
    return value


def _status(name: str, value: object) -> str:
    numbered = {str(number): status for number, status in enumerate(RunStatus, 1)}
    try:
        return RunStatus.to_string(numbered.get(str(value)) or str(value))
    except ValueError:
        raise _wrong(name, value, f"one of {', '.join(RunStatus)}") from None


def _model_status(name: str, value: object) -> str:
    numbered = {str(number): status for number, status in enumerate(MODEL_STATUSES)}
    word = numbered.get(str(value)) or str(value)
    if word not in MODEL_STATUSES:
        raise _wrong(name, value, f"one of {', '.join(MODEL_STATUSES)}")
    return word


def _view(name: str, value: object) -> ViewType:
    word = str(value)
    try:
        return ViewType(int(word)) if word.isdecimal() else ViewType[word]
    except (ValueError, KeyError):
        raise _wrong(name, value, f"one of {', '.join(each.name for each in ViewType)}") from None


def listed(item: Kind) -> Kind:
    """Return the kind of a list of some kind."""

    def read(name: str, value: object) -> list[Any]:
        if not isinstance(value, list):
            raise _wrong(name, value, "a list")
        return [item.read(f"{name}[{place}]", each) for place, each in enumerate(value)]

    return Kind(read, lambda values: [item.write(each) for each in values], many=True)


def member(record: object, name: str, key: str, kind: Kind, default: object = ...) -> Any:
    """Read one member of a JSON object; it is required unless there is a `default`."""
    if not isinstance(record, dict):
        raise _wrong(name, record, "an object")
    value = record.get(key)
    if value is None:
        if default is ...:
            msg = f"Missing value for required parameter '{name}.{key}'."
            raise InvalidValue(msg)
        return default
    return kind.read(f"{name}.{key}", value)


def _mapping(name: str, value: object) -> dict[str, str]:
    return {key: text(f"{name}.{key}", each) for key, each in _object(name, value).items()}


def _sort(name: str, value: object) -> list[list[str]]:
    pairs: list[list[str]] = listed(TEXTS).read(name, value)
    if any(len(each) != 2 or each[1] not in {"asc", "desc"} for each in pairs):
        raise _wrong(name, value, "pairs of a column and asc or desc")
    return pairs


def _read_tag(name: str, value: object) -> Tag:
    usual = usual_records.pair("tag", value)
    if usual is not None:
        return Tag(*usual)
    key = validation.key("tag", member(value, name, "key", TEXT))
    return Tag(key, validation.text(f"tag {key!r}", member(value, name, "value", TEXT, "")))


def _read_param(name: str, value: object) -> Param:
    usual = usual_records.pair("parameter", value)
    if usual is not None:
        return Param(*usual)
    key = validation.key("parameter", member(value, name, "key", TEXT))
    return Param(key, validation.text(f"parameter {key!r}", member(value, name, "value", TEXT, "")))


def _read_metric(name: str, value: object) -> Metric:
    """Read a point of a run."""
    return usual_records.point(value) or _read_other_metric(name, value)


def _read_other_metric(name: str, value: object) -> Metric:
    return Metric(
        validation.key("metric", member(value, name, "key", TEXT)),
        member(value, name, "value", DOUBLE),
        moment(f"{name}.timestamp", member(value, name, "timestamp", INT64)),
        member(value, name, "step", INT64, 0),
    )


def _read_linked(name: str, value: object) -> LinkedMetric:
    usual = usual_records.point(value)
    if usual is not None:
        return LinkedMetric(usual)
    point = _read_other_metric(name, value)
    links = (member(value, name, key, TEXT, "") or None for key in ("model_id", "dataset_name", "dataset_digest"))
    return LinkedMetric(point, *links)


def _write_linked(given: Metric | LinkedMetric) -> Json:
    if isinstance(given, Metric):
        return _write_metric(given)
    links = {key: value for key, value in given._asdict().items() if key != "point" and value is not None}
    return {**_write_metric(given.point), **links}


def _read_model_order(name: str, value: object) -> ModelOrder:
    ascending = member(value, name, "ascending", Kind(_flag, _same), True)
    datasets = (member(value, name, key, TEXT, None) for key in ("dataset_name", "dataset_digest"))
    return ModelOrder(member(value, name, "field_name", TEXT), ascending, *datasets)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(name, value, "true or false")
    return value


def _read_metric_dataset(name: str, value: object) -> MetricDataset:
    return MetricDataset(member(value, name, "dataset_name", TEXT), member(value, name, "dataset_digest", TEXT, None))


def _as_object(record: Any) -> Json:
    return {key: value for key, value in record._asdict().items() if value is not None}


def moment(name: str, value: object) -> int:
    """Read a time in ms since the epoch UTC."""
    found = int64(name, value)
    if found < 0:
        raise _wrong(name, value, "a time in ms since the epoch")
    return found


def _read_input(name: str, value: object) -> DatasetInput:
    described = value.get("dataset") if isinstance(value, dict) else None
    inner = f"{name}.dataset"
    required = [member(described, inner, key, TEXT) for key in ("name", "digest", "source_type", "source")]
    optional = [member(described, inner, key, TEXT, None) for key in ("schema", "profile")]
    tags = member(value, name, "tags", TAGS, [])
    return DatasetInput(Dataset(*required, *optional), tuple(tags))


def _read_output(name: str, value: object) -> ModelOutput:
    return ModelOutput(member(value, name, "model_id", TEXT), member(value, name, "step", INT64, 0))


def _write_input(given: DatasetInput) -> Json:
    described = {key: value for key, value in given.dataset._asdict().items() if value is not None}
    return {"tags": TAGS.write(given.tags), "dataset": described}


def _write_metric(metric: Metric) -> Json:
    return {"key": metric[0], "value": number(metric[1]), "timestamp": metric[2], "step": metric[3]}


def _write_pair(pair: tuple[str, str]) -> Json:
    return {"key": pair[0], "value": pair[1]}


def _same(value: Any) -> Any:
    return value


TEXT = Kind(text, _same)
INT64 = Kind(int64, _same)
MOMENT = Kind(moment, _same)
DOUBLE = Kind(double, number)
OBJECT = Kind(_object, _same)
MODEL_STATUSES = (
    "LOGGED_MODEL_STATUS_UNSPECIFIED",
    "LOGGED_MODEL_PENDING",
    "LOGGED_MODEL_READY",
    "LOGGED_MODEL_UPLOAD_FAILED",
)
MODEL_STATUS = Kind(_model_status, _same)
STATUS = Kind(_status, str)
VIEW = Kind(_view, lambda value: ViewType(value).name)
TEXTS = listed(TEXT)
TAGS = listed(Kind(_read_tag, _write_pair))
PARAMS = listed(Kind(_read_param, _write_pair))
METRICS = listed(Kind(_read_metric, _write_metric))
LINKED_METRICS = listed(Kind(_read_linked, _write_linked))
MODEL_ORDERS = listed(Kind(_read_model_order, _as_object))
METRIC_DATASETS = listed(Kind(_read_metric_dataset, _as_object))
INPUTS = listed(Kind(_read_input, _write_input))
MAPPING = Kind(_mapping, dict)
SORT = Kind(_sort, _same)
OUTPUTS = listed(Kind(_read_output, lambda output: output._asdict()))
