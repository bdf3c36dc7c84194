"""A result that a loop binds in each iteration is a curve: one point at the end of every iteration.

A cell::

    import math
    for epoch in range(1, 4):
        loss = math.exp(0) / epoch

Curves::

    loss = {1: 1.0, 2: 0.5, 3: 0.3333333333333333}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis.probe_points import Followed
from nbtrack.capture.analysis.value_kinds import Kind, Level
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules import collected_lists
from nbtrack.capture.rules.rule import Outcome, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis import syntax
    from nbtrack.capture.analysis.def_use import Definition
    from nbtrack.capture.rules.results import Results
    from nbtrack.capture.rules.rule import CellCode, CellValues


class LoopCurves(Rule):
    """Names that hold a result at the end of an iteration."""

    code = "K1"
    origin = "result of each iteration, computed on line {line}"
    inferred = False

    def __init__(self, code: CellCode) -> None:
        lists = {one.key for one in collected_lists.curves(code)}
        self._curves = [one for one in _curves(code) if one.name not in lists]
        for one in self._curves:
            code.followed.append(Followed(one.name, one.loop, one.name, None))
            code.outcomes.append(Outcome(f"curve:{one.name}", one.definitions))

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the last value of each curve."""
        for one in self._curves:
            latest = values.last_point(one.name)
            if latest is not None:
                values.came_about.add(f"curve:{one.name}")
                yield Fact(one.name, latest, one.rule, one.line)


class _Curve(NamedTuple):
    name: str
    rule: str
    line: int
    loop: syntax.Loop
    definitions: tuple[Definition, ...]


def _curves(code: CellCode) -> Iterator[_Curve]:
    asked = frozenset(code.asked_metrics)
    for loop in code.graph.loops:
        for name, held in code.graph.ends.get(id(loop), {}).items():
            if not code.infer and name not in asked:
                continue
            inside = [one for one in held if one.real and one.loops and code.counting_loop(one.loops) is loop]
            if inside and _curve_kind(name, inside, loop, code.results, asked) is not None:
                first = min(inside, key=lambda one: one.line)
                yield _Curve(name, "asked" if name in asked else "K1", first.line, loop, tuple(inside))


def _curve_kind(
    name: str, inside: list[Definition], loop: syntax.Loop, results: Results, asked: frozenset[str]
) -> Kind | None:
    if name in asked:
        return Kind(Level.COMPUTED)
    kind = results.judge(name, inside, loop)
    if kind is None or (results.is_running_sum(name, inside, loop) and results.is_divided_after(inside, loop)):
        return None
    return kind
