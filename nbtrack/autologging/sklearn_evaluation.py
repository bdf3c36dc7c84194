"""Metrics of a trained estimator that are computed after its training, by the keys of MLflow's autologging.

``mean_squared_error(y_test, model.predict(X_test))`` is logged as ``mean_squared_error_X_test``, a second such call as
``mean_squared_error-2_X_test``, and ``model.score(X_test, y_test)`` as ``Ridge_score_X_test``; ``metric_info.json`` has
the calls. In a tracked cell the capture records such values, and this does not.
"""

from __future__ import annotations

import inspect
import json
import numbers
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import process
from nbtrack.autologging import call_arguments, inputs
from nbtrack.autologging.patching import wrap
from nbtrack.autologging.training import Autologging, Target, attempt, within
from nbtrack.autologging.variable_names import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbtrack.autologging.training import Training

LIBRARY = "sklearn"
PREDICTIONS = ("predict", "predict_proba", "transform", "predict_log_proba")
NO_METRICS = frozenset(("check_scoring", "get_scorer", "make_scorer", "get_scorer_names"))
"""Functions of ``sklearn.metrics`` that do not compute a metric."""
INFO = "metric_info.json"
_UNKNOWN = "unknown_dataset"
_LONGEST_TEXT = 32


class Trained:
    """An estimator whose training was logged: where its metrics go, and the keys used so far."""

    def __init__(self, job: Training) -> None:
        self.target, self.silent, self.model_id = Target(job.client, job.run_id), job.options.silent, job.model_id
        self.log_datasets = job.options.log_datasets
        self.datasets: dict[str, list[int]] = {}
        """By the name of a variable, the identities of the data that it has held."""
        self.calls: dict[str, list[tuple[str, str]]] = {}
        """By metric, its keys with the calls that gave them."""

    def dataset_name(self, data: Any) -> str:
        """Return the name of predicted data: that of its variable, numbered if it held other data before."""
        name = name_of(data, _UNKNOWN)
        known = self.datasets.setdefault(name, [])
        if id(data) not in known:
            known.append(id(data))
        return _numbered(name, known.index(id(data)))

    def log(self, metric: str, dataset: str, call: str, value: float) -> None:
        """Log a metric, and the call that gave it."""
        calls = self.calls.setdefault(metric, [])
        key = f"{_numbered(metric, len(calls))}_{dataset}"
        calls.append((key, call))
        self.target.client.log_metric(self.target.run_id, key, float(value), model_id=self.model_id)
        described = dict(sorted(each for calls in self.calls.values() for each in calls))
        self.target.client.log_text(self.target.run_id, json.dumps(described, indent=2), INFO)


class Prediction(NamedTuple):
    """What is known about an array that an estimator predicted."""

    trained: Trained
    dataset: str


class Evaluations:
    """The trained estimators and their predictions, by identity and as long as they exist."""

    def __init__(self) -> None:
        self.trained: dict[int, Trained] = {}
        self.predictions: dict[int, Prediction] = {}


def _numbered(name: str, index: int) -> str:
    return name if index == 0 else f"{name}-{index + 1}"


def remember(job: Training, estimator: Any) -> None:
    """Log metrics of an estimator that are computed from now on to the run of its training."""
    if job.options.log_post_training_metrics and not job.of_cell:
        _keep(process.state(Evaluations).trained, estimator, Trained(job))


def _keep(kept: dict[int, Any], thing: Any, value: Any) -> None:
    """Keep a value for an object as long as it exists, if the object supports weak references."""
    try:
        weakref.finalize(thing, kept.pop, id(thing), None).atexit = False
    except TypeError:
        return
    kept[id(thing)] = value


def wrap_methods(kind: type) -> None:
    """Follow the predictions and scores of a class of estimators."""
    for name in PREDICTIONS:
        wrap(LIBRARY, kind, name, _predicted)
    wrap(LIBRARY, kind, "score", _scored)


def wrap_metrics() -> None:
    """Follow the functions of ``sklearn.metrics``."""
    from sklearn import metrics

    for name in metrics.__all__:
        if name not in NO_METRICS and not inspect.isclass(getattr(metrics, name)):
            wrap(LIBRARY, metrics, name, _measured)


def _predicted(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Predict, and remember what the result belongs to."""
    trained = _trained(args)
    if trained is None:
        return original(*args, **kwargs)
    with within():
        result = original(*args, **kwargs)
    attempt(trained.silent, _remember_prediction, trained, _first(args, kwargs), result)
    return result


def _remember_prediction(trained: Trained, data: Any, result: Any) -> None:
    _keep(process.state(Evaluations).predictions, result, Prediction(trained, trained.dataset_name(data)))
    if trained.log_datasets:
        inputs.log(trained.target, data, inputs.EVAL)


def _scored(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Score an estimator, and log the score."""
    trained = _trained(args)
    if trained is None:
        return original(*args, **kwargs)
    with within():
        result = original(*args, **kwargs)
    if _is_number(result):
        attempt(trained.silent, _log_score, trained, original, args, kwargs, result)
    return result


def _log_score(
    trained: Trained, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], value: float
) -> None:
    kind = type(args[0]).__name__
    call = f"{kind}.score({', '.join(_written(original, args, kwargs, skipped=1))})"
    trained.log(f"{kind}_score", trained.dataset_name(_first(args, kwargs)), call, value)


def _measured(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Compute a metric, and log it if one of its arguments is a prediction of a trained estimator."""
    known = process.state(Evaluations).predictions
    found = next((known[id(each)] for each in (*args, *kwargs.values()) if id(each) in known), None)
    if found is None or process.state(Autologging).running:
        return original(*args, **kwargs)
    with within():
        result = original(*args, **kwargs)
    if _is_number(result):
        name = original.__name__
        call = f"{name}({', '.join(_written(original, args, kwargs))})"
        attempt(found.trained.silent, found.trained.log, name, found.dataset, call, result)
    return result


def _trained(args: tuple[Any, ...]) -> Trained | None:
    """Return what is known about the estimator whose method is called; None inside another call."""
    state = process.state(Autologging)
    if state.running or LIBRARY not in state.options or not args:
        return None
    return process.state(Evaluations).trained.get(id(args[0]))


def _first(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the data that a method is called with."""
    return args[1] if len(args) > 1 else next(iter(kwargs.values()), None)


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _written(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], *, skipped: int = 0
) -> Iterator[str]:
    """Yield the arguments of a call as they might be written: ``y_true=y_test``."""
    given = [*zip(call_arguments.names(function)[skipped:], args[skipped:], strict=False), *kwargs.items()]
    for name, value in given:
        yield f"{name}={_in_words(value)}"


def _in_words(value: Any) -> str:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return repr(f"{value[:_LONGEST_TEXT]}...")
    if value is None or isinstance(value, numbers.Number | str | bytes):
        return repr(value)
    return name_of(value, f"<{type(value).__name__}>")
