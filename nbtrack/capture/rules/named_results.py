"""A name whose final value is a number that the cell computes and uses for nothing else is a metric.

A cell::

    total = sum([3, 4, 5]) * len("ab")
    mean = total / len("abc")

Metrics::

    mean = 8.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import known_names
from nbtrack.capture.analysis.kinds import is_computed
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules import collected_lists
from nbtrack.capture.rules.rule import Outcome, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Definition
    from nbtrack.capture.rules.rule import CellCode, CellValues


class NamedResults(Rule):
    """Names that hold a result at the end of the cell."""

    code = "M1"
    origin = "result computed on line {line}"

    def __init__(self, code: CellCode) -> None:
        replaced = collected_lists.replaced_names(code)
        found = (_metric(name, code) for name in code.graph.exit if name not in replaced)
        self._metrics = sorted((one for one in found if one is not None), key=lambda one: one.line)
        for one in self._metrics:
            if one.others:
                code.points.judge(one.name, one.sources, one.others)
            code.outcomes.append(Outcome(f"metric:{one.name}", one.sources))
        code.bound_results.update(one.name for one in self._metrics)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the final values that are numbers."""
        for one in self._metrics:
            if values.rest_on_settings(one.earlier) or (one.others and not values.is_result(one.name)):
                continue
            value = values.number(one.name)
            if value is not None and not (type(value) is int and known_names.is_tally(one.name)):
                values.came_about.add(f"metric:{one.name}")
                yield Fact(one.name, value, self.code, one.line)


class _Metric(NamedTuple):
    """A name whose final value is a metric, if it is a number then."""

    name: str
    line: int
    earlier: frozenset[str]
    """It is none if all these names of earlier cells hold settings; empty: it is one in any case."""
    sources: tuple[Definition, ...]
    others: tuple[Definition, ...]
    """Bindings that may hold as well, and give it no result: ``best = 0``, ``acc = nan`` in a handler."""


def _metric(name: str, code: CellCode) -> _Metric | None:
    held = code.graph.reaching(name)
    if held and not any(one.loops for one in held) and code.results.is_told_formula(name, held):
        return _Metric(name, held[-1].line, frozenset(), tuple(held), ())
    kind = code.results.judge(name, held) if held else None
    if kind is None:
        return None
    computed = [one for one in held if is_computed(code.kinds.of_definition(one))]
    others = tuple(one for one in held if one not in computed)
    return _Metric(name, computed[-1].line, kind.open_names, tuple(computed), others)
