"""The difference of two means with its confidence interval, paired or not, and how many seeds it takes to detect it.

Intervals and p values are those of permutation tests (`permutation`) as soon as there are enough values for these to
reject anything: six pairs, or seven runs without pairs. Before, they are those of Student's t for pairs, and of Welch's
t where nothing pairs the values. Bootstrapped intervals cover the truth too rarely for 3 to 10 values.

`tests/benchmarks/comparison.py` measures for 3 to 10 values how often equal groups are found to differ, and how often
the interval covers the true difference: 5 % ± 1 and 95 % ± 1 for values that are normal, skewed (gamma) or have heavy
tails (Student's t with 4 degrees of freedom), also where one group varies twice as much. No method holds for so few
values of any shape: where rare values decide the mean and one group varies more, as with a log-normal spread over
decades, equal groups without pairs are found to differ too often (12 % instead of 5 %); compare such a metric by its
logarithm.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import Unsupported
from nbtrack.statistics import permutation
from nbtrack.statistics.permutation import Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CONFIDENCE = 0.95
POWER = 0.8
"""The probability that the suggested number of seeds detects a difference as large as the one observed."""
FEWEST = 3
"""The values that each side needs for a verdict."""
MOST_SEEDS = 200
"""The most seeds that are suggested."""


class Difference(NamedTuple):
    """How far the mean of one sample is from that of another, with the uncertainty.

    `low` and `high` bound the difference with 95 % confidence; they and the p value are None for fewer than three
    values on a side. `paired` says whether values of the same seed were compared, and `n` how many pairs there are, or
    values in the smaller sample. `error` is the standard error of the difference. `needed` is about how many seeds each
    side needs in total to detect a difference of that size, None where it is detected already or needs more than 200.
    """

    estimate: float
    low: float | None
    high: float | None
    p_value: float | None
    paired: bool
    n: int
    error: float | None = None
    needed: int | None = None

    @property
    def distinguishable(self) -> bool | None:
        """Whether the two samples differ: zero is outside the interval; None without an interval."""
        return None if self.low is None or self.high is None else not self.low <= 0 <= self.high


def scipy_stats() -> Any:
    """Return `scipy.stats`; raise `Unsupported`, saying what to install, where it is not installed."""
    try:
        from scipy import stats
    except ImportError:
        msg = "Comparisons with confidence intervals need SciPy: pip install 'nbtrack[statistics]'"
        raise Unsupported(msg) from None
    return stats


def paired(first: Sequence[float], second: Sequence[float], groups: int = 2) -> Difference:
    """Return the mean of ``second - first``, whose values belong together one by one.

    Parameters
    ----------
    first, second : sequence of float
        Finite values of equal number.
    groups : int
        From how many groups the best was selected: the more, the wider the interval (Bonferroni correction).
    """
    import numpy as np

    values = np.asarray(second, float) - np.asarray(first, float)
    n, estimate = len(values), float(np.mean(values))
    if n < FEWEST:
        return Difference(estimate, None, None, None, True, n)
    error = float(np.std(values, ddof=1)) / math.sqrt(n)
    if _vanishes(error, values):
        return _certain(estimate, paired=True, n=n)
    alpha = _alpha(groups)
    known = permutation.by_signs(values, alpha) or _by_t(estimate, error, n - 1, alpha)
    found = Difference(estimate, known.low, known.high, known.p_value, True, n, error)
    return found._replace(needed=None if found.distinguishable else _needed(abs(estimate), error**2 * n, n, 1, groups))


def unpaired(first: Sequence[float], second: Sequence[float], groups: int = 2) -> Difference:
    """Return how far the mean of `second` is above that of `first`, as `paired` does for pairs."""
    import numpy as np

    one, other = pair = [np.asarray(each, float) for each in (first, second)]
    n, estimate = min(map(len, pair)), float(np.mean(other) - np.mean(one))
    if n < FEWEST:
        return Difference(estimate, None, None, None, False, n)
    parts = [float(np.var(each, ddof=1)) / len(each) for each in pair]
    error = math.sqrt(sum(parts))
    if _vanishes(error, np.concatenate(pair)):
        return _certain(estimate, paired=False, n=n)
    alpha = _alpha(groups)
    known = permutation.by_sides(one, other, alpha)
    if known is None:
        freedom = sum(parts) ** 2 / sum(part**2 / (len(each) - 1) for part, each in zip(parts, pair, strict=True))
        known = _by_t(estimate, error, freedom, alpha)
    found = Difference(estimate, known.low, known.high, known.p_value, False, n, error)
    spread = sum(float(np.var(each, ddof=1)) for each in pair)
    return found._replace(needed=None if found.distinguishable else _needed(abs(estimate), spread, n, 2, groups))


def _vanishes(error: float, values: Floats) -> bool:
    """Return whether an error is only rounding, as when the seed has no effect."""
    return error <= 1e-12 * max(1e-300, float(abs(values).max()))


def _certain(estimate: float, *, paired: bool, n: int) -> Difference:
    return Difference(estimate, estimate, estimate, 1.0 if estimate == 0 else 0.0, paired, n, 0.0)


def _alpha(groups: int) -> float:
    """Return the error probability of one comparison, so that among all pairs of groups it is 5 % at most.

    The best is selected from the groups, so its comparison with another one counts as one of all pairs.
    """
    return (1 - CONFIDENCE) / max(1, groups * (groups - 1) // 2)


def _by_t(estimate: float, error: float, freedom: float, alpha: float) -> Found:
    t = scipy_stats().t
    reach = float(t.ppf(1 - alpha / 2, freedom)) * error
    return Found(estimate - reach, estimate + reach, 2 * float(t.sf(abs(estimate) / error, freedom)))


def _needed(difference: float, variance: float, n: int, sides: int, groups: int) -> int | None:
    """Return how many seeds, more than there are, each side needs to detect a difference with 80 % probability.

    `variance` is that of a paired difference, or the sum of both sides' variances.
    """
    import numpy as np

    if difference == 0:
        return None
    t, counts = scipy_stats().t, np.arange(n + 1, MOST_SEEDS + 1)
    freedom = sides * (counts - 1)
    alpha = _alpha(groups)
    enough = difference / np.sqrt(variance / counts) >= t.ppf(1 - alpha / 2, freedom) + t.ppf(POWER, freedom)
    return int(counts[int(enough.argmax())]) if enough.any() else None
