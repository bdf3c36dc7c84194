"""Runs as points: which of their parameters and metrics are set against one another, told and painted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue
from nbtrack.presentation import figures, run_values

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from matplotlib.figure import Figure

    from nbtrack.entities import Run

MOST = 1000
"""Runs that are drawn as points at most."""
MOST_AXES = 6
"""Axes of parallel coordinates that nobody asked for."""
NEEDED = {"scatter": 2, "parallel": 2}
"""Axes that each kind has at least."""
EMPTY = "Nothing to set against one another yet. Log parameters that differ, and a metric."


def run_count(drawn: int, found: int) -> str:
    """Return in words how many runs are drawn, and of how many."""
    return f"the first {drawn:,} of {found:,} runs" if drawn < found else f"{drawn:,} runs"


def checked_axes(kind: str, axes: Sequence[str]) -> list[str]:
    """Return the axes that somebody asks for.

    Raises
    ------
    InvalidValue
        When they are too few, or for a scatter too many.
    """
    if axes and (len(axes) < NEEDED[kind] or (kind == "scatter" and len(axes) > 2)):
        wanted = "two columns, the one across first" if kind == "scatter" else "at least two columns, a metric last"
        msg = f"a {kind} chart takes {wanted}, and got {', '.join(axes)}"
        raise InvalidValue(msg)
    return list(axes)


def default_axes(kind: str, choices: Sequence[str]) -> list[str]:
    """Return the axes for which nobody asked: parameters that differ, and the first metric."""
    params = [each for each in choices if each.startswith("params.")]
    metrics = [each for each in choices if each.startswith("metrics.")]
    found = [*params[: 1 if kind == "scatter" else MOST_AXES - 1], *metrics[:1]]
    if len(found) < 2:
        found = [*found, *(each for each in choices if each not in found)][:2]
    return found if len(found) >= NEEDED[kind] else []


def scatter_points(runs: Sequence[Run], axes: Sequence[str]) -> list[figures.ScatterPoint]:
    """Return what runs have in some columns."""
    return [
        figures.ScatterPoint(run.info.run_id, run.info.run_name, {each: run_values.value(run, each) for each in axes})
        for run in runs
    ]


def plotted_runs(runs: Sequence[Run], axes: Sequence[str]) -> list[dict[str, Any]]:
    """Return runs as the front end draws them: for each axis a number, a word, or None."""
    return [
        {"id": each.run_id, "name": each.run_name, "v": [_plain(each.values[axis]) for axis in axes]}
        for each in scatter_points(runs, axes)
    ]


def _plain(value: float | str | None) -> float | str | None:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def scatter_figure(
    kind: str,
    runs: Sequence[Run],
    axes: Sequence[str],
    *,
    logs: Collection[str] = (),
    selected: Collection[str] = (),
    colour_by_metric: bool = False,
) -> Figure:
    """Return a scatter or parallel coordinates as a figure; the runs that are not selected are faint."""
    if kind == "scatter":
        return figures.scatter(scatter_points(runs, axes), axes[0], axes[1], logs=logs, selected=selected)
    return figures.parallel(
        scatter_points(runs, axes), axes[:-1], axes[-1], logs=logs, selected=selected, colour_by_metric=colour_by_metric
    )
