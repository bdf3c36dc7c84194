"""Confidence intervals and p values of small samples by permutation: exact wherever labels or signs are exchangeable.

Signs of paired differences are flipped; for pairs, the interval of Hartigan has means of subsets as its ends. Without
pairs, the runs change sides, and Welch's t of the data is compared with that of each rearrangement, so that it
holds where the groups vary differently as well. The interval holds all differences that such a test does not reject.

J. A. Hartigan, "Using subsample values as typical values", JASA 64 (1969); A. Janssen, "Studentized permutation tests
for non-i.i.d. hypotheses", Statistics & Probability Letters 36 (1997).
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXACT_UP_TO = 13
"""Pairs up to which all signs are flipped, rather than a sample of them."""
FLIPS = 9_999
"""Patterns of signs that are drawn where there are too many to try all."""
SIDES = 1_999
"""Ways to distribute runs to two sides that are tried at most; where there are more, they are drawn."""
MOST_RUNS = 60
"""Runs up to which sides are changed: with more, Welch's t holds for values of any shape that has a variance."""
PRECISION = 1e-3
"""How precisely the ends of an interval are found, as a share of the standard error."""
_ROUNDING = 1 - 1e-9


class Found(NamedTuple):
    """The ends of an interval, and the p value of no difference."""

    low: float
    high: float
    p_value: float


def by_signs(values: Floats, alpha: float) -> Found | None:
    """Return the interval of the mean of differences, with confidence ``1 - alpha``, where they are symmetric.

    None where flipping the signs can't give a p value of `alpha`.
    """
    import numpy as np

    n = len(values)
    if n <= EXACT_UP_TO:
        chosen = ((np.arange(1, 2**n)[:, None] >> np.arange(n)) & 1).astype(bool)
    else:
        chosen = np.random.default_rng(n).random((FLIPS, n)) < 0.5
        chosen[~chosen.any(axis=1), 0] = True
    means = np.sort(chosen @ values / chosen.sum(axis=1))
    cut = int(alpha / 2 * (len(means) + 1) * (1 + 1e-9))
    if cut == 0:
        return None
    signs = 2 * chosen - 1
    reached = int((abs(signs @ values) >= abs(values.sum()) * _ROUNDING).sum())
    # No subset stands for all signs being flipped, which reaches it as well.
    return Found(float(means[cut - 1]), float(means[-cut]), (reached + 1) / (len(means) + 1))


def by_sides(first: Floats, second: Floats, alpha: float) -> Found | None:
    """Return the interval of the difference of two means, with confidence ``1 - alpha``.

    None where runs that change sides can't give a p value of `alpha`, and where they are too many to matter.
    """
    if len(first) + len(second) > MOST_RUNS:
        return None
    sides = _Sides(first, second)
    if sides.least_p_value > alpha:
        return None
    return Found(_end(sides, alpha, -1), _end(sides, alpha, 1), sides.p_value(0.0))


def _end(sides: _Sides, alpha: float, sign: int) -> float:
    """Return the difference beyond which the test rejects, in one direction from the estimate."""
    inside, step = 0.0, 2.0
    while sides.p_value(sides.estimate + sign * step * sides.error) > alpha:
        inside, step = step, 2 * step
    outside = step
    while outside - inside > PRECISION:
        middle = (inside + outside) / 2
        if sides.p_value(sides.estimate + sign * middle * sides.error) > alpha:
            inside = middle
        else:
            outside = middle
    return sides.estimate + sign * inside * sides.error


class _Sides:
    """Two groups of runs, and the ways to distribute them to two sides of the same sizes.

    The sums of a side, and of its squares, are linear and quadratic in the difference that is tested.
    """

    def __init__(self, first: Floats, second: Floats) -> None:
        import numpy as np

        self._sizes = n, m = len(first), len(second)
        # About the means, where sums of squares keep their digits.
        values = np.concatenate([first - first.mean(), second - second.mean()])
        moved = np.repeat([0.0, 1.0], [n, m])
        chosen, self._all = _choices(n, m)
        self.estimate = float(second.mean() - first.mean())
        self.error = math.sqrt(float(first.var(ddof=1)) / n + float(second.var(ddof=1)) / m)
        self._sum, self._squares = chosen @ values, chosen @ values**2
        self._moved, self._crossed = chosen @ moved, chosen @ (values * moved)
        self._totals = float((values**2).sum()), float((values * moved).sum())

    @property
    def least_p_value(self) -> float:
        """The p value of a difference that is far from the estimate: only the groups themselves are as far apart."""
        n, m = self._sizes
        return self._share((self._moved == m) | ((self._moved == 0) & (n == m)))

    def p_value(self, difference: float) -> float:
        """Return how often sides have a t as large as that of the groups, if the difference were this one."""
        import numpy as np

        n, m = self._sizes
        shift = self.estimate - difference
        # Both groups have the mean 0 here, and the second one is moved by what is not explained.
        sums = self._sum + shift * self._moved
        squares = self._squares + 2 * shift * self._crossed + shift**2 * self._moved
        others = m * shift - sums
        of_all = self._totals[0] + 2 * shift * self._totals[1] + m * shift**2
        spread = (squares - sums**2 / m) / (m * (m - 1)) + (of_all - squares - others**2 / n) / (n * (n - 1))
        apart = abs(sums / m - others / n)
        wanted = abs(shift) / self.error * _ROUNDING
        return self._share(apart >= wanted * np.sqrt(np.maximum(spread, 0)))

    def _share(self, reached: NDArray[np.bool_]) -> float:
        """Return the share of the ways that reach something; those that are drawn lack the groups themselves."""
        count = int(reached.sum())
        return count / len(reached) if self._all else (count + 1) / (len(reached) + 1)


def _choices(first: int, second: int) -> tuple[Floats, bool]:
    """Return which runs may be on the second side, a row of zeros and ones for each way; and whether these are all."""
    import numpy as np

    count = first + second
    is_all = math.comb(count, second) <= SIDES + 1
    if is_all:
        places = np.array(list(combinations(range(count), second)))
    else:
        places = np.random.default_rng([first, second]).random((SIDES, count)).argsort(axis=1)[:, :second]
    chosen = np.zeros((len(places), count))
    np.put_along_axis(chosen, places, 1.0, axis=1)
    return chosen, is_all
