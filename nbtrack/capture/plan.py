"""The plan of one cell, made from its code before it runs: what to read, and where to observe it."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack.capture import rules
from nbtrack.capture.analysis import (
    called_functions,
    local_modules,
    logging_loops,
    settings_classes,
    timed_code,
)
from nbtrack.capture.analysis.called_functions import Scope
from nbtrack.capture.analysis.def_use import Binding, loops_of
from nbtrack.capture.analysis.executed_cells import modules_used
from nbtrack.capture.rules.function_results import FollowedFunction, body_of, code_of, keys_of
from nbtrack.capture.rules.passed_over import Candidates
from nbtrack.capture.rules.rule import CellCode
from nbtrack.capture.rules.training_results import TrainingResults
from nbtrack.capture.runtime.instrumentation import element_of, instrumented
from nbtrack.capture.runtime.probe import Probe, ProbeTargets, Rules
from nbtrack.capture.runtime.snapshot import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbtrack.capture.analysis.notebook_history import NotebookHistory
    from nbtrack.capture.rules.rule import Rule


class Plan:
    """What to read from a cell, and where to observe it while it runs.

    `reads` are the names that the cell reads from before itself, its functions included; `modules` the top-level
    packages that it imports itself and uses; `curve_keys` the keys of the curves that it may give, of which
    `loop_keys` come from its own loops.
    """

    def __init__(
        self, tree: ast.Module, code: CellCode, cell_rules: Rules, functions: Sequence[FollowedFunction]
    ) -> None:
        self._tree, self._code, self._rules, self._functions = tree, code, cell_rules, functions
        self.reads = code.graph.names_from_before()
        self.modules = modules_used(code.graph)
        in_functions = dict.fromkeys(key for one in functions for known in one.recorded_as for key in known.values())
        self.loop_keys = tuple(one.key for one in code.followed)
        self.curve_keys = (*self.loop_keys, *in_functions)

    def instrument(self, tree: ast.Module, hooks: str) -> ast.Module:
        """Return a new tree with calls of the probe's hooks, or `tree` itself when there is nothing to observe.

        `tree` is the tree that the plan was made for, or one equal to it; builtins hold `Probe.hooks` as `hooks` when
        the cell runs.
        """
        return instrumented(self._tree, tree, self._code.points.insertions, element_of(hooks))

    def title(self, metrics: Iterable[str] = ()) -> str | None:
        """Return what to call a run of the cell, after its code and metrics; None where these say nothing."""
        return self._rules.training.title(metrics)

    def probe(
        self,
        namespace: Mapping[str, Any],
        *,
        clock: Callable[[], int] | None = None,
        redact: Callable[[str, object], object] | None = None,
        printed: Callable[[], str] = str,
    ) -> Probe:
        """Return the probe that reads from the names of the notebook.

        `clock` returns milliseconds since the epoch (UTC), by default the system's, which costs least. `redact` takes a
        key and a value, and returns what may be stored of it. `printed` returns the text that the cell printed so far.
        """
        code = self._code
        observed = ProbeTargets(code.points, self._functions, innermost=code.every == "batch")
        return Probe(self._rules, observed, self._names(), namespace, clock=clock, redact=redact, printed=printed)

    def _names(self) -> Names:
        code = self._code
        exits = code.graph.exit.items()
        surely = (name for name, held in exits if all(one.binding is not Binding.EARLIER for one in held))
        bound = code.bound_results | code.bound_settings | {*code.asked_params, *code.asked_metrics}
        plain = frozenset(_plain_classes(code)) if code.infer else frozenset()
        stars = frozenset(code.history.stars)
        objects = frozenset(code.objects)
        holders = frozenset(code.holders)
        return Names(self.reads, frozenset(bound), frozenset(surely), code.from_before, plain, stars, objects, holders)


def _plain_classes(code: CellCode) -> Iterator[str]:
    for name, node in {**code.history.functions, **code.graph.functions}.items():
        if isinstance(node, ast.ClassDef) and (
            settings_classes.is_plain(node) or settings_classes.is_settings_class(node)
        ):
            yield name


def plan(
    tree: ast.Module,
    history: NotebookHistory,
    *,
    every: str = "epoch",
    infer: bool = True,
    params: Sequence[str] = (),
    metrics: Sequence[str] = (),
) -> Plan:
    """Analyse one cell, given as IPython passes it to AST transformers, without running anything.

    Nested loops give the curves of the outermost loop (``every="epoch"``) or of the innermost (``"batch"``). The names
    in `params` and `metrics` are recorded whatever the rules say; without `infer`, nothing else is.
    """
    try:
        return _planned(tree, history, every=every, infer=infer, params=params, metrics=metrics)
    except RecursionError:
        return _planned(ast.Module([], []), history, every=every, infer=False, params=params, metrics=metrics)


def _planned(cell: ast.Module, history: NotebookHistory, **asked: Any) -> Plan:
    tree = timed_code.unwrapped(cell)
    graph = history.follow(tree)
    code = CellCode(tree, graph, history, **asked)
    called = list(_called(code)) if code.infer else []
    functions = [one for one in called if one.points.points]
    code.functions.extend(keys_of(one) for one in functions)
    code.called.extend(code_of(one) for one in called)
    metrics = _applied(rules.METRICS, code)
    code.points.follow(code.followed)
    _follow_functions(functions, code)
    known = {**history.functions, **graph.functions}
    code.points.pace(logging_loops.loops(tree, known, code.points.loops))
    parameters = _applied(rules.PARAMETERS, code)
    return Plan(cell, code, Rules(parameters, metrics, Candidates(code), TrainingResults(code)), functions)


def _called(code: CellCode) -> Iterator[FollowedFunction]:
    """Yield the functions that the cell calls and that give anything, or train or evaluate a model."""
    history, graph = code.history, code.graph
    scope = Scope(None, graph.functions, graph.origins)
    given = (history.given.get(name, frozenset()) for name in graph.names_from_before())
    modules = partial(local_modules.scope_of, read=history.modules)
    found = called_functions.called(code.tree, scope, modules, frozenset().union(*given))
    for one in found:
        body = body_of(one, code)
        if body.points.points or body.evaluates:
            yield FollowedFunction(one, body, code)


def _follow_functions(functions: Sequence[FollowedFunction], code: CellCode) -> None:
    """Place the hooks of the loops that call functions, and of the definitions of these."""
    for call in (call for one in functions for call in one.calls):
        loops = loops_of(code.graph.calls.get(id(call), ()))
        if loops:
            code.points.follow_call(call, code.counting_loop(loops))
    for number, function in enumerate(functions):
        if function.labels:
            code.points.tell_apart(number, function.calls)
    for definition in {id(one.callee.definition): one.callee.definition for one in functions if one.in_cell}.values():
        code.points.follow_definition(definition)


def _applied(kinds: Sequence[type[Rule]], code: CellCode) -> list[Rule]:
    return [kind(code) for kind in kinds if code.infer or not kind.inferred]
