"""A result that a loop binds in each iteration is a curve: one point at the end of every iteration.

A cell::

    import math
    for epoch in range(1, 4):
        loss = math.exp(0) / epoch

Curves::

    loss = {1: 1.0, 2: 0.5, 3: 0.3333333333333333}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.capture.analysis.probe_points import Followed
from nbtrack.capture.analysis.value_kinds import Kind, Level
from nbtrack.capture.rules import collected_lists
from nbtrack.capture.rules.rule import Curve, CurveRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis import syntax
    from nbtrack.capture.analysis.def_use import Definition
    from nbtrack.capture.rules.results import Results
    from nbtrack.capture.rules.rule import CellCode


class LoopCurves(CurveRule):
    """Names that hold a result at the end of an iteration."""

    code = "K1"
    origin = "result of each iteration, computed on line {line}"

    def __init__(self, code: CellCode) -> None:
        lists = {one.followed.key for one in collected_lists.curves(code)}
        self.follow(code, (one for one in _curves(code) if one.followed.key not in lists))


def _curves(code: CellCode) -> Iterator[Curve]:
    asked = frozenset(code.asked_metrics)
    for loop in code.graph.loops:
        for name, held in code.graph.ends.get(id(loop), {}).items():
            if not code.infer and name not in asked:
                continue
            inside = [one for one in held if one.real and one.loops and code.counting_loop(one.loops) is loop]
            if inside and _curve_kind(name, inside, loop, code.results, asked) is not None:
                line = min(one.line for one in inside)
                rule = "asked" if name in asked else LoopCurves.code
                yield Curve(Followed(name, loop, name, None), rule, line, tuple(inside))


def _curve_kind(
    name: str, inside: list[Definition], loop: syntax.Loop, results: Results, asked: frozenset[str]
) -> Kind | None:
    if name in asked:
        return Kind(Level.COMPUTED)
    kind = results.judge(name, inside, loop)
    if kind is None or (results.is_running_sum(name, inside, loop) and results.is_divided_after(inside, loop)):
        return None
    return kind
