"""The results that training leaves in the objects of libraries, recognised by the form of their attributes.

Attributes are taken from the object's own ``__dict__``; a property or a method is used only on an object whose class
comes from the library that documents it. No library is imported.
"""

from __future__ import annotations

import csv
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.capture.analysis import result_words
from nbtrack.capture.facts import Training
from nbtrack.capture.runtime import search_rows, series_reading, text_reports, value_reading
from nbtrack.capture.runtime.series_reading import MOST_CURVES, MOST_POINTS
from nbtrack.capture.runtime.value_reading import own_attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nbtrack.capture.analysis.constant_folding import Value

_MOST_FITTED = 10
_FOUND = frozenset({"best_score_", "best_loss_"})
"""What a search has found; it counts beside other results."""


def read(thing: object) -> Training:
    """Return the results of training in an object: an estimator, a network, a trainer, a study, a history."""
    found = Training()
    for adapter in _adapters(thing):
        found = _merged(found, adapter(thing))
    return found


def curves_in_attributes(thing: object) -> Mapping[str, list[float]]:
    """Return the curves that an object keeps in its own attributes, which can be read without calling a library."""
    return _merged(_histories(thing), _attributes(thing)).curves


def _merged(one: Training, other: Training) -> Training:
    return Training(
        {**other.curves, **one.curves},
        {**other.numbers, **one.numbers},
        {**other.fitted, **one.fitted},
        {**other.settings, **one.settings},
        one.named or other.named,
        one.rows or other.rows,
    )


def _adapters(thing: object) -> Iterator[Callable[[Any], Training]]:
    libraries = libraries_of(type(thing))
    for library, adapter in _OF_LIBRARIES.items():
        if library in libraries:
            yield adapter
    yield from (_histories, _attributes)


def libraries_of(kind: type) -> frozenset[str]:
    """Return the packages that a type and its base classes come from."""
    return frozenset(one.__module__.partition(".")[0] for one in kind.__mro__)


# --- by the form of attributes


def _histories(thing: object) -> Training:
    """Read an attribute whose name says that it keeps the history of a training."""
    attributes = own_attributes(thing)
    curves: dict[str, list[float]] = {}
    for name in ("history", "history_"):
        held = attributes.get(name)
        curves.update(series_reading.nested(held) or series_reading.rows(held) or _of_history(held))
    for name in ("evals_result_", "_evals_result"):
        curves.update(series_reading.nested(attributes.get(name)))
    curves.update(series_reading.rows(own_attributes(attributes.get("state")).get("log_history")))
    return Training(curves)


def _of_history(held: object) -> dict[str, list[float]]:
    """``model.history.history``: the callback that an object keeps has the dict."""
    return series_reading.nested(own_attributes(held).get("history"))


def _attributes(thing: object) -> Training:
    """Read the attributes whose names say that they measure the training."""
    kind, attributes = type(thing), own_attributes(thing)
    if not attributes or ".feature_selection" in kind.__module__:
        return Training()
    curves: dict[str, list[float]] = {}
    numbers: dict[str, int | float] = {}
    fitted: dict[str, int | float] = {}
    notebook = kind.__module__ == "__main__"
    for name, held in attributes.items():
        if type(name) is not str or not (notebook or _is_fitted(name)) or not result_words.measures(name):
            continue
        number = value_reading.number(held)
        if number is None:
            known = series_reading.series(held)
            if known is not None and len(curves) < MOST_CURVES:
                curves[name] = known
        elif name in _FOUND and "best_params_" in attributes:
            numbers[name] = number
        elif _is_fitted(name) and len(fitted) < _MOST_FITTED:
            fitted[name] = number
    rows = search_rows.read(attributes.get("cv_results_"))
    return Training(curves, numbers, fitted, _best(attributes.get("best_params_")), rows=rows)


def _is_fitted(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_") and not name.endswith("__")


def _best(chosen: object) -> dict[str, Value]:
    """Return the settings that a search has found."""
    found = value_reading.settings(chosen) if type(chosen) is dict else None
    return {f"best.{key}": value for key, value in (found or {}).items()}


# --- by library


def _of_pipeline(pipeline: object) -> Training:
    """Read the last step of a pipeline."""
    steps = own_attributes(pipeline).get("steps")
    if type(steps) is not list or not steps or type(steps[-1]) is not tuple or len(steps[-1]) != 2:
        return Training()
    last = steps[-1][1]
    return read(last) if "steps" not in own_attributes(last) else Training()


def _of_study(study: Any) -> Training:
    """Read the trials of an Optuna study."""
    if not value_reading.has(type(study), "get_trials"):
        return Training()
    done = [one.values for one in study.get_trials(deepcopy=False) if one.state.name == "COMPLETE"][:MOST_POINTS]
    if not done:
        return Training()
    objectives = len(done[0])
    if objectives > 1:
        values = {f"value_{place}": [float(one[place]) for one in done] for place in range(objectives)}
        return Training(values, named=True)
    best = study.best_trial
    curves = {"value": [float(one[0]) for one in done]}
    return Training(curves, {"best_value": best.value}, {}, _best(best.params), named=True)


def _of_boosting(model: object) -> Training:
    """Read the iteration at which early stopping ended, and the final values that LightGBM keeps."""
    attributes = own_attributes(model)
    found: dict[str, int | float] = {}
    for name in ("best_score", "_best_score"):
        found.update(value_reading.entries(attributes.get(name)))
    for name in ("best_score", "best_iteration"):
        with suppress(Exception):
            known = value_reading.number(getattr(model, name, None))
            if known is not None and known > 0:
                found[name] = known
    return Training({}, found)


def _of_catboost(model: Any) -> Training:
    return Training(series_reading.nested(model.get_evals_result()))


def _of_learner(learner: object) -> Training:
    """Read the recorder of a fastai learner: a row of values per epoch, without the epoch and the time."""
    recorder = own_attributes(own_attributes(learner).get("recorder"))
    names, values = recorder.get("metric_names"), recorder.get("values")
    if names is None or values is None:
        return Training()
    rows = [list(row) for row in islice(values, MOST_POINTS)]
    keys = [key for key in list(names) if not result_words.is_bookkeeping(key)]
    columns = {key: series_reading.series([row[place] for row in rows]) for place, key in enumerate(keys)}
    return Training({key: column for key, column in columns.items() if column is not None})


def _of_trainer(trainer: Any) -> Training:
    """Read the metrics that a Lightning trainer logged, and the files of its CSV loggers."""
    if not value_reading.has(type(trainer), "callback_metrics"):
        return Training()
    numbers = series_reading.numbers(dict(trainer.callback_metrics))
    curves: dict[str, list[float]] = {}
    for logger in trainer.loggers:
        file = own_attributes(own_attributes(logger).get("_experiment")).get("metrics_file_path")
        if type(file) is str:
            curves.update(_of_csv(Path(file)))
    return Training(_by_epoch(curves), _by_epoch(numbers))


def _of_statistics(results: object) -> Training:
    """Read the statistics that a results object of statsmodels has already computed."""
    computed = own_attributes(own_attributes(results).get("_results")).get("_cache") or {}
    found = {key: value_reading.number(computed.get(key)) for key in set(text_reports.STATISTICS.values())}
    return Training({}, {}, {key: number for key, number in found.items() if number is not None})


def _of_csv(file: Path) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    if file.is_file() and file.stat().st_size < MOST_POINTS * 100:
        with file.open(newline="") as lines:
            for row in islice(csv.DictReader(lines), MOST_POINTS):
                for key, text in row.items():
                    if text and not result_words.is_bookkeeping(key):
                        found.setdefault(key, []).append(float(text))
    return found


def _by_epoch(found: dict[str, Any]) -> dict[str, Any]:
    """Keep ``loss_epoch`` of ``loss_epoch`` and ``loss_step``, as ``loss``."""
    both = {key.removesuffix("_epoch") for key in found if key.endswith("_epoch")}
    return {
        key.removesuffix("_epoch"): value
        for key, value in found.items()
        if key not in both and key.removesuffix("_step") not in both
    }


_OF_LIBRARIES: Mapping[str, Callable[[Any], Training]] = {
    "optuna": _of_study,
    "lightning": _of_trainer,
    "pytorch_lightning": _of_trainer,
    "xgboost": _of_boosting,
    "lightgbm": _of_boosting,
    "catboost": _of_catboost,
    "fastai": _of_learner,
    "statsmodels": _of_statistics,
    "sklearn": _of_pipeline,
    "imblearn": _of_pipeline,
}
