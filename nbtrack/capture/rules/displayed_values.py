"""A number that the cell displays, or each number of a dict, a Series or a one-row frame, is a metric.

A cell::

    import math
    print(f"{math.hypot(3, 4):.2f}")
    scores = {"a": math.sqrt(4), "b": math.sqrt(9)}
    scores

Metrics::

    hypot = 5.0
    scores.a = 2.0
    scores.b = 3.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.capture.analysis.probe_points import Followed
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.displays import displays
from nbtrack.capture.rules.measured_displays import MeasuredDisplays
from nbtrack.capture.rules.rule import Curve, CurveRule, Outcome, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from nbtrack.capture.rules.display import Display
    from nbtrack.capture.rules.rule import CellCode, CellValues


class DisplayedCurves(CurveRule):
    """Numbers without a name that each iteration of a loop displays."""

    code = "K1s"
    origin = "displayed in each iteration, line {line}"
    inferred = True

    def __init__(self, code: CellCode) -> None:
        code.displayed = displays(code.graph, code.kinds)
        self.follow(code, list(curves(code, {one.key for one in code.followed})))


def curves(code: CellCode, taken: set[str]) -> Iterator[Curve]:
    """Yield the curves of what loops display without a name, except keys in `taken`; add the new keys to it."""
    for one in code.displayed:
        if one.loops and one.key is not None and one.name is None and not one.earlier:
            names = {one.key, one.known.get(one.key, one.key)}
            if not any(name is None or name in taken or code.is_named_result(name) for name in names):
                taken.add(one.key)
                followed = Followed(one.key, code.counting_loop(one.loops), None, one.expression)
                yield Curve(followed, DisplayedCurves.code, one.line)


class DisplayedValues(Rule):
    """The cell's last expression, and what it prints."""

    code = "M2"
    origin = "value displayed on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._displays = code.displayed
        self._measured = MeasuredDisplays(code)
        for number, one in enumerate(self._displays):
            code.displays[id(one.expression)] = number
            code.outcomes.append(Outcome(f"display:{number}", (), (one.expression,)))
            if one.last:
                code.last_displays.add(number)
            elif one.name is None:
                code.points.show(number, one.expression)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the displayed numbers that no other rule has recorded."""
        recorded = frozenset(values.metric_keys)
        for number, one in enumerate(self._displays):
            if values.rest_on_settings(one.earlier):
                continue
            numbers = _numbers(number, one, values)
            if _is_table(numbers, one) and not self._measured.covers(number, one):
                continue
            for key, value in entries(one, numbers, recorded):
                values.came_about.add(f"display:{number}")
                yield Fact(key, value, self.code, one.line)


def entries(
    display: Display, found: Mapping[str, int | float], recorded: Collection[str]
) -> Iterator[tuple[str, int | float]]:
    """Yield the numbers of a display with their keys, except those that are recorded under a name."""
    for key, value in found.items():
        known = display.known.get(key, "")
        if known is not None and known not in recorded and _may_be_shown(key):
            yield f"{display.prefix}.{key}" if display.prefix else key, value


def _numbers(number: int, display: Display, values: CellValues) -> dict[str, int | float]:
    """Return the numbers of a displayed expression, by key."""
    found = values.displayed(number, display.name, last=display.last)
    if isinstance(found, dict):
        return found
    return {display.key: found} if found is not None and display.key is not None and display.name is None else {}


def _is_table(numbers: dict[str, int | float], display: Display) -> bool:
    """Return whether the keys of numbers come from what is displayed, and not from the code."""
    return bool(numbers) and numbers.keys() != {display.key}


def _may_be_shown(key: str) -> bool:
    return not key.startswith("_") and key not in {"count", "nunique", "size"}
