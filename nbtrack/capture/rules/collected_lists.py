"""A list that a loop fills with computed values without a name is a curve; so is each entry of rows.

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
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import constant_folding, result_words, syntax
from nbtrack.capture.analysis.def_use import Binding, Collected, Graph, Use, loops_of
from nbtrack.capture.analysis.kinds import Level, is_computed
from nbtrack.capture.analysis.probe_points import Followed
from nbtrack.capture.rules import collected_data, filled_lists
from nbtrack.capture.rules.expression_names import name_of, unwrapped
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
    filled = {one.followed.key for one in filled_lists.curves(code)}
    for collected in graph.collected.values():
        loops = loops_of(collected.places)
        if not loops or collected.path[0] in filled:
            continue
        loop = code.counting_loop(loops)
        if any(_computes_with(reference, collected, loop, graph) for reference in graph.all_references()):
            continue
        if collected_data.is_data(collected, graph):
            continue
        for path, value in _parts(collected, graph):
            key = ".".join(path)
            wanted = code.infer or key in asked
            if wanted and _gives_curve(path, value, code) and all(map(may_be_metric, path)):
                yield Curve(Followed(key, loop, None, value), CollectedLists.code, value.lineno)


def replaced_names(code: CellCode) -> frozenset[str]:
    """Return the names whose values are recorded under the names of the lists that collect them."""
    return filled_lists.replaced_names(code) | frozenset(
        value.id
        for collected in code.graph.collected.values()
        for path, content in _parts(collected, code.graph)
        if isinstance(value := unwrapped(content), ast.Name) and _tells_more(path, value, code)
    )


def _gives_curve(path: tuple[str, ...], value: ast.expr, code: CellCode) -> bool:
    inner = unwrapped(value)
    if constant_folding.is_constant(inner) or isinstance(inner, ast.NamedExpr):
        return False
    if isinstance(inner, ast.Name) and not _tells_more(path, inner, code):
        return False
    kind = code.kinds.of(value)
    counted = kind.level is Level.COUNT and path[0] == "self" and result_words.measures(path[-1])
    return counted or is_computed(kind)


def _tells_more(path: tuple[str, ...], value: ast.Name, code: CellCode) -> bool:
    """Return whether a list is more informative than the name of its values: by its own name, or since it is kept."""
    references = code.references.get(value.id, ())
    drawn = any(one.binding is Binding.LOOPED for each in references for one in each.definitions)
    if drawn or any(one.use is Use.NAMED for one in references):
        return False
    stays = path[0] == "self" and len(path) > 1
    return stays or (result_words.measures(path[-1]) and not result_words.measures(value.id))


def _parts(collected: Collected, graph: Graph) -> Iterator[tuple[tuple[str, ...], ast.expr]]:
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
    elif isinstance(value, ast.List | ast.Tuple):
        yield from _columns(collected.path, value.elts, graph)
    else:
        yield collected.path, value


def _columns(
    path: tuple[str, ...], elements: Sequence[ast.expr], graph: Graph
) -> Iterator[tuple[tuple[str, ...], ast.expr]]:
    """Yield the results in a row without keys, each with the name of its column in the frame made by the cell."""
    named = _column_names(path, graph) or [name_of(each) or "" for each in elements]
    if len(named) == len(elements):
        for name, element in zip(named, elements, strict=True):
            if named.count(name) == 1 and (
                result_words.measures(name) or result_words.measures(name_of(element) or "")
            ):
                yield (*path, name), element


def _column_names(path: tuple[str, ...], graph: Graph) -> Sequence[str]:
    """Return the names of the columns that a frame gives to rows: ``DataFrame(rows, columns=["depth", "score"])``."""
    for reference in graph.all_references():
        above = graph.parents.get(id(reference.node))
        if reference.name == path[0] and isinstance(above, ast.Call) and graph.callee(above) == "DataFrame":
            given = next((one.value for one in above.keywords if one.arg == "columns"), None)
            names = constant_folding.sequence(given) if given is not None else ()
            if isinstance(names, Sequence) and all(isinstance(one, str) for one in names):
                return [str(one) for one in names]
    return ()


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
