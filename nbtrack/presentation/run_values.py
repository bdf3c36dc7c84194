"""Values of runs by column: its name alone, or as written in a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.errors import InvalidValue
from nbtrack.presentation import metric_goals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Run


def value(run: Run, column: str) -> float | str | None:
    """Return the value of a run in a column; numeric text becomes a number."""
    entity, _, key = column.partition(".")
    if entity == "metrics" and key:
        return run.data.metrics.get(key)
    if column in run.data.metrics and entity != "params":
        return run.data.metrics[column]
    text = run.data.params.get(key if entity == "params" and key else column, run.data.tags.get(column))
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def differing(runs: Sequence[Run]) -> list[str]:
    """Return the parameters in which runs differ."""
    keys = dict.fromkeys(key for run in runs for key in run.data.params)
    return [key for key in keys if len({run.data.params.get(key) for run in runs}) > 1]


def axis_choices(runs: Sequence[Run], goals: Mapping[str, str] = metric_goals.NO_GOALS) -> list[str]:
    """Return the columns that can be axes of a chart, as written in a filter.

    Parameters that differ come first: those with several values before those that some runs lack, and then those
    that most runs have. Then come the metrics: those with a goal of the user, with one that their name tells, those
    that differ, and at the end those of the system.
    """
    metrics = dict.fromkeys(key for run in runs for key in run.data.metrics)

    def rank(key: str) -> tuple[bool, bool, bool, bool]:
        constant = len({run.data.metrics[key] for run in runs if key in run.data.metrics}) < 2
        return metric_goals.is_system_metric(key), key not in goals, constant, metric_goals.goal_of(key) is None

    def rank_param(key: str) -> tuple[bool, int]:
        known = [run.data.params[key] for run in runs if key in run.data.params]
        return len(set(known)) < 2, -len(known)

    params = sorted(differing(runs), key=rank_param)
    return [*(f"params.{key}" for key in params), *(f"metrics.{key}" for key in sorted(metrics, key=rank))]


def full_name(runs: Sequence[Run], column: str) -> str:
    """Return the full name of a column: a metric before a parameter of the same name.

    Raises
    ------
    InvalidValue
        When no run has it.
    """
    entity, _, key = column.partition(".")
    wanted = [column] if entity in {"metrics", "params"} and key else []
    for each in (*wanted, f"metrics.{column}", f"params.{column}"):
        if any(value(run, each) is not None for run in runs):
            return each
    msg = f"none of the {len(runs)} runs has a metric or parameter {column!r}"
    raise InvalidValue(msg)


def key(column: str) -> str:
    """Return the key of a column from its full name."""
    return column.partition(".")[2]


def has_metrics(run: Run, metrics: Sequence[str] = ()) -> bool:
    """Return whether a run has one of these metrics, or any, or may have one soon."""
    return run.info.status == "RUNNING" or any(not metrics or key in metrics for key in run.data.metrics)


def has_curves(run: Run) -> bool:
    """Return whether a run has logged a metric, except those of the system, after step 0."""
    return any(each.step > 0 and not metric_goals.is_system_metric(each.key) for each in run.data.latest)


def drawn_unasked(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that a chart draws unless some are selected: those with curves, else those with metrics."""
    return [each for each in runs if has_curves(each)] or [each for each in runs if has_metrics(each)]


def missing_in_charts(run: Run) -> str | None:
    """Return what a run lacks, so that charts draw others instead: ``"metrics"``, ``"curves"``, or None."""
    if has_curves(run):
        return None
    return "curves" if has_metrics(run) else "metrics"
