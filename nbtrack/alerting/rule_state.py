"""The state of alert rules for one run: each rule is given the points of its metric and reports when it holds.

Points come in batches. The usual case, in which no rule holds, uses built-in functions on lists, so that a rule does
not slow down the code that logs.
"""

from __future__ import annotations

from math import isnan
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING

from nbtrack.alerting import rule_text
from nbtrack.alerting.plateau import Plateau

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.alerting.rule import Rule

_COMPARE = {">": gt, ">=": ge, "<": lt, "<=": le}


class MetricRuleState:
    """A rule about a metric; `lower` says whether lower values are better, None where that is not known.

    It is reported once, when it first holds.
    """

    def __init__(self, rule: Rule, lower: bool | None = None) -> None:
        self.rule = rule
        self._held = False
        self._find = _finder(rule, lower)

    def take(self, values: Sequence[float], steps: Sequence[int]) -> str | None:
        """Return a description if the rule holds for the first time with one of these points, else None."""
        found = None if self._held else self._find(values, steps)
        self._held = self._held or found is not None
        return found


def _finder(rule: Rule, lower: bool | None) -> Callable[[Sequence[float], Sequence[int]], str | None]:
    kind, key, limit = rule.condition
    if kind == rule_text.NAN:
        return _first_nan
    if kind == rule_text.PLATEAU:
        return Plateau(int(limit), lower).take
    holds, extreme = _COMPARE[kind], max if ">" in kind else min

    def first(values: Sequence[float], steps: Sequence[int]) -> str | None:
        if not has_nan(values) and not holds(extreme(values), limit):
            return None
        found = (pair for pair in zip(values, steps, strict=True) if holds(pair[0], limit))
        return next((f"{key} = {value:.6g} at step {step:,}" for value, step in found), None)

    return first


def _first_nan(values: Sequence[float], steps: Sequence[int]) -> str | None:
    if not has_nan(values):
        return None
    return next((f"at step {step:,}" for value, step in zip(values, steps, strict=True) if isnan(value)), None)


def has_nan(values: Sequence[float]) -> bool:
    """Return whether values may contain a NaN; never False if they do."""
    return isnan(sum(values))


class SilenceState:
    """A rule about the time since the last point; after a new point it can hold again."""

    def __init__(self, rule: Rule, moment: float) -> None:
        self.rule = rule
        self._last, self._held = moment, False

    def record_point(self, moment: float) -> None:
        """Note the time of a point, in seconds."""
        self._last, self._held = moment, False

    def check(self, moment: float) -> str | None:
        """Return a description if the rule holds at a moment for the first time since the last point, else None."""
        if self._held or moment - self._last < self.rule.condition.limit:
            return None
        self._held = True
        return f"the last one came {moment - self._last:.0f} s ago"
