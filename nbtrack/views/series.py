"""Curves: the points to draw of a history, never more than the eye can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack.views.smoothing import smoothed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nbtrack.entities import History

    Floats = NDArray[np.float64]


class Series(NamedTuple):
    """One curve: float64 x and y of equal length, how many points it was made from, and y smoothed."""

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
        Beyond this many points only the lowest and highest of each stretch are kept, and the first and last.
    window : tuple of float, optional
        The part of the x axis to look at, with the nearest point on either side.
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
    """Return steps or times as they are, where an axis begins and what its unit is: no column is made anew."""
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
    """Return where each row is lowest and highest, NaN aside; the first place of a row without any number."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        gaps = np.isnan(rows) if np.isnan(rows.sum()) else None
    if gaps is None:
        return rows.argmin(axis=1), rows.argmax(axis=1)
    return np.where(gaps, np.inf, rows).argmin(axis=1), np.where(gaps, -np.inf, rows).argmax(axis=1)
