"""Scatter plots and parallel coordinates of runs: their axes, and their points as JSON and as figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue
from nbtrack.presentation import figures, run_values
from nbtrack.presentation.formatting import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from matplotlib.figure import Figure

    from nbtrack.entities import Run

MOST = 1000
"""Most runs, or rows of one, in one plot."""
MOST_AXES = 6
"""Default number of axes of parallel coordinates, at most."""
NEEDED = {"scatter": 2, "parallel": 2}
"""Fewest axes of each kind."""
EMPTY = "Nothing to plot yet. Log parameters that differ between runs, and a metric."


def run_count(drawn: int, found: int, noun: str = "run") -> str:
    """Return a text such as ``the first 1,000 of 5,000 runs``."""
    return f"the first {drawn:,} of {counted(found, noun)}" if drawn < found else counted(drawn, noun)


def checked_axes(kind: str, axes: Sequence[str]) -> list[str]:
    """Validate the requested axes and return them.

    Raises
    ------
    InvalidValue
        When there are too few, or too many for a scatter plot.
    """
    if axes and (len(axes) < NEEDED[kind] or (kind == "scatter" and len(axes) > 2)):
        wanted = "two columns, the one across first" if kind == "scatter" else "at least two columns, a metric last"
        msg = f"a {kind} chart takes {wanted}, and got {', '.join(axes)}"
        raise InvalidValue(msg)
    return list(axes)


def default_axes(kind: str, choices: Sequence[str]) -> list[str]:
    """Return the default axes: the first parameters that differ, and the first metric."""
    params = [each for each in choices if each.startswith("params.")]
    metrics = [each for each in choices if each.startswith("metrics.")]
    found = [*params[: 1 if kind == "scatter" else MOST_AXES - 1], *metrics[:1]]
    if len(found) < 2:
        found = [*found, *(each for each in choices if each not in found)][:2]
    return found if len(found) >= NEEDED[kind] else []


def scatter_points(runs: Sequence[Run], axes: Sequence[str]) -> list[figures.ScatterPoint]:
    """Return runs as points with their values in some columns."""
    return [
        figures.ScatterPoint(run.info.run_id, run.info.run_name, {each: run_values.value(run, each) for each in axes})
        for run in runs
    ]


def plotted_runs(runs: Sequence[Run], axes: Sequence[str]) -> list[dict[str, Any]]:
    """Return runs for the front end: for each axis a number, text, or None."""
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
    colour_by_metric: bool = True,
) -> Figure:
    """Return a scatter plot or parallel coordinates as a figure; if runs are selected, the others are faint."""
    if kind == "scatter":
        return figures.scatter(scatter_points(runs, axes), axes[0], axes[1], logs=logs, selected=selected)
    return figures.parallel(
        scatter_points(runs, axes), axes[:-1], axes[-1], logs=logs, selected=selected, colour_by_metric=colour_by_metric
    )
