"""Which runs and metrics a chart draws, and their curves; shared by live charts, the page and the fallback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.endpoints.run_table import active_experiments
from nbtrack.entities import ViewType
from nbtrack.presentation import figures, formatting, metric_curves, metric_goals, run_values
from nbtrack.presentation.metric_curves import band
from nbtrack.presentation.metric_goals import from_experiments
from nbtrack.query import parse
from nbtrack.statistics.seeds import SETTINGS, group_of, is_seed
from nbtrack.stores.baselines import Baselines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.presentation.figures import Curve
    from nbtrack.stores.interface import Store


MOST_METRICS = 6
MOST_SEARCHED = 200
MOST_RUNS = 100
"""Runs whose curves are drawn in one chart."""
"""Newest runs among which those to draw are chosen."""
POINTS = 1000
"""Points of a curve that are sent at once."""


def most(width: int | None) -> int:
    """Return how many points of a curve to send for a chart of this width in pixels."""
    return min(max(100, int(width or POINTS) * 2), 4 * POINTS)


def curves(
    store: Store,
    runs: Mapping[str, str],
    metrics: Iterable[str],
    axis: str,
    *,
    bands: Mapping[str, str] | None = None,
    window: tuple[float, float] | None = None,
    most: int = POINTS,
    smoothing: float = 0.0,
) -> list[Curve]:
    """Return the curves of runs, id to name, each of about `most` points; `bands` maps runs to shared lines."""
    drawn = []
    for run_id, name in runs.items():
        for metric in metrics:
            history = store.metric_history(run_id, metric)
            if len(history.values):
                found = metric_curves.series(history, axis, most=most, window=window, smoothing=smoothing)
                drawn.append(figures.Curve(run_id, name, metric, found, None if bands is None else bands.get(run_id)))
    return drawn


def bands(runs: Sequence[Run], key: str) -> dict[str, str]:
    """Return for each run the name of the line that it shares with those of the same value.

    The key `SETTINGS` stands for all parameters but the seeds.
    """
    if key == SETTINGS:
        differing = run_values.differing(runs)
        return {run.info.run_id: group_of(run.data.params, differing) for run in runs}
    return {run.info.run_id: f"{key} = {_text(run_values.value(run, key))}" for run in runs}


def _text(value: float | str | None) -> str:
    return value if isinstance(value, str) else formatting.number(value)


def chosen(store: Store, metrics: Sequence[str], filter: str, most: int) -> tuple[list[Run], int]:
    """Return the newest runs that have one of these metrics, or any, and how many there are.

    Of more than `MOST_SEARCHED` runs all are counted, with these metrics or without.
    """
    where, query = [each.experiment_id for each in active_experiments(store)], parse(filter, ())
    newest = store.search_runs(where, query, ViewType.ACTIVE_ONLY, MOST_SEARCHED)
    found = [each for each in newest if run_values.has_metrics(each, metrics)]
    few = len(newest) < MOST_SEARCHED
    return found[:most], len(found) if few else store.overview(where, query, ViewType.ACTIVE_ONLY).total


def run_names(store: Store, runs: Sequence[Run]) -> dict[str, str]:
    """Return the current names of runs, by their ids."""
    where = list(dict.fromkeys(each.info.experiment_id for each in runs))
    ids = ", ".join(f"'{each.info.run_id}'" for each in runs)
    found = (
        store.search_runs(where, parse(f"attributes.run_id IN ({ids})", ()), ViewType.ALL, len(runs)) if runs else ()
    )
    return {each.info.run_id: each.info.run_name for each in found}


def charted(runs: Sequence[Run]) -> list[str]:
    """Return the first metrics of runs: those with a curve, those that were logged once, and those of the system."""
    curved = {each.key for run in runs for each in run.data.latest if each.step > 0}
    keys = dict.fromkeys(each.key for run in runs for each in run.data.latest)
    return sorted(keys, key=lambda key: (metric_goals.is_system_metric(key), key not in curved))[:MOST_METRICS]


def chart_options(runs: Sequence[Run], goals: Mapping[str, str]) -> dict[str, Any]:
    """Return what a chart needs to know about its runs besides their curves."""
    available = list(dict.fromkeys(key for run in runs for key in run.data.metrics))
    return {
        "runs": [{"id": run.info.run_id, "name": run.info.run_name} for run in runs],
        "available": available,
        "groups": _groups(runs),
        "lower": [each for each in available if metric_goals.goal_of(each, goals) == "min"],
        "higher": [each for each in available if metric_goals.goal_of(each, goals) == "max"],
    }


def _groups(runs: Sequence[Run]) -> list[str]:
    """Return how runs can be grouped into bands: by all but the seed if it differs, or by a parameter."""
    differing = run_values.differing(runs)
    return [*([SETTINGS] if any(map(is_seed, differing)) else []), *differing]


def baseline_of_runs(store: Store, runs: Sequence[Run], bands: object = None) -> Run | None:
    """Return the baseline that is drawn behind some runs; none behind bands."""
    where = list(dict.fromkeys(run.info.experiment_id for run in runs))
    return None if bands is not None else Baselines(store, where).shared_by(runs)


def with_baseline(runs: Mapping[str, str], baseline: Run | None) -> dict[str, str]:
    """Return runs, id to name, with the baseline before the others."""
    return dict(runs) if baseline is None else {baseline.info.run_id: baseline.info.run_name} | dict(runs)


def run_name(run: Run | None) -> dict[str, str]:
    """Return the id and name of a run as a chart knows it; empty for none."""
    return {} if run is None else {"id": run.info.run_id, "name": run.info.run_name}


def lines(curves: Sequence[Curve]) -> list[dict[str, str]]:
    """Return what is drawn in place of runs: id and name of each band."""
    labels = dict.fromkeys(each.band for each in curves if each.band is not None)
    return [{"id": band_id(place), "name": label} for place, label in enumerate(labels)]


def band_id(place: int) -> str:
    """Return an id whose last digit, as that of a run, gives the colour."""
    return f"band-{place:x}"


def empty(metrics: Sequence[str] | None, runs: Sequence[object]) -> str:
    """Return the message of a chart without points: of these metrics, and of these runs."""
    if metrics:
        return f"No points of {', '.join(formatting.short(each, 40) for each in metrics)} here yet."
    if not runs:
        return "There are no runs to draw."
    return "No metrics yet. Log one to see its value, or its curve over several steps."


def packed(curves: Sequence[Curve]) -> tuple[list[dict[str, Any]], bytes]:
    """Return the offset of each curve, in floats, and the floats."""
    if any(each.band is not None for each in curves):
        return _packed_bands(curves)
    layout, parts, offset = [], [], 0
    for each in curves:
        x, y, total, smooth = each.series
        place = {"run": each.run_id, "metric": each.metric, "offset": offset, "length": len(x), "total": total}
        held = [x, y] if smooth is None else [x, y, smooth]
        layout.append(place if smooth is None else {**place, "smooth": offset + 2 * len(x)})
        parts += [column.tobytes() for column in held]
        offset += len(held) * len(x)
    return layout, b"".join(parts)


def _packed_bands(curves: Sequence[Curve]) -> tuple[list[dict[str, Any]], bytes]:
    """Return the offset of each band: its mean, followed by its lower and upper side."""
    groups: dict[tuple[str, str], list[metric_curves.Series]] = {}
    for each in curves:
        groups.setdefault((str(each.band), each.metric), []).append(each.series)
    ids = {label: band_id(place) for place, label in enumerate(dict.fromkeys(label for label, _ in groups))}
    layout, parts, offset = [], [], 0
    for (label, metric), members in groups.items():
        found = band(members)
        size = len(found.x)
        layout.append(
            {
                "run": ids[label],
                "metric": metric,
                "offset": offset,
                "length": size,
                "total": size,
                "spread": offset + 2 * size,
            }
        )
        parts += [each.tobytes() for each in (found.x, found.mean, found.low, found.high)]
        offset += 4 * size
    return layout, b"".join(parts)


def metric_goals_of(store: Store, runs: Iterable[Run]) -> dict[str, str]:
    """Return ``max`` or ``min`` for each metric that has a goal in the experiments of some runs."""
    return from_experiments(
        store.get_experiment(each) for each in dict.fromkeys(run.info.experiment_id for run in runs)
    )
