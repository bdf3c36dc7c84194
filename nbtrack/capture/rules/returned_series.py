"""A list, an array or a dict of lists of results that a call returns, or that a history holds, is a curve.

A cell::

    def train_losses(epochs):
        return [1 / (1 + epoch) for epoch in range(epochs)]

    losses = train_losses(2)

Curves::

    losses = {0: 1.0, 1: 0.5}
"""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import result_words, syntax
from nbtrack.capture.analysis.def_use import Binding, Use, key_path
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules import series_of_results
from nbtrack.capture.rules.results import may_be_metric
from nbtrack.capture.rules.rule import Outcome, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Definition, Graph
    from nbtrack.capture.rules.rule import CellCode, CellValues


class ReturnedSeries(Rule):
    """Names bound to several results at once."""

    code = "K5b"
    origin = "series bound on line {line}"

    def __init__(self, code: CellCode) -> None:
        found = (_candidate(name, code) for name in code.graph.exit)
        self._candidates = sorted((one for one in found if one is not None), key=lambda one: one.line)
        for one in self._candidates:
            code.outcomes.append(Outcome(f"series:{one.name}", (one.definition,)))
        code.bound_results.update(one.name for one in self._candidates)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the last value of each series, and the mean of scores."""
        for one in self._candidates:
            if one.swept and not values.rest_on_settings(one.swept):
                continue
            for key, series in values.series(one.name).items():
                full = f"{one.key}.{key}" if key and not one.bare else key or one.key
                if values.add_curve(full, series, anew=True):
                    values.came_about.add(f"series:{one.name}")
                    yield Fact(full, series[-1], self.code, one.line)
                    if one.mean and not key:
                        yield Fact(f"{full}.mean", math.fsum(series) / len(series), self.code, one.line)


class _Candidate(NamedTuple):
    """A name that may hold a series of results."""

    name: str
    key: str
    bare: bool
    """Whether the keys of a dict need no name before them."""
    mean: bool
    """Whether the mean of its values is a result of its own."""
    line: int
    definition: Definition
    swept: frozenset[str]
    """Names of earlier cells that must hold the settings which a comprehension goes through."""


def _candidate(name: str, code: CellCode) -> _Candidate | None:
    held = code.graph.reaching(name)
    if len(held) != 1 or not may_be_metric(name):
        return None
    one = held[0]
    if one.loops or one.value is None or one.binding not in {Binding.ASSIGNED, Binding.UNPACKED}:
        return None
    key = _key(one, code)
    if key is None or _is_averaged(one, code):
        return None
    bare, mean = result_words.holds_results(name), _is_mean_wanted(one)
    return _Candidate(name, key, bare, mean, one.line, one, series_of_results.swept(one.value, code.kinds))


def _is_averaged(definition: Definition, code: CellCode) -> bool:
    """Return whether the cell takes the means of scores, which are recorded in their place."""
    made = {later for reference in definition.references for later in reference.feeds}
    return any(series_of_results.is_of_means(one, code.graph) for one in made)


def _key(definition: Definition, code: CellCode) -> str | None:
    """Return the key of a name that is bound to results, or None if it is bound to anything else."""
    name, value, graph = definition.name, definition.value, code.graph
    if series_of_results.is_made(definition, code.kinds):
        return name
    if isinstance(value, ast.Await):
        value = value.value
    value = _drawn_at_once(value, graph)
    if isinstance(value, ast.Call):
        callee = graph.callee(value) or ""
        says = result_words.measures(name) or result_words.holds_results(name)
        if result_words.gives_results(callee) and (says or definition.binding is Binding.ASSIGNED):
            return name
        return name if says and _is_of_notebook(value, graph) and not result_words.is_unmeasured(callee) else None
    path = key_path(value) if isinstance(value, ast.Subscript) else ()
    return path[-1] if len(path) > 1 and result_words.measures(path[-1]) else None


def _drawn_at_once(value: ast.expr | None, graph: Graph) -> ast.expr | None:
    """``losses = list(training(model))``: return the call of a generator that a list is made of."""
    if not isinstance(value, ast.Call) or graph.callee(value) not in {"list", "tuple"} or len(value.args) != 1:
        return value
    inner = value.args[0]
    function = graph.functions.get(syntax.last_name(inner.func) or "") if isinstance(inner, ast.Call) else None
    return inner if function is not None and syntax.generates(function) else value


def _is_of_notebook(call: ast.Call, graph: Graph) -> bool:
    return isinstance(call.func, ast.Name) and isinstance(
        graph.functions.get(call.func.id), ast.FunctionDef | ast.AsyncFunctionDef
    )


def _is_mean_wanted(definition: Definition) -> bool:
    """Return whether the mean of scores is to be recorded: the cell computes none itself."""
    scores = result_words.words(definition.name) & {"score", "scores"}
    return bool(scores) and all(one.use is Use.NAMED for one in definition.references)
