"""Several runs as one curve: their mean, and how far they spread around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.views.series import Floats, Series

POINTS = 400
"""Places along the axis that a band is computed at, where the runs have more."""


class Band(NamedTuple):
    """Mean, and mean minus and plus one standard deviation, at each x; of how many runs."""

    x: Floats
    mean: Floats
    low: Floats
    high: Floats
    runs: int


def band(curves: Sequence[Series]) -> Band:
    """Return the band of some curves, smoothed where they are; where some have ended, it is that of the others."""
    import numpy as np

    curves = [each if each.smooth is None else each._replace(y=each.smooth) for each in curves if len(each.x)]
    if not curves:
        return Band(*(np.empty(0),) * 4, 0)
    x = np.unique(np.concatenate([each.x for each in curves]))
    if len(x) > POINTS:
        x = np.linspace(x[0], x[-1], POINTS)
    held = np.array([_at(x, each) for each in curves])
    there = np.isfinite(held)
    count = np.maximum(there.sum(axis=0), 1)
    known = np.where(there, held, 0.0)
    mean = np.where(there.any(axis=0), known.sum(axis=0) / count, np.nan)
    spread = np.sqrt((np.where(there, held - mean, 0.0) ** 2).sum(axis=0) / count)
    return Band(x, mean, mean - spread, mean + spread, len(curves))


def _at(x: Floats, curve: Series) -> Floats:
    """Return a curve at some places, NaN where it has not begun, has ended, or is no number."""
    import numpy as np

    known = np.isfinite(curve.y)
    if not known.any():
        return np.full(len(x), np.nan)
    return np.interp(x, curve.x[known], curve.y[known], left=np.nan, right=np.nan)
