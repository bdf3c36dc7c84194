"""The results of a training call: in its value, its receiver, and the containers and callbacks that it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture.analysis import result_words
from nbtrack.capture.facts import Training
from nbtrack.capture.runtime import library_results, series_reading, value_reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.capture.analysis.probe_points import Trained

    Names = Mapping[str, Any]


class Call(NamedTuple):
    """A training call that has returned."""

    value: object
    receiver: object
    """The object whose method it was, or None."""
    given: Mapping[str, object]
    """The containers and callbacks that it may have filled, by name."""


def call(point: Trained, value: object, names: Names) -> Call:
    """Return a call that has returned this value; `names` are those of the surrounding code."""
    receiver = value_reading.looked_up(names, point.receiver) if point.receiver else None
    return Call(value, receiver, {name: names.get(name) for name in point.given})


def read(point: Trained, done: Call) -> dict[str, Training]:
    """Return the results of a call, by the name of what holds them; its value has the name of the point.

    Raise whatever a value raises that cannot be read.
    """
    found: dict[str, Training] = {}
    for name, training in _parts(point, done):
        known = [series for one in found.values() for series in one.curves.values()]
        fresh = {key: series for key, series in training.curves.items() if series not in known}
        if fresh or training._replace(curves={}):
            found.setdefault(name, training._replace(curves=fresh))
    return found


def _parts(point: Trained, done: Call) -> Iterator[tuple[str, Training]]:
    value, receiver, given = done
    if receiver is None or receiver is not value:
        yield point.name, of_value(value) or _evaluated(value, receiver)
    if receiver is not None and not point.evaluates:
        yield point.receiver or "", library_results.read(receiver)
    for name, held in given.items():
        yield name, of_container(held) if series_reading.fields(held) is not None else library_results.read(held)


def of_value(value: object) -> Training:
    """Return the results that the value of a training call holds."""
    return Training() if type(value) in value_reading.SCALARS else of_container(value) or library_results.read(value)


def of_container(value: object) -> Training:
    """Return the series or numbers of a dict, of a list of dicts, or of a frame."""
    curves = series_reading.nested(value)
    if curves:
        deep = any("." in key for key in curves)
        known = deep or any(result_words.measures(key) for key in curves)
        return Training(curves, named=not deep) if known else Training()
    numbers = series_reading.numbers(value)
    if numbers:
        return Training({}, numbers, named=series_reading.fields(value) is not None)
    columns = series_reading.columns(value)
    return Training({key: column for key, column in columns.items() if result_words.measures(key)})


def series_in(value: object) -> Mapping[str, list[float]]:
    """Return the series that a value is or holds, by key; the key of a single one, or of means of rows, is empty."""
    alone = series_reading.series(value)
    if alone is None:
        alone = series_reading.means(value)
    if alone is not None:
        return {"": alone} if len(alone) > 1 else {}
    return of_container(value).curves or library_results.read(value).curves


def _evaluated(value: object, receiver: Any) -> Training:
    """Return the numbers of ``model.evaluate(…)`` under the names of the metrics of a Keras model."""
    if "keras" not in library_results.libraries_of(type(receiver)):
        return Training()
    values = [value_reading.number(one) for one in (value if type(value) in {list, tuple} else [value])]  # type: ignore[attr-defined] # exact
    names = list(_names_of_metrics(receiver))
    if len(values) > len(names):
        return Training()
    pairs = zip(names, values, strict=False)
    return Training({}, {name: number for name, number in pairs if number is not None}, named=True)


def _names_of_metrics(model: Any) -> Iterator[str]:
    """Yield the names in the order in which a Keras model returns their values."""
    for metric in getattr(model, "metrics", ()):
        if type(metric).__name__ == "CompileMetrics":
            yield from (inner.name for inner in metric.metrics)
        else:
            yield metric.name
