"""Curves as answers of bounded size: what is to be known of each, and a thinned line of its points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, NotFound
from nbtrack.presentation import metric_curves, metric_goals
from nbtrack.presentation.curve_summary import summary
from nbtrack.summaries import budget
from nbtrack.summaries.recorded_text import line, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import History, Run
    from nbtrack.summaries.run_source import RunSource

    Drawn = tuple[Run, History, str | None]
    """A run, one of its curves, and which values of it are better."""

MOST_CURVES = 40
FEWEST_POINTS, MOST_POINTS = 8, 1_000
POINTS = 20


def curves(
    source: RunSource,
    runs: Sequence[str],
    metrics: Sequence[str] = (),
    *,
    points: int = POINTS,
    tokens: int = budget.DEFAULT,
) -> dict[str, Any]:
    """Return curves with their ends, extremes, trend and remarks, and thinned points; see `budget.answer`.

    Parameters
    ----------
    source : RunSource
        The store.
    runs : sequence of str
        Runs, by id or name.
    metrics : sequence of str
        The metrics; by default all of the runs but those of the system.
    points : int
        About how many points of each curve to return; fewer where the budget demands it.
    tokens : int
        The budget of the answer.

    Raises
    ------
    NotFound
        When no run has one of the metrics.
    InvalidValue
        When no run is named, or too many curves are asked for.
    """
    found = drawn(source, runs, metrics)
    most = max(FEWEST_POINTS, min(points, MOST_POINTS))
    facts = _facts(found, most)
    while most > FEWEST_POINTS and budget.size(facts) > tokens * budget.CHARACTERS * 0.85:
        most = max(FEWEST_POINTS, most // 2)
        facts = _facts(found, most)
    more = {"curves": "name fewer runs or metrics", "points": "name fewer metrics"}
    return budget.answer(facts, tokens, more, _thinning(found, most, points))


def _thinning(found: Sequence[Drawn], most: int, points: int) -> list[str]:
    """Return in words that curves were thinned, where they were."""
    if not any(len(history.steps) > most for _, history, _ in found):
        return []
    how = "points returns more" if most >= points else "tokens, or fewer curves, leave room for more"
    return [f"points: thinned to about {most} of each curve; {how}"]


def drawn(source: RunSource, runs: Sequence[str], metrics: Sequence[str]) -> list[Drawn]:
    """Return the curves of runs, each with its run and what is better; see `curves`."""
    found = [source.run(each) for each in runs]
    if not found:
        msg = "Name at least one run, by id or name"
        raise InvalidValue(msg)
    wanted = [(run, key) for run in found for key in (metrics or _own(run)) if key in run.data.metrics]
    if not wanted:
        there = ", ".join(dict.fromkeys(line(key, 40) for run in found for key in _own(run))) or "none"
        msg = f"None of these runs has such a metric; they have: {line(there, 600)}"
        raise NotFound(msg)
    if len(wanted) > MOST_CURVES:
        msg = f"That would be {len(wanted)} curves, and {MOST_CURVES} are the most: name fewer runs or metrics"
        raise InvalidValue(msg)
    goals = _goals(source, found)
    history = source.client.store.metric_history
    return [(run, history(run.info.run_id, key), metric_goals.goal_of(key, goals)) for run, key in wanted]


def _own(run: Run) -> list[str]:
    return sorted(key for key in run.data.metrics if not metric_goals.is_system_metric(key))


def _goals(source: RunSource, runs: Sequence[Run]) -> Mapping[str, str]:
    ids = dict.fromkeys(run.info.experiment_id for run in runs)
    return metric_goals.from_experiments(source.client.get_experiment(each) for each in ids)


def _facts(found: Sequence[Drawn], most: int) -> dict[str, Any]:
    return {
        "curves": [_summary(*each) for each in found],
        "points": [_thinned(run, history, most) for run, history, _ in found if len(history.steps) > 1],
    }


def _named(run: Run, history: History) -> dict[str, Any]:
    return {"run": line(run.info.run_name, 80), "metric": line(history.key, 80)}


def _summary(run: Run, history: History, goal: str | None) -> dict[str, Any]:
    found = summary(history, goal).to_dict()
    places = {key: [found[key][0], number(found[key][1])] for key in _PLACES if key in found}
    return {**_named(run, history), "run_id": run.info.run_id, "status": run.info.status, **found, **places}


_PLACES = ("first", "last", "lowest", "highest")


def _thinned(run: Run, history: History, most: int) -> dict[str, Any]:
    series = metric_curves.series(history, most=most)
    steps, values = series.x.tolist(), series.y.tolist()
    return {**_named(run, history), "step_value": [[int(x), number(y)] for x, y in zip(steps, values, strict=True)]}
