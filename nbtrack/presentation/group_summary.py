"""The heading of a group of runs: the mean of each metric with its spread, and the best value."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from nbtrack.presentation.formatting import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import RunGroup


def summary(values: Iterable[float], *, lower_is_better: bool) -> str | None:
    """Return ``0.85 ± 0.02, best 0.88`` for the finite values of a group, with the sample standard deviation.

    It is the value alone where all are the same, and None where there is none.
    """
    known = [float(each) for each in values if math.isfinite(each)]
    if not known:
        return None
    if min(known) == max(known):
        return number(known[0])
    best = (min if lower_is_better else max)(known)
    return f"{mean_and_spread(known)}, best {number(best)}"


def mean_and_spread(values: Sequence[float]) -> str:
    """Return the mean and the sample standard deviation of two values or more, as precise as two digits of that."""
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    decimals = 1 - math.floor(math.log10(spread)) if spread > 0 else 0
    if not 0 <= decimals <= 6:
        return f"{mean:.3g} ± {spread:.2g}"
    return f"{mean:.{decimals}f} ± {spread:.{decimals}f}"


def values_by_place(held: Sequence[RunGroup], key: str) -> Mapping[int, Any]:
    """Return the values of a key, each by the place of its run."""
    return {
        place: value
        for alike in held
        if key in alike.columns
        for place, value in zip(alike.places, alike.columns[key], strict=True)
    }
