"""A list that a loop fills with computed values that have no name is a curve; so is each entry of rows of dicts.

A cell::

    import math
    losses = []
    for step in range(3):
        losses.append(math.sqrt(step))

Curves::

    losses = {0: 0.0, 1: 1.0, 2: 1.4142135623730951}
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import constant_folding, syntax
from nbtrack.capture.analysis.def_use import Collected, Graph, Use, loops_of
from nbtrack.capture.analysis.probe_points import Followed
from nbtrack.capture.analysis.value_kinds import is_computed
from nbtrack.capture.rules.expression_names import unwrapped
from nbtrack.capture.rules.results import may_be_metric
from nbtrack.capture.rules.rule import Curve, CurveRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Reference
    from nbtrack.capture.rules.rule import CellCode


class CollectedLists(CurveRule):
    """Lists that collect the values of a loop."""

    code = "K3"
    origin = "list filled on line {line}"

    def __init__(self, code: CellCode) -> None:
        self.follow(code, curves(code))


def curves(code: CellCode) -> Iterator[Curve]:
    """Yield the curves that lists collect."""
    graph, asked = code.graph, code.asked_metrics
    for collected in graph.collected.values():
        loops = loops_of(collected.places)
        if not loops:
            continue
        loop = code.counting_loop(loops)
        if any(_computes_with(reference, collected, loop, graph) for reference in graph.all_references()):
            continue
        for path, value in _parts(collected):
            key = ".".join(path)
            wanted = code.infer or key in asked
            if wanted and _is_nameless(value) and is_computed(code.kinds.of(value)) and all(map(may_be_metric, path)):
                yield Curve(Followed(key, loop, None, value), CollectedLists.code, value.lineno)


def _parts(collected: Collected) -> Iterator[tuple[tuple[str, ...], ast.expr]]:
    """Yield what is collected: a value, or each value of a row."""
    value = collected.value
    if isinstance(value, ast.Dict):
        for key, content in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield (*collected.path, key.value), content
    elif isinstance(value, ast.Call) and syntax.last_name(value.func) == "dict":
        for keyword in value.keywords:
            if keyword.arg:
                yield (*collected.path, keyword.arg), keyword.value
    else:
        yield collected.path, value


def _is_nameless(value: ast.expr) -> bool:
    inner = unwrapped(value)
    return not isinstance(inner, ast.Name | ast.NamedExpr) and not constant_folding.is_constant(inner)


def _computes_with(reference: Reference, collected: Collected, loop: syntax.Loop, graph: Graph) -> bool:
    """Return whether a loop computes with the values that it collects in a list."""
    if (
        reference.name != collected.path[0]
        or reference.use is not Use.COMPUTED
        or reference.implied
        or loop not in reference.loops
    ):
        return False
    read = graph.path_read(reference)
    shared = min(len(read), len(collected.path))
    return read[:shared] == collected.path[:shared]
