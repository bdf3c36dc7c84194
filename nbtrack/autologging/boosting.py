"""What autologging of XGBoost and LightGBM share: curves, early stopping, importance of features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.autologging import call_arguments, inputs
from nbtrack.autologging.training import Training, training

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.autologging.patching import Wrapper

_MOST_BARS = 30


class Curves:
    """The metrics of each round."""

    def __init__(self, job: Training) -> None:
        self._job = job
        self.rounds: list[dict[str, float]] = []

    def add(self, values: Mapping[str, float]) -> None:
        """Log the metrics of the next round."""
        step = len(self.rounds)
        self.rounds.append(dict(values))
        self._job.attempt(self._job.metrics, values, step)

    def stopped_at(self, best: int) -> None:
        """Log where training stopped, the best round, and its metrics again."""
        if self.rounds:
            self._job.metrics({"stopped_iteration": len(self.rounds) - 1, "best_iteration": best})
            self._job.metrics(self.rounds[min(best, len(self.rounds) - 1)], len(self.rounds))


class Library(NamedTuple):
    """What differs between the libraries."""

    name: str
    no_settings: Sequence[str]
    """The arguments of ``train`` that are data or functions."""
    callback: Callable[[Curves], Any]
    """Returns what the library calls after each round."""
    after: Callable[[Training, Curves, Any, Mapping[str, Any]], None]
    """Is called with the booster and the arguments of its training."""
    data_of: Callable[[Mapping[str, Any]], Iterable[tuple[str | None, Any, Any]]]
    """Returns the data of a training, then those of its evaluations, each with its name and its labels."""


def train_wrapper(library: Library) -> Wrapper:
    """Return what is called in place of ``train``: it trains a booster, and logs it."""

    def trained(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with training(library.name) as job:
            if job is None:
                return original(*args, **kwargs)
            given = call_arguments.named(original, args, kwargs)
            job.attempt(_log_params, job, given, library.no_settings)
            if job.options.log_datasets:
                job.attempt(_log_data, job, library.data_of(given))
            curves = Curves(job)
            given["callbacks"] = [*(given.get("callbacks") or ()), library.callback(curves)]
            booster = original(**given)
            job.attempt(library.after, job, curves, booster, given)
            return booster

    return trained


def _log_params(job: Training, given: Mapping[str, Any], no_settings: Sequence[str]) -> None:
    settings = {name: value for name, value in given.items() if name not in no_settings}
    job.params({**dict(given["params"]), **settings})


def _log_data(job: Training, data: Iterable[tuple[str | None, Any, Any]]) -> None:
    for number, (name, features, labels) in enumerate(data):
        context = inputs.EVAL if number else inputs.TRAIN
        job.attempt(inputs.log, job.target, features, context, name, labels)


def log_importance(job: Training, kind: str, names: Sequence[str], values: Sequence[float]) -> None:
    """Log the importance of features as JSON and as a bar chart, the most important first."""
    from matplotlib.figure import Figure

    ranked = sorted(zip(names, map(float, values), strict=True), key=lambda each: -each[1])
    job.client.log_dict(job.run_id, dict(ranked), f"feature_importance_{kind}.json")
    shown = ranked[:_MOST_BARS][::-1]
    figure = Figure(figsize=(6.4, max(2.4, 0.3 * len(shown))), layout="constrained")
    axes = figure.subplots()
    axes.barh([name for name, _ in shown], [value for _, value in shown])
    axes.set_xlabel(f"importance ({kind})")
    job.client.log_figure(job.run_id, figure, f"feature_importance_{kind}.png")


def log_model(job: Training, flavor: Any, booster: Any, **options: Any) -> None:
    """Log a booster as the model of the run."""
    if job.options.log_models:
        flavor.log_model(booster, name="model", **options)
