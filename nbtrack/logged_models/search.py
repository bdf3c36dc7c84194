"""The search for logged models: filter, datasets and ordering of their descriptions."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from nbtrack.query import parse
from nbtrack.query.model import All, AnyOf, Not, Subject
from nbtrack.wire.values import MetricDataset, ModelOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nbtrack.query.model import Comparison, Condition
    from nbtrack.wire.values import Json

MODELS = Subject(
    entities={
        **dict.fromkeys(("metric", "metrics"), "metric"),
        **dict.fromkeys(("param", "params", "parameter", "parameters"), "param"),
        **dict.fromkeys(("tag", "tags"), "tag"),
        **dict.fromkeys(("attribute", "attributes"), "attribute"),
    },
    attributes={
        "name": "text",
        "model_id": "id",
        "model_type": "text",
        "status": "text",
        "source_run_id": "id",
        "experiment_id": "key",
        "creation_timestamp": "number",
        "last_updated_timestamp": "number",
    },
    aliases={"creation_time": "creation_timestamp", "last_updated_time": "last_updated_timestamp"},
    sortable=frozenset({"metric", "param", "attribute"}),
)
NEWEST_FIRST = ModelOrder("creation_timestamp", ascending=False)
_MILLISECONDS = ("creation_timestamp", "last_updated_timestamp")
_STATUS = "LOGGED_MODEL_"
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "IN": lambda one, others: one in others,
    "BETWEEN": lambda one, ends: ends[0] <= one <= ends[1],
    "LIKE": lambda one, pattern: _like(pattern).fullmatch(str(one)) is not None,
    "ILIKE": lambda one, pattern: _like(pattern.lower()).fullmatch(str(one).lower()) is not None,
}


def chosen(
    models: Iterable[Json], filter: str, datasets: Sequence[MetricDataset], order_by: Sequence[ModelOrder]
) -> list[Json]:
    """Return the models that match a filter and datasets, sorted; ties are broken by the newest first.

    Raise `FilterError` for an invalid filter or order.
    """
    where = parse(filter, subject=MODELS).where
    found = [
        each for each in models if _measured_on(each, datasets) and (where is None or _matches(where, each, datasets))
    ]
    for each in reversed([*order_by, NEWEST_FIRST]):
        found = _sorted(found, each)
    return found


def _sorted(models: list[Json], order: ModelOrder) -> list[Json]:
    """Sort models by a field; those that lack it come last."""
    column = parse("", [order.field_name], MODELS).order[0]
    datasets = _datasets_of(order)
    keyed = [(_value(model, column.entity, column.key, datasets), model) for model in models]
    having = [each for each in keyed if each[0] is not None]
    having.sort(key=lambda each: each[0], reverse=not order.ascending)
    return [model for _, model in having] + [model for value, model in keyed if value is None]


def _datasets_of(order: ModelOrder) -> list[MetricDataset]:
    if order.dataset_name is None and order.dataset_digest is None:
        return []
    return [MetricDataset(order.dataset_name, order.dataset_digest)]


def _matches(where: Condition, model: Json, datasets: Sequence[MetricDataset]) -> bool:
    if isinstance(where, All):
        return all(_matches(each, model, datasets) for each in where.terms)
    if isinstance(where, AnyOf):
        return any(_matches(each, model, datasets) for each in where.terms)
    if isinstance(where, Not):
        return _has(where.term, model, datasets) and not _matches(where.term, model, datasets)
    value = _value(model, where.entity, where.key, datasets)
    if where.operator == "NULL":
        return value is None
    return value is not None and _compares(where, value)


def _has(term: Comparison, model: Json, datasets: Sequence[MetricDataset]) -> bool:
    return term.operator == "NULL" or _value(model, term.entity, term.key, datasets) is not None


def _compares(where: Comparison, value: Any) -> bool:
    wanted: Any = where.value
    if isinstance(value, str) and isinstance(wanted, int | float):
        try:
            value = float(value)
        except ValueError:
            return False
    return _COMPARE[where.operator](value, wanted)


def _like(pattern: str) -> re.Pattern[str]:
    parts = (".*" if each == "%" else "." if each == "_" else re.escape(each) for each in pattern)
    return re.compile("".join(parts), re.DOTALL)


def _value(model: Json, entity: str, key: str, datasets: Sequence[MetricDataset]) -> Any:
    """Return a value of a model, None if it has none; of a metric the latest, on the datasets if some are given."""
    if entity == "metric":
        points = [each for each in _points(model, datasets) if each["key"] == key]
        latest = max(points, key=lambda each: (each["step"], each["timestamp"]), default=None)
        return None if latest is None else float(latest["value"])
    if entity in {"param", "tag"}:
        pairs = model["data"]["params"] if entity == "param" else model["info"]["tags"]
        return next((each["value"] for each in pairs if each["key"] == key), None)
    if key in _MILLISECONDS:
        return model["info"][f"{key}_ms"]
    value = model["info"].get(key)
    return value.removeprefix(_STATUS) if key == "status" else value


def _points(model: Json, datasets: Sequence[MetricDataset]) -> list[Json]:
    points: list[Json] = model["data"].get("metrics", [])
    return [each for each in points if not datasets or any(_is_on(each, one) for one in datasets)]


def _is_on(point: Json, dataset: MetricDataset) -> bool:
    wanted = {key: value for key, value in dataset._asdict().items() if value is not None}
    return all(point.get(key) == value for key, value in wanted.items())


def _measured_on(model: Json, datasets: Sequence[MetricDataset]) -> bool:
    return not datasets or bool(_points(model, datasets))
