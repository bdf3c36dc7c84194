"""A constant given in a call that a result depends on is a parameter: ``callee.keyword``.

For a cell without a metric, these are the constants in calls that make or train a model, an optimizer or the like.

A cell::

    def train(model, epochs):
        return len(model) / epochs

    loss = train("net", 3)

Parameters::

    train.model = 'net'
    train.epochs = 3
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import syntax
from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.analysis.known_names import sets_seed
from nbtrack.capture.analysis.slices import Slices
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.call_keys import Setting, keyed
from nbtrack.capture.rules.call_parameters import settings_of
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.capture.analysis.call_reading import Argument, CallReader
    from nbtrack.capture.analysis.def_use import Graph
    from nbtrack.capture.rules.rule import CellCode, CellValues

ANY = "any"
"""The root of all that the cell does; it counts where the cell has no metric."""
TRAINED = "trained"


class CallArguments(Rule):
    """Constants in the calls that results were computed by, or that train a model."""

    code = "P4"
    origin = "argument of a call on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._calls = code.calls
        code.slices = {root: list(expressions) for root, expressions in _slices(code, self._calls)}
        roots: dict[int, set[str]] = {}
        found: dict[tuple[int, str | int], Argument] = {}
        for root, expressions in code.slices.items():
            for one in self._calls.arguments(expressions):
                if self._is_setting(one, root):
                    found[(id(one.call), one.keyword)] = one
                    roots.setdefault(id(one.call), set()).add(root)
        ordered = sorted(found.values(), key=lambda one: (one.line, one.call.col_offset))
        self._candidates = []
        for one in ordered:
            sides = code.points.watch_sides(_sides(one.call, code.graph.parents))
            branches = (*code.points.watch(one.branches), *sides)
            self._candidates.append(_Candidate(one, frozenset(roots[id(one.call)]), branches))
        self._container_calls = code.container_calls

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the constants of calls that were executed and led to something that is recorded."""
        for one in keyed(self._settings(values)):
            values.setting_keys.add(one.key)
            yield Fact(one.key, one.value, self.code, one.of[0].line)

    def _settings(self, values: CellValues) -> Iterator[Setting]:
        counted = [one.argument for one in self._candidates if self._counts(one, values)]
        return settings_of(counted, values)

    def _is_setting(self, argument: Argument, root: str) -> bool:
        if isinstance(argument.keyword, int) or root == ANY:
            return self._calls.experiment.includes(argument.call)
        return True

    def _counts(self, candidate: _Candidate, values: CellValues) -> bool:
        containers = self._container_calls.get(id(candidate.argument.call), ())
        if any(f"container:{name}" in values.came_about for name in containers):
            return False
        return values.entered(candidate.branches) and counts(candidate.roots, values)


def counts(roots: frozenset[str], values: CellValues) -> bool:
    """Return whether one of these happened: a result, ``name:NAME`` for a kept model, a training, or anything."""
    kept = any(root.startswith("name:") and values.exists(root[5:]) for root in roots)
    if kept or roots & values.came_about:
        return True
    return not values.failed and (TRAINED in roots or (ANY in roots and not values.metric_keys))


class _Candidate(NamedTuple):
    """An argument, and what must have happened for it to count."""

    argument: Argument
    roots: frozenset[str]
    branches: tuple[int, ...]


def _slices(code: CellCode, calls: CallReader) -> Iterator[tuple[str, list[ast.expr]]]:
    """Yield the expressions that each result was computed from, under its root."""
    slices = Slices(code.graph, frozenset(code.containers))
    for outcome in code.outcomes:
        yield outcome.root, slices.back(outcome.definitions, *outcome.expressions)
    trained: dict[str, list[ast.expr]] = {}
    for expression, name in _trained(code.graph, calls):
        trained.setdefault(f"name:{name}" if name else TRAINED, []).append(expression)
    for root, expressions in trained.items():
        yield root, slices.back((), *expressions)
    yield ANY, slices.back((), *_all(code.graph))


def _trained(graph: Graph, calls: CallReader) -> Iterator[tuple[ast.expr, str | None]]:
    """Yield the expressions that train a model, with the name that must hold something for it to have happened."""
    trains = calls.experiment.training.trains
    for one in graph.definitions:
        kept = one.binding in {Binding.ASSIGNED, Binding.UNPACKED} and one in graph.exit.get(one.name, ())
        if kept and one.value is not None and any(map(trains, graph.parts(one.value).calls)):
            yield one.value, one.name
    for call in graph.bare.values():
        if any(map(trains, graph.parts(call).calls)) or sets_seed(syntax.last_name(call.func) or ""):
            yield call, None


def _all(graph: Graph) -> Iterator[ast.expr]:
    """Yield what the cell binds, and what it calls for its side effects."""
    for name in graph.exit:
        yield from (one.value for one in graph.reaching(name) if one.value is not None)
    yield from graph.bare.values()
    yield from (shown.expression for shown in graph.shown.values())


def _sides(call: ast.Call, parents: Mapping[int, ast.AST]) -> Iterator[ast.expr]:
    """Yield the sides of the conditional expressions around a call."""
    node: ast.AST = call
    while not isinstance(node, ast.stmt) and id(node) in parents:
        above = parents[id(node)]
        if isinstance(above, ast.IfExp) and node is not above.test and isinstance(node, ast.expr):
            yield node
        node = above
