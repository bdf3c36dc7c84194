"""A preallocated list or array that a loop fills is a curve: of the current element at the end of each iteration.

A cell::

    import math
    loss_history = [0] * 3
    for epoch in range(3):
        for batch in (1, 2):
            loss_history[epoch] += math.exp(0) * batch
        loss_history[epoch] /= 2

Curves::

    loss_history = {0: 1.5, 1: 1.5, 2: 1.5}
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import syntax
from nbtrack.capture.analysis.def_use import loops_of
from nbtrack.capture.analysis.kinds import Level
from nbtrack.capture.analysis.probe_points import Followed, Store
from nbtrack.capture.rules.expression_names import unwrapped
from nbtrack.capture.rules.results import may_be_metric
from nbtrack.capture.rules.rule import Curve, CurveRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.capture.analysis.def_use import Filled
    from nbtrack.capture.rules.rule import CellCode


class FilledLists(CurveRule):
    """Lists and arrays that are filled at the index of the loop's variable."""

    code = "K4"
    origin = "element stored on line {line}"

    def __init__(self, code: CellCode) -> None:
        self.follow(code, curves(code))


def curves(code: CellCode) -> Iterator[Curve]:
    """Yield the curves of lists and arrays that are filled by index."""
    for name, stores in _by_name(code).items():
        if _is_needed(stores, code) and may_be_metric(name) and (code.infer or name in code.asked_metrics):
            loop = _loop(stores[0])
            computed = any(code.kinds.of(one.value).level >= Level.COUNT for one in stores)
            if loop is not None and computed and all(_loop(one) is loop for one in stores):
                places = tuple(Store(one.node, one.name, one.index_name) for one in stores)
                yield Curve(Followed(name, loop, None, None, places), FilledLists.code, stores[0].node.lineno)


def replaced_names(code: CellCode) -> frozenset[str]:
    """Return the names whose values are recorded under the names of what they fill."""
    followed = {one.followed.key for one in curves(code)}
    return frozenset(
        value.id
        for one in code.graph.filled.values()
        if one.name in followed and isinstance(value := unwrapped(one.value), ast.Name)
    )


def _by_name(code: CellCode) -> dict[str, list[Filled]]:
    found: dict[str, list[Filled]] = {}
    for one in code.graph.filled.values():
        found.setdefault(one.name, []).append(one)
    return found


def _is_needed(stores: Sequence[Filled], code: CellCode) -> bool:
    """Return whether the list itself must be read: an element is updated, or one name goes into several lists."""
    if any(isinstance(one.node, ast.AugAssign) for one in stores):
        return True
    names = {value.id for one in stores if isinstance(value := unwrapped(one.value), ast.Name)}
    others = (one for one in code.graph.filled.values() if one.name != stores[0].name)
    return any(isinstance(value := unwrapped(one.value), ast.Name) and value.id in names for one in others)


def _loop(store: Filled) -> syntax.Loop | None:
    """Return the loop whose variable is the index of a store."""
    for loop in loops_of(store.places):
        if isinstance(loop, ast.For | ast.AsyncFor) and store.index_name in {
            one.id for one in syntax.targets(loop.target)
        }:
            return loop
    return None
