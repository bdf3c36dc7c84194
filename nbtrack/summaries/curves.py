"""Curves as answers of bounded size: a summary of each, and its thinned points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.alerting import rule as rules
from nbtrack.alerting import rule_text
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.presentation import metric_curves, metric_goals
from nbtrack.presentation.curve_summary import summary
from nbtrack.summaries import budget
from nbtrack.summaries.recorded_text import line, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Experiment, History, Run
    from nbtrack.presentation.curve_summary import CurveSummary
    from nbtrack.summaries.run_source import RunSource

MOST_CURVES = 40
FEWEST_POINTS, MOST_POINTS = 8, 1_000
POINTS = 20


class Drawn(NamedTuple):
    """A curve of a run, and what is needed to assess it."""

    run: Run
    history: History
    goal: str | None
    """``min`` or ``max``: which values are better."""
    patience: int | None
    """How many points without a better one make a plateau, according to the alert rules of the experiment."""

    @property
    def summary(self) -> CurveSummary:
        """Its ends, extremes, trend and notes."""
        return summary(self.history, self.goal, self.patience)


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
    """Return a note if curves were thinned."""
    if not any(len(each.history.steps) > most for each in found):
        return []
    how = "points returns more" if most >= points else "tokens, or fewer curves, leave room for more"
    return [f"points: thinned to about {most} of each curve; {how}"]


def drawn(source: RunSource, runs: Sequence[str], metrics: Sequence[str]) -> list[Drawn]:
    """Return the curves of runs, each with its run and its better direction; see `curves`."""
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
        msg = f"That would be {len(wanted)} curves, and at most {MOST_CURVES} are possible: name fewer runs or metrics"
        raise InvalidValue(msg)
    experiments = _experiments(source, found)
    goals, patience = metric_goals.from_experiments(experiments), _patience(experiments)
    history = source.client.store.metric_history
    return [
        Drawn(run, history(run.info.run_id, key), metric_goals.goal_of(key, goals), patience.get(key))
        for run, key in wanted
    ]


def _own(run: Run) -> list[str]:
    return sorted(key for key in run.data.metrics if not metric_goals.is_system_metric(key))


def _experiments(source: RunSource, found: Sequence[Run]) -> list[Experiment]:
    return [source.client.get_experiment(each) for each in dict.fromkeys(run.info.experiment_id for run in found)]


def _patience(experiments: Sequence[Experiment]) -> dict[str, int]:
    """Return for each metric the length of the shortest plateau in an alert rule."""
    found: dict[str, int] = {}
    for each in experiments:
        for kind, key, limit in (rule.condition for rule in rules.from_tags(each.tags)):
            if kind == rule_text.PLATEAU:
                found[key] = min(int(limit), found.get(key, int(limit)))
    return found


def _facts(found: Sequence[Drawn], most: int) -> dict[str, Any]:
    return {
        "curves": [_summary(each) for each in found],
        "points": [_thinned(each.run, each.history, most) for each in found if len(each.history.steps) > 1],
    }


def _named(run: Run, history: History) -> dict[str, Any]:
    return {"run": line(run.info.run_name, 80), "metric": line(history.key, 80)}


def _summary(drawn: Drawn) -> dict[str, Any]:
    run, found = drawn.run.info, drawn.summary.to_dict()
    places = {key: [found[key][0], number(found[key][1])] for key in _PLACES if key in found}
    return {**_named(drawn.run, drawn.history), "run_id": run.run_id, "status": run.status, **found, **places}


_PLACES = ("first", "last", "lowest", "highest")


def _thinned(run: Run, history: History, most: int) -> dict[str, Any]:
    series = metric_curves.series(history, most=most)
    steps, values = series.x.tolist(), series.y.tolist()
    return {**_named(run, history), "step_value": [[int(x), number(y)] for x, y in zip(steps, values, strict=True)]}
