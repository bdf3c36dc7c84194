"""Loops in the functions that a cell calls give curves, and what such a function displays at its end is a metric.

The body of a function is judged like a cell of its own. What it returns to a caller that uses the value belongs to the
caller, and so do the lists that it returns. Local names give nothing unless they are displayed, collected, or named
with a usual word for a result: there are more of them than in a cell, and users do not see them.

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
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import data_flow, result_words, syntax
from nbtrack.capture.analysis.def_use import Definition, Use, key_path
from nbtrack.capture.analysis.function_points import FunctionPoints, Result
from nbtrack.capture.analysis.kinds import Level
from nbtrack.capture.analysis.notebook_history import imports_of
from nbtrack.capture.analysis.probe_points import Trained
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules import (
    collected_lists,
    displayed_values,
    filled_lists,
    function_settings,
    kept_attributes,
    loop_curves,
)
from nbtrack.capture.rules.displays import displays
from nbtrack.capture.rules.left_behind import LeftBehindInFunction
from nbtrack.capture.rules.measured_displays import MeasuredDisplays
from nbtrack.capture.rules.rule import CalledCode, CellCode, FunctionKeys, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import CodeType

    from nbtrack.capture.analysis.called_functions import CalledFunction
    from nbtrack.capture.analysis.def_use import Reference
    from nbtrack.capture.analysis.notebook_history import NotebookHistory
    from nbtrack.capture.analysis.probe_points import Followed
    from nbtrack.capture.rules.display import Display
    from nbtrack.capture.rules.rule import CellValues, FunctionConstants


_SEEN = frozenset({Use.NAMED, Use.SHOWN})


class FunctionBody:
    """The body of a called function: what it gives, and where it is observed.

    - `keys`: what it gives points or results to
    - `points`: its hooks
    - `displayed`: what it displays that gives no curve; `is_measured` returns whether a table of these holds results
    - `training`: the training calls inside it, whose results are read
    - `evaluates`: whether it trains or evaluates a model
    - `compiled`: its code with places for hooks, by its own code and file, after its first call
    """

    def __init__(self, called: CalledFunction, history: NotebookHistory, every: str) -> None:
        self._callee = called.callee
        self._used, self._kept_whole, self._is_bare = called.used, called.kept_whole, called.is_bare
        self._trains_several = len(called.calls) > 1 and result_words.trains(called.callee.path[-1])
        node, scope = called.callee.node, called.callee.scope
        body = ast.Module(node.body, [])
        graph = data_flow.follow_body(body, scope.functions, scope.origins)
        self._code = CellCode(body, graph, history, every=every, infer=True, params=(), metrics=())
        self._code.displayed = [one for one in displays(graph, self._code.kinds) if not self._returns(one.expression)]
        curves = list(self._curves())
        self.points = FunctionPoints(graph, node.body)
        self.points.follow(curves)
        self.points.hand_over(list(self._results({one.name for one in curves})))
        self.displayed = list(self._shown({id(one.expression) for one in curves}))
        self.is_measured = MeasuredDisplays(self._code).covers
        self.training = LeftBehindInFunction(self._code)
        self._follow_training()
        self.evaluates = function_settings.evaluates(self._code)
        self.keys = self.points.keys
        self.compiled: dict[tuple[CodeType, str], CodeType | None] = {}

    @cached_property
    def constants(self) -> FunctionConstants:
        """The constants in it."""
        return function_settings.constants_of(self._code)

    # --- curves

    def _curves(self) -> Iterator[Followed]:
        code = self._code
        filling = (*collected_lists.curves(code), *filled_lists.curves(code))
        lists = {one.followed.key: one.followed for one in filling}
        taken = set(lists)
        for followed in lists.values():
            if not self._is_returned_list(followed.key) and not self._is_kept(followed.key):
                yield followed._replace(key=followed.key.removeprefix("self."))
        for one in loop_curves.curves(code):
            if one.followed.key not in lists and self._tells(one.definitions):
                taken.add(one.followed.key)
                yield one.followed
        for followed in kept_attributes.curves(code):
            if followed.key not in taken:
                taken.add(followed.key)
                yield followed
        for one in displayed_values.curves(code, taken):
            yield one.followed

    def _is_returned_list(self, key: str) -> bool:
        name = key.partition(".")[0]
        return self._used and name != "self" and self._is_returned(name)

    def _is_kept(self, key: str) -> bool:
        """Return whether each of several trained objects has its own list, which is read after the training."""
        return self._trains_several and key.startswith("self.") and result_words.measures(key)

    def _is_returned(self, name: str) -> bool:
        """Return whether the caller may record the value of a name, which it can't as part of a tuple in one name."""
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
        """Return whether the value of these bindings is displayed, or their name is that of a result."""
        held = list(definitions)
        references = [reference for one in held for reference in one.references]
        if any(result_words.measures(one.name) for one in held) or any(one.use in _SEEN for one in references):
            return True
        return any(self._goes_among_results(one) for one in references if one.use is Use.COLLECTED)

    def _goes_among_results(self, reference: Reference) -> bool:
        """Return whether a value goes into a container with a name for results: ``scores.append(gap)``."""
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

    # --- what it displays, and the training calls inside it

    def _returns(self, expression: ast.expr) -> bool:
        """Return whether the caller uses the value of a displayed expression, or a dict that is displayed."""
        if not self._used:
            return False
        returns = [node for node in syntax.own_nodes(self._code.tree) if isinstance(node, ast.Return)]
        return ast.dump(expression) in {ast.dump(node.value) for node in returns if node.value is not None}

    def _shown(self, tapped: set[int]) -> Iterator[Display]:
        """Yield what it displays that gives no curve, and place the hooks around it."""
        for one in self._code.displayed:
            if id(one.expression) not in tapped and not (one.name and one.loops):
                self.points.show(one.expression, self._key_shown(one))
                yield one._replace(name=None)

    def _key_shown(self, display: Display) -> str | None:
        """Return the key of a displayed number that is a separate result."""
        key = display.key
        if key is None or display.name is not None or display.loops or display.earlier:
            return None
        names = {key, display.known.get(key, key)}
        return None if any(name is None or self._code.is_named_result(name) for name in names) else key

    def _follow_training(self) -> None:
        """Place the hooks around training calls, except those of the notebook's own functions."""
        code, module = self._code, self._callee.scope.module
        points = (code.points.points[one.point] for one in code.points.insertions)
        trained = {point.call: point for point in points if isinstance(point, Trained)}
        arguments = self._callee.node.args
        local = {one.name for one in code.graph.definitions if one.real} | set(syntax.all_parameters(arguments))
        for one in code.training:
            root = (one.receiver or "").partition(".")[0]
            point = trained[id(one.call)]
            if root not in local and (module is not None or root not in code.graph.names_from_before()):
                point = point._replace(receiver=None)
            if not self._is_own(one.call):
                self.points.train(point, one.call, frozenset(local))

    def _is_own(self, call: ast.Call) -> bool:
        """Return whether a call is of a function of the notebook, which is followed itself."""
        path = syntax.path(call.func)
        if len(path) == 1:
            return path[0] in self._callee.scope.functions
        return len(path) == 2 and path[0] == "self"


class FollowedFunction:
    """A function that a cell calls and that gives something.

    - `body`, with its `keys` and `points`
    - `labels`: what distinguishes the results of its calls in the cell; none if nothing does
    - `recorded_as`: the key on the run of each of `keys`, for each of the labels
    - `in_cell`: whether the cell itself defines it
    - `imports`: the imports beside its definition
    """

    def __init__(self, called: CalledFunction, body: FunctionBody, code: CellCode) -> None:
        self.callee, self.used, self.calls = called.callee, called.used, called.calls
        self.body, self.keys, self.points = body, body.keys, body.points
        told_apart = len(called.calls) > 1 and not called.has_other_callers
        self.labels = _labels(called.calls, code.tree) if told_apart else ()
        self.in_cell = self.callee.definition in code.tree.body
        beside = code.history.imports_beside
        self.imports = imports_of(code.tree) if self.in_cell else beside(self.callee.definition)
        self.recorded_as: list[dict[str, str]] = []


def body_of(called: CalledFunction, code: CellCode) -> FunctionBody:
    """Return the body of a called function, which is analysed again only when something that its code names changes."""
    history, graph = code.history, code.graph

    def analysed() -> FunctionBody:
        return FunctionBody(called, history, code.every)

    new = graph.functions.items() ^ history.functions.items() | graph.origins.items() ^ history.origins.items()
    if not history.names_reached(called.callee.node).isdisjoint(name for name, _ in new):
        return analysed()
    known_by = called.callee.node, called.used, called.kept_whole, called.is_bare, len(called.calls) > 1, code.every
    return history.once(known_by, analysed)


class FunctionResults(Rule):
    """The results of the functions that the cell calls."""

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
    return FunctionKeys(
        name,
        function.keys,
        line,
        function.used,
        function.labels,
        function.recorded_as,
        function.body.displayed,
        function.body.is_measured,
        function.body.training,
    )


def code_of(function: FollowedFunction) -> CalledCode:
    """Return the code of a function with the constants in it."""
    line = min((call.lineno for call in function.calls), default=1)
    return CalledCode(function.callee.path[-1], line, function.calls, function.body.constants, function.recorded_as)


def _labels(calls: Sequence[ast.Call], cell: ast.Module) -> tuple[str, ...]:
    """Return the names that calls are bound to, or whose methods they are, if these distinguish all of them."""
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
