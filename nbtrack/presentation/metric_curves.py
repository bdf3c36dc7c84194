"""Curves: the points to draw of a history, decimated to what the eye can distinguish; smoothed, or as bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nbtrack.entities import History

    Floats = NDArray[np.float64]


class Series(NamedTuple):
    """One curve: float64 x and y of equal length, the number of points it was made from, and y smoothed."""

    x: Floats
    y: Floats
    total: int
    smooth: Floats | None = None


def series(
    history: History,
    axis: str = "step",
    *,
    most: int = 1000,
    window: tuple[float, float] | None = None,
    smoothing: float = 0.0,
) -> Series:
    """Return a curve of at most about `most` points.

    Parameters
    ----------
    history : History
        Every point, in logged order.
    axis : {"step", "time", "relative"}
        Steps, ms since the epoch UTC, or seconds since the first point.
    most : int
        If there are more points, only the minimum and maximum of each interval, the first and the last are kept.
    window : tuple of float, optional
        The range of the x axis to return, with the nearest point on either side.
    smoothing : float
        From 0, none, to below 1; it takes every point of the history into account, also those not kept.
    """
    import numpy as np

    y = np.asarray(history.values, dtype=np.float64)
    x, origin, unit = _along(history, axis)
    if (x[1:] < x[:-1]).any():
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    smooth = smoothed(y, smoothing) if smoothing > 0 else None
    if window is not None:
        low, high = (origin + unit * edge for edge in window)
        first = max(0, int(np.searchsorted(x, low, "left")) - 1)
        last = int(np.searchsorted(x, high, "right")) + 1
        x, y = x[first:last], y[first:last]
        smooth = None if smooth is None else smooth[first:last]
    kept = min_max(y, most)
    along = (x[kept] - origin).astype(np.float64) / unit
    return Series(along, y[kept], len(y), None if smooth is None else smooth[kept])


def _along(history: History, axis: str) -> tuple[NDArray[np.int64], int, int]:
    """Return steps or times without copying them, with the origin and the unit of the axis."""
    import numpy as np

    x = np.asarray(history.steps if axis == "step" else history.timestamps, dtype=np.int64)
    return (x, int(x.min()), 1000) if axis == "relative" and len(x) else (x, 0, 1)


def min_max(y: Floats, most: int) -> NDArray[np.intp]:
    """Return the indices to keep: of each of `most` / 2 stretches the lowest and the highest, and both ends.

    A stretch without any number keeps its first point, so that the gap stays.
    """
    import numpy as np

    if len(y) <= most:
        return np.arange(len(y))
    size = -(-len(y) // max(1, most // 2 - 2))
    stretches = len(y) // size
    whole = y[: size * stretches].reshape(stretches, size)
    rest = y[size * stretches :]
    starts = np.arange(stretches) * size
    kept = [starts + each for each in _extremes(whole)] + [np.array([0, len(y) - 1])]
    if len(rest):
        kept += [size * stretches + each for each in _extremes(rest.reshape(1, -1))]
    return np.unique(np.concatenate(kept))


def _extremes(rows: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places of the minimum and maximum of each row, ignoring NaN; 0 for a row of NaN."""
    import numpy as np

    with np.errstate(invalid="ignore", over="ignore"):
        gaps = np.isnan(rows) if np.isnan(rows.sum()) else None
    if gaps is None:
        return rows.argmin(axis=1), rows.argmax(axis=1)
    return np.where(gaps, np.inf, rows).argmin(axis=1), np.where(gaps, -np.inf, rows).argmax(axis=1)


MAX_SMOOTHING = 0.99


def smoothed(y: Floats, weight: float) -> Floats:
    """Return the weighted mean of each value and those before it; values that are not finite are unchanged and skipped.

    A value counts `weight` times as much as the one after it, from 0, nothing is smoothed, to `MAX_SMOOTHING`.
    """
    import numpy as np
    import pandas as pd

    finite = np.isfinite(y)
    means = pd.Series(np.where(finite, y, np.nan)).ewm(alpha=1 - weight, ignore_na=True).mean()
    return np.where(finite, means.to_numpy(), y)


BAND_POINTS = 400
"""The most positions at which a band is computed."""


class Band(NamedTuple):
    """Mean, and mean minus and plus one sample standard deviation, at each x; and the number of runs."""

    x: Floats
    mean: Floats
    low: Floats
    high: Floats
    runs: int


def band(curves: Sequence[Series]) -> Band:
    """Return the band of some curves, smoothed if they are; where some have ended, it is the band of the others."""
    import numpy as np

    curves = [each if each.smooth is None else each._replace(y=each.smooth) for each in curves if len(each.x)]
    if not curves:
        return Band(*(np.empty(0),) * 4, 0)
    x = np.unique(np.concatenate([each.x for each in curves]))
    if len(x) > BAND_POINTS:
        x = np.linspace(x[0], x[-1], BAND_POINTS)
    held = np.array([_at(x, each) for each in curves])
    there = np.isfinite(held)
    count = np.maximum(there.sum(axis=0), 1)
    known = np.where(there, held, 0.0)
    mean = np.where(there.any(axis=0), known.sum(axis=0) / count, np.nan)
    spread = np.sqrt((np.where(there, held - mean, 0.0) ** 2).sum(axis=0) / np.maximum(count - 1, 1))
    return Band(x, mean, mean - spread, mean + spread, len(curves))


def _at(x: Floats, curve: Series) -> Floats:
    """Return a curve interpolated at some positions, NaN outside its range."""
    import numpy as np

    known = np.isfinite(curve.y)
    if not known.any():
        return np.full(len(x), np.nan)
    return np.interp(x, curve.x[known], curve.y[known], left=np.nan, right=np.nan)
