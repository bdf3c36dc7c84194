"""How much each of several changes has moved a metric: Shapley values of up to four, bisection of more.

The Shapley value of a change is its effect averaged over all orders in which the changes may be made: L. S. Shapley, A
value for n-person games, 1953. More changes are made in one order, the order of the code, and halves that leave the
metric as it was are not looked into.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation.formatting import change, counted, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Measure = Callable[[frozenset[int]], float]
    """Returns the metric with some of the changes applied, given by their numbers."""

MOST_TOGETHER = 4
"""The most changes of which all combinations are tried."""
ALIKE = 1e-9
"""The relative difference below which two values count as equal."""


class Share(NamedTuple):
    """The effect of one change on the metric."""

    label: str
    effect: float


class Explanation(NamedTuple):
    """The effects of changes on a metric, the largest first; they add up to the whole difference."""

    metric: str
    before: float
    after: float
    """The metric with none of the changes and with all, both measured now."""
    shares: tuple[Share, ...]
    executions: int
    """How often the code was executed."""
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        whole = change(self.before, self.after) or "no change"
        lines = [f"{self.metric}  {number(self.before)} → {number(self.after)}  {whole}"]
        effects = [change(0.0, each.effect) or "0" for each in self.shares]
        width = max(map(len, effects), default=0)
        lines += [f"  {effect:>{width}}  {each.label}" for effect, each in zip(effects, self.shares, strict=True)]
        way = "in every combination" if len(self.shares) <= MOST_TOGETHER else "one after the other"
        lines.append(f"Changes applied {way}, in {counted(self.executions, 'execution')}.")
        return "\n".join([*lines, *self.remarks])


def executions(changes: int) -> int:
    """Return how many executions it takes at most to explain this many changes."""
    return 2**changes if changes <= MOST_TOGETHER else changes + 1


def explained(metric: str, labels: Sequence[str], measure: Measure) -> Explanation:
    """Return the effects of the changes that `labels` names, measured with combinations of them."""
    known: dict[frozenset[int], float] = {}

    def remembered(applied: frozenset[int]) -> float:
        if applied not in known:
            known[applied] = measure(applied)
        return known[applied]

    count = len(labels)
    # The two ends come first, to find out early if the code can't be executed.
    before, after = remembered(frozenset()), remembered(frozenset(range(count)))
    effects = _shapley(count, remembered) if count <= MOST_TOGETHER else _bisected(count, remembered)
    shares = sorted(map(Share, labels, effects), key=lambda each: -abs(each.effect))
    return Explanation(metric, before, after, tuple(shares), len(known))


def _shapley(count: int, measure: Measure) -> list[float]:
    return [_value_of(one, count, measure) for one in range(count)]


def _value_of(one: int, count: int, measure: Measure) -> float:
    others = [each for each in range(count) if each != one]
    total = 0.0
    for size in range(count):
        weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
        for some in map(frozenset, combinations(others, size)):
            total += weight * (measure(some | {one}) - measure(some))
    return total


def _bisected(count: int, measure: Measure) -> list[float]:
    effects = [0.0] * count
    waiting = [(0, count)]
    while waiting:
        first, last = waiting.pop()
        low, high = measure(frozenset(range(first))), measure(frozenset(range(last)))
        if math.isclose(low, high, rel_tol=ALIKE):
            continue
        if last - first == 1:
            effects[first] = high - low
            continue
        middle = (first + last) // 2
        waiting += [(first, middle), (middle, last)]
    return effects
