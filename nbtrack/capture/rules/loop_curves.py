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

from nbtrack.capture.analysis import result_words
from nbtrack.capture.analysis.def_use import loops_of
from nbtrack.capture.analysis.probe_points import Followed
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
        self.follow(code, (one for one in curves(code) if one.followed.key not in lists))


def curves(code: CellCode) -> Iterator[Curve]:
    """Yield the curves of names that hold a result at the end of an iteration."""
    asked = frozenset(code.asked_metrics)
    replaced = collected_lists.replaced_names(code) - asked
    for loop in code.graph.loops:
        bound = {name: made for name, made in _bound_in(loop, code) if name not in replaced}
        wanted = {name: made for name, made in bound.items() if name in asked}
        if code.infer:
            wanted.update((name, made) for name, made in bound.items() if _is_curve(name, made, loop, code.results))
            if not wanted and not _collects(loop, code):
                shown = code.results.is_shown_iterate
                wanted.update((name, made) for name, made in bound.items() if shown(made, loop))
        for name, made in wanted.items():
            line = min(one.line for one in made)
            rule = "asked" if name in asked else LoopCurves.code
            yield Curve(Followed(name, loop, name, None), rule, line, tuple(made))


def _bound_in(loop: syntax.Loop, code: CellCode) -> Iterator[tuple[str, list[Definition]]]:
    """Yield the names that an iteration binds, with the bindings that may hold at its end."""
    for name, held in code.graph.ends.get(id(loop), {}).items():
        inside = [one for one in held if one.real and one.loops and code.counting_loop(one.loops) is loop]
        if inside:
            yield name, inside


def _collects(loop: syntax.Loop, code: CellCode) -> bool:
    """Return whether a list collects values of a loop."""
    return any(loop in loops_of(one.places) for one in code.graph.collected.values())


def _is_curve(name: str, inside: list[Definition], loop: syntax.Loop, results: Results) -> bool:
    if results.is_running_sum(name, inside, loop) and results.is_divided_after(inside, loop):
        return False
    if results.judge(name, inside, loop) is not None:
        return True
    measures = result_words.measures(name)
    if measures and (results.is_called_result(name, inside, loop) or all(map(results.is_yielded, inside))):
        return True
    return results.is_told_formula(name, inside)
