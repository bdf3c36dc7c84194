"""Loops in the functions that a cell calls give curves, and what such a function shows when it returns is a metric.

The body of a function is judged like a cell of its own. What it returns to a caller that uses the value belongs to the
caller, and so do the lists that it returns. Local names give nothing unless they are displayed, collected, or called
by one of the field's words for a result: there are more of them than in a cell, and nobody sees them.

An earlier cell::

    def run(rate, epochs):
        w = 1.0
        for epoch in range(epochs):
            w -= rate * 2 * w
            loss = w ** 2
            print(epoch, loss)
        final_error = abs(w)
        print(final_error)

A cell::

    run(0.25, epochs=2)

Metrics::

    loss = 0.0625
    final_error = 0.25

Curves::

    loss = {0: 0.25, 1: 0.0625}
    final_error = {0: 0.25}
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import data_flow, result_words, syntax
from nbtrack.capture.analysis.def_use import Definition, Use, key_path
from nbtrack.capture.analysis.function_points import FunctionPoints, Result
from nbtrack.capture.analysis.notebook_history import imports_of
from nbtrack.capture.analysis.value_kinds import Level
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules import collected_lists, filled_lists, loop_curves
from nbtrack.capture.rules.rule import CellCode, FunctionKeys, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.capture.analysis.called_functions import CalledFunction
    from nbtrack.capture.analysis.def_use import Reference
    from nbtrack.capture.analysis.notebook_history import NotebookHistory
    from nbtrack.capture.analysis.probe_points import Followed
    from nbtrack.capture.rules.rule import CellValues


_SEEN = frozenset({Use.NAMED, Use.SHOWN})


class FunctionBody:
    """The body of a called function: what it gives, and where it is observed while it runs.

    - `keys`: what it gives points or results to
    - `points`: its hooks
    """

    def __init__(self, called: CalledFunction, history: NotebookHistory, every: str) -> None:
        self._used, self._kept_whole, self._is_bare = called.used, called.kept_whole, called.is_bare
        self._trains_several = len(called.calls) > 1 and result_words.trains(called.callee.path[-1])
        node, scope = called.callee.node, called.callee.scope
        body = ast.Module(node.body, [])
        graph = data_flow.follow_body(body, scope.functions, scope.origins)
        self._code = CellCode(body, graph, history, every=every, infer=True, params=(), metrics=())
        curves = list(self._curves())
        self.points = FunctionPoints(graph, node.body)
        self.points.follow(curves)
        self.points.hand_over(list(self._results({one.name for one in curves})))
        self.keys = self.points.keys

    # --- curves

    def _curves(self) -> Iterator[Followed]:
        code = self._code
        filling = (*collected_lists.curves(code), *filled_lists.curves(code))
        lists = {one.followed.key: one.followed for one in filling}
        for followed in lists.values():
            if not self._is_returned_list(followed.key) and not self._is_kept(followed.key):
                yield followed._replace(key=followed.key.removeprefix("self."))
        for one in loop_curves.curves(code):
            if one.followed.key not in lists and self._tells(one.definitions):
                yield one.followed

    def _is_returned_list(self, key: str) -> bool:
        name = key.partition(".")[0]
        return self._used and name != "self" and self._is_returned(name)

    def _is_kept(self, key: str) -> bool:
        """Return whether each of several trained objects keeps a list of its own, which is read after its training."""
        return self._trains_several and key.startswith("self.") and result_words.measures(key)

    def _is_returned(self, name: str) -> bool:
        """Return whether the caller may record what a name holds: not if it is part of a tuple that stays one."""
        parents = self._code.graph.parents
        returned = (one for one in self._code.references.get(name, ()) if one.use is Use.RETURNED)
        return any(not (self._kept_whole and isinstance(parents.get(id(one.node)), ast.Tuple)) for one in returned)

    def _counts(self, name: str, definitions: Iterable[Definition]) -> bool:
        """Return whether a name of the function gives anything."""
        held = list(definitions)
        uses = {reference.use for one in held for reference in one.references}
        if (self._used and self._is_returned(name)) or (
            Use.RETURNED in uses and not self._is_bare and Use.NAMED not in uses
        ):
            return False
        return self._tells(held)

    def _tells(self, definitions: Iterable[Definition]) -> bool:
        """Return whether somebody sees what these bindings hold, or their name says that it is a result."""
        held = list(definitions)
        references = [reference for one in held for reference in one.references]
        if any(result_words.measures(one.name) for one in held) or any(one.use in _SEEN for one in references):
            return True
        return any(self._goes_among_results(one) for one in references if one.use is Use.COLLECTED)

    def _goes_among_results(self, reference: Reference) -> bool:
        """Return whether what takes a value up is called a container of results: ``scores.append(gap)``."""
        graph = self._code.graph
        stored = [key_path(made.node) or (made.name,) for made in reference.feeds]
        collected = [one.path for one in graph.collected.values() if reference in graph.read_in(one.value)]
        words = {word for path in (*stored, *collected) for word in path}
        return any(result_words.measures(word) or result_words.holds_results(word) for word in words)

    # --- results

    def _results(self, curves: set[str | None]) -> Iterator[Result]:
        graph, results = self._code.graph, self._code.results
        for name in graph.exit:
            held = graph.reaching(name)
            if not held or name in curves or all(one.loops for one in held) or not self._counts(name, held):
                continue
            kind = results.judge(name, held)
            if kind is not None and (kind.level is Level.COMPUTED or result_words.measures(name)):
                yield Result(name, name)


class FollowedFunction:
    """A function that a cell calls and that gives anything.

    - `keys`, `points`: those of its body
    - `labels`: what tells the results of its calls in the cell apart; none where nothing does
    - `recorded_as`: the key on the run of each of `keys`, for each of the labels
    - `in_cell`: whether the cell itself defines it
    - `imports`: the imports beside its definition
    """

    def __init__(self, called: CalledFunction, body: FunctionBody, code: CellCode) -> None:
        self.callee, self.used, self.calls = called.callee, called.used, called.calls
        self.keys, self.points = body.keys, body.points
        told_apart = len(called.calls) > 1 and not called.has_other_callers
        self.labels = _labels(called.calls, code.tree) if told_apart else ()
        self.in_cell = self.callee.definition in code.tree.body
        beside = code.history.imports_beside
        self.imports = imports_of(code.tree) if self.in_cell else beside(self.callee.definition)
        self.recorded_as: list[dict[str, str]] = []


def body_of(called: CalledFunction, code: CellCode) -> FunctionBody:
    """Return the body of a called function, analysed once for as long as what its code names stays the same."""
    history, graph = code.history, code.graph

    def analysed() -> FunctionBody:
        return FunctionBody(called, history, code.every)

    new = graph.functions.items() ^ history.functions.items() | graph.origins.items() ^ history.origins.items()
    if not history.names_reached(called.callee.node).isdisjoint(name for name, _ in new):
        return analysed()
    known_by = called.callee.node, called.used, called.kept_whole, called.is_bare, len(called.calls) > 1, code.every
    return history.once(known_by, analysed)


class FunctionResults(Rule):
    """What the functions give that the cell calls."""

    code = "K2"
    origin = "result of the function called on line {line}"

    def __init__(self, code: CellCode) -> None:
        names: dict[str, set[str]] = {}
        for function in code.functions:
            for key in function.keys:
                names.setdefault(key, set()).add(function.name)
        curves = {*(one.key for one in code.followed), *code.asked_metrics}
        self._lines: dict[str, int] = {}
        for function in code.functions:
            own = curves if function.is_used else curves | code.bound_results
            collide = {key for key in function.keys if key in own or len(names[key]) > 1}
            for label in function.labels or ("",):
                prefixes = {key: label or (function.name if key in collide else "") for key in function.keys}
                known = {key: f"{prefix}.{key}" if prefix else key for key, prefix in prefixes.items()}
                function.recorded_as.append(known)
                self._lines.update(dict.fromkeys(known.values(), function.line))

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the last value of each result."""
        for key, line in self._lines.items():
            latest = values.last_point(key)
            if latest is not None:
                values.came_about.add(f"function:{key}")
                yield Fact(key, latest, self.code, line)


def keys_of(function: FollowedFunction) -> FunctionKeys:
    """Return the keys of what a function gives."""
    line = min((call.lineno for call in function.calls), default=1)
    name = function.callee.path[-1]
    return FunctionKeys(name, function.keys, line, function.used, function.labels, function.recorded_as)


def _labels(calls: Sequence[ast.Call], cell: ast.Module) -> tuple[str, ...]:
    """Return the names that calls are bound to, or whose methods they are, if these tell all of them apart."""
    bound = {
        id(call): node.targets[0].id
        for node in syntax.own_nodes(cell)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        for call in ast.walk(node.value)
    }
    labels = [bound.get(id(call)) or _receiver(call) for call in calls]
    known = [label for label in labels if label]
    return tuple(known) if len(set(known)) == len(labels) else ()


def _receiver(call: ast.Call) -> str | None:
    value = call.func.value if isinstance(call.func, ast.Attribute) else None
    return value.id if isinstance(value, ast.Name) else None
