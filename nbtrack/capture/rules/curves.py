"""Curves: what gets a point at the end of every iteration of a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import constant_folding, syntax
from nbtrack.capture.analysis.def_use import Collected, Definition, Graph, Reference, Use, loops_of
from nbtrack.capture.analysis.value_kinds import Kind, Level, is_computed
from nbtrack.capture.rules.metrics import unwrapped
from nbtrack.capture.rules.results import Results, may_be_metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Curve(NamedTuple):
    """One key that a loop gives points to."""

    key: str
    rule: str
    line: int
    loop: syntax.Loop
    name: str | None
    """The name that is read at the end of an iteration, or None where an expression is tapped."""
    expression: ast.expr | None
    earlier: frozenset[str]
    definitions: tuple[Definition, ...]


def curves(graph: Graph, results: Results, *, every: str = "epoch", asked: Sequence[str] = ()) -> list[Curve]:
    """Return the curves of a cell: by K1 those of names, by K3 those of lists."""
    listed = list(_listed(graph, results, every))
    lists = {one.key for one in listed}
    return [*(one for one in _named(graph, results, every, frozenset(asked)) if one.key not in lists), *listed]


def _chosen(loops: tuple[syntax.Loop, ...], every: str) -> syntax.Loop:
    """Return the loop whose iterations count: the outermost, or by request the innermost."""
    return loops[-1] if every == "batch" else loops[0]


# --- names


def _named(graph: Graph, results: Results, every: str, asked: frozenset[str]) -> Iterator[Curve]:
    for loop in graph.loops:
        for name, held in graph.ends.get(id(loop), {}).items():
            inside = [one for one in held if one.real and one.loops and _chosen(one.loops, every) is loop]
            kind = _curve_kind(name, inside, loop, results, asked) if inside else None
            if kind is not None:
                earlier = kind.earlier if kind.level is Level.SETTING else frozenset()
                first = min(inside, key=lambda one: one.line)
                rule = "asked" if name in asked else "K1"
                yield Curve(name, rule, first.line, loop, name, None, earlier, tuple(inside))


def _curve_kind(
    name: str, inside: list[Definition], loop: syntax.Loop, results: Results, asked: frozenset[str]
) -> Kind | None:
    if name in asked:
        return Kind(Level.COMPUTED)
    kind = results.judge(name, inside, loop)
    if kind is None or (results.is_running_sum(name, inside, loop) and results.is_divided_after(inside, loop)):
        return None
    return kind


# --- lists


def _listed(graph: Graph, results: Results, every: str) -> Iterator[Curve]:
    for collected in graph.collected.values():
        loops = loops_of(collected.places)
        if not loops:
            continue
        loop = _chosen(loops, every)
        if any(_computes_with(reference, collected, loop, graph) for reference in graph.all_references()):
            continue
        for path, value in _parts(collected):
            kind = results.kinds.of(value)
            if _is_nameless(value) and is_computed(kind) and all(may_be_metric(part) for part in path):
                earlier = kind.earlier if kind.level is Level.SETTING else frozenset()
                yield Curve(".".join(path), "K3", value.lineno, loop, None, value, earlier, ())


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
    """Tell whether a loop computes further with what it collects in a list."""
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
