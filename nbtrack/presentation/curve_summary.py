"""A summary of a curve in words and numbers: its ends, extremes, trend, values that are not finite, and plateaus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.alerting.plateau import Plateau
from nbtrack.presentation.formatting import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nbtrack.entities import History

    Floats = NDArray[np.float64]
    Place = tuple[int, float]
    """A step and the value there."""

RECENT = 4
"""The trend is computed over the last of this many parts of a curve."""
FEWEST = 8
"""Points that a trend or a plateau needs."""
LEVEL = 0.02
"""The share of the whole range below which the last part counts as flat."""
STALLED = 3
"""Without a rule, there is a plateau if the best value lies before the last of this many parts of a curve."""


class CurveSummary(NamedTuple):
    """The ends, extremes and trend of a curve.

    `first`, `last`, `lowest` and `highest` are steps with finite values, None if the curve has none. `best` is
    ``"lowest"`` or ``"highest"`` if the better direction is known. `trend` is that of the last quarter of the points:
    ``"rising"``, ``"falling"``, ``"flat"``, or ``""`` for fewer than eight points.
    """

    points: int
    first: Place | None
    last: Place | None
    lowest: Place | None
    highest: Place | None
    best: str | None
    trend: str
    remarks: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are known, as plain data."""
        return {key: value for key, value in self._asdict().items() if value not in (None, "", ())}


def summary(history: History, goal: str | None = None, patience: int | None = None) -> CurveSummary:
    """Return the summary of a curve, in the order of its steps.

    Parameters
    ----------
    history : History
        Every point, in logged order.
    goal : {"min", "max"}, optional
        The better direction, if that is known.
    patience : int, optional
        How many points without a better one make a plateau. By default a third of the curve, if it has eight points or
        more and a known better direction.
    """
    import numpy as np

    steps, values = _ordered(history)
    finite = np.isfinite(values)
    known_steps, known = steps[finite], values[finite]
    best = {"min": "lowest", "max": "highest"}.get(goal or "")
    remarks = [*_not_finite(steps, values), *_plateau(steps, values, best, patience)]
    if not len(known):
        return CurveSummary(len(values), None, None, None, None, best, "", tuple(remarks))
    first, last, lowest, highest = (
        (int(known_steps[place]), float(known[place]))
        for place in (0, len(known) - 1, int(known.argmin()), int(known.argmax()))
    )
    return CurveSummary(len(values), first, last, lowest, highest, best, _trend(known), tuple(remarks))


def _ordered(history: History) -> tuple[NDArray[np.int64], Floats]:
    import numpy as np

    steps, values = np.asarray(history.steps, np.int64), np.asarray(history.values, np.float64)
    order = np.argsort(steps, kind="stable")
    return steps[order], values[order]


def _not_finite(steps: NDArray[np.int64], values: Floats) -> list[str]:
    import numpy as np

    remarks = []
    for name, bad in (("NaN", np.isnan(values)), ("infinite", np.isinf(values))):
        if bad.any():
            still = ", also the last one" if bad[-1] else ""
            remarks.append(f"{counted(int(bad.sum()), 'value')} {name}, from step {steps[bad.argmax()]} on{still}")
    return remarks


def _trend(values: Floats) -> str:
    """Return the direction of the last part of a curve: the difference between the means of its two halves."""
    if len(values) < FEWEST:
        return ""
    recent = values[-max(FEWEST // 2, len(values) // RECENT) :]
    half = len(recent) // 2
    change = float(recent[-half:].mean() - recent[:half].mean())
    if abs(change) <= LEVEL * float(values.max() - values.min()):
        return "flat"
    return "rising" if change > 0 else "falling"


def _plateau(steps: NDArray[np.int64], values: Floats, best: str | None, patience: int | None) -> list[str]:
    """Return a note when the last point is on a plateau."""
    if not len(values) or (patience is None and (best is None or len(values) < FEWEST)):
        return []
    lower = None if best is None else best == "lowest"
    most = patience or -(-len(values) // STALLED)
    curve = Plateau(most, lower)
    curve.take(values.tolist(), steps.tolist())
    if curve.since < most:
        return []
    return [f"plateau: no new best in the last {counted(curve.since, 'point')}, since step {curve.step}"]
