"""Exponential smoothing of whole histories, without the pull towards zero at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbtrack.views.series import Floats


MOST = 0.99


def smoothed(y: Floats, weight: float) -> Floats:
    """Return the weighted mean of each value and those before it; what is not finite stays and is skipped.

    A value counts `weight` times as much as the one after it, from 0, nothing is smoothed, to `MOST`.
    """
    import numpy as np
    import pandas as pd

    finite = np.isfinite(y)
    means = pd.Series(np.where(finite, y, np.nan)).ewm(alpha=1 - weight, ignore_na=True).mean()
    return np.where(finite, means.to_numpy(), y)
