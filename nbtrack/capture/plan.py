"""The plan of one cell: everything that the code alone tells, made before the cell runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture.analysis import data_flow, logging_loops, settings_classes
from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.analysis.notebook_history import modules_used
from nbtrack.capture.analysis.slices import Slices
from nbtrack.capture.analysis.value_kinds import ValueKinds
from nbtrack.capture.rules import call_arguments, settings_containers
from nbtrack.capture.rules.curves import Curve, curves
from nbtrack.capture.rules.metrics import displays, metrics
from nbtrack.capture.rules.params import constants_of, earlier, looks, names_read
from nbtrack.capture.rules.results import Results
from nbtrack.capture.runtime.instrumentation import instrumented
from nbtrack.capture.runtime.probe import Probe
from nbtrack.capture.runtime.probe_points import ProbePoints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.capture.analysis.def_use import Graph, Reference
    from nbtrack.capture.analysis.notebook_history import NotebookHistory
    from nbtrack.capture.rules.metrics import Display, Metric
    from nbtrack.capture.rules.params import Constant, Earlier


class Call(NamedTuple):
    """P4: a constant given in a call, and what must have happened for it to count."""

    given: call_arguments.Given
    roots: frozenset[str]
    """It counts if one of these came about: ``metric:…``, ``curve:…``, ``display:…``, ``name:…`` or ``trained``."""
    branches: tuple[int, ...]


class Plan:
    """What to read from a cell, and where to look while it runs.

    Attributes
    ----------
    reads
        The names that the cell reads from before itself, its functions included.
    modules
        The top-level packages that the cell imports itself and uses.
    """

    def __init__(
        self,
        tree: ast.Module,
        graph: Graph,
        notebook: NotebookHistory,
        *,
        infer: bool,
        params: Sequence[str],
        asked: Sequence[str],
    ) -> None:
        self.tree = tree
        self.asked_params = tuple(params)
        self.asked_metrics = tuple(asked)
        self.reads = frozenset(names_read(graph))
        self.infer = infer
        self.stars = frozenset(notebook.stars)
        self.modules = modules_used(graph)
        self.surely_bound = frozenset(
            name for name, held in graph.exit.items() if all(one.binding is not Binding.EARLIER for one in held)
        )
        self.curves: list[Curve] = []
        self.metrics: list[Metric] = []
        self.displays: list[Display] = []
        self.constants: list[Constant] = []
        self.containers: list[settings_containers.Container] = []
        self.earlier: list[Earlier] = []
        self.calls: list[Call] = []
        self.plain: frozenset[str] = frozenset()
        self.points = ProbePoints(graph)
        self.lines = {one.name: one.line for one in graph.definitions if one.real}

    @property
    def curve_keys(self) -> tuple[str, ...]:
        """The keys of the curves that the code may give."""
        return tuple(each.key for each in self.curves)

    def instrument(self, tree: ast.Module, hooks: str) -> ast.Module:
        """Return `tree` with calls of the probe's hooks where it has to look.

        Parameters
        ----------
        tree
            The tree that the plan was made for, or one equal to it.
        hooks
            A name under which builtins hold `Probe.hooks` when the cell runs.

        Returns
        -------
        ast.Module
            A new tree, or `tree` itself when there is nothing to look at.
        """
        return instrumented(self.tree, tree, self.points.insertions, hooks)

    def probe(
        self,
        namespace: Mapping[str, Any],
        *,
        clock: Callable[[], int] | None = None,
        redact: Callable[[str, object], object] | None = None,
    ) -> Probe:
        """Return the run-time half of the plan.

        Parameters
        ----------
        namespace
            The names of the notebook.
        clock
            Gives the time in milliseconds since the epoch UTC; the system's, which costs least, if None.
        redact
            Given a key and a value, returns what may be kept of it.
        """
        return Probe(self, namespace, clock=clock, redact=redact)


def plan(
    tree: ast.Module,
    notebook: NotebookHistory,
    *,
    every: str = "epoch",
    infer: bool = True,
    params: Sequence[str] = (),
    metrics: Sequence[str] = (),
) -> Plan:
    """Analyse one cell, without running anything.

    Parameters
    ----------
    tree
        The cell, as IPython gives it to AST transformers.
    notebook
        What earlier cells taught.
    every
        ``"epoch"``: the outermost of nested loops gives the curves; ``"batch"``: the innermost.
    infer
        Whether to apply the rules, or to take only what is asked for by name.
    params, metrics
        Names that are recorded whatever the rules say.

    Returns
    -------
    Plan
        What to read, and where.
    """
    try:
        return _drawn(tree, notebook, every=every, infer=infer, params=params, asked=metrics)
    except RecursionError:
        return _drawn(ast.Module([], []), notebook, every=every, infer=False, params=params, asked=metrics)


def _drawn(
    tree: ast.Module, notebook: NotebookHistory, *, every: str, infer: bool, params: Sequence[str], asked: Sequence[str]
) -> Plan:
    graph = data_flow.follow(tree, notebook.functions, notebook.origins)
    made = Plan(tree, graph, notebook, infer=infer, params=params, asked=asked)
    _Planner(made, graph, notebook).draw(every)
    return made


class _Planner:
    """Applies the rules, one after the other, and keeps what they find in the plan."""

    def __init__(self, made: Plan, graph: Graph, notebook: NotebookHistory) -> None:
        self.plan = made
        self.graph = graph
        self.notebook = notebook
        self.kinds = ValueKinds(graph)
        self.results = Results(graph, self.kinds)

    def draw(self, every: str) -> None:
        asked = self.plan.asked_metrics
        found = curves(self.graph, self.results, every=every, asked=asked)
        self.plan.curves = found if self.plan.infer else [one for one in found if one.key in asked]
        points = self.plan.points
        points.follow(self.plan.curves)
        functions = {**self.notebook.functions, **self.graph.functions}
        points.pace(logging_loops.loops(self.plan.tree, functions, points.loops))
        if self.plan.infer:
            self._infer()

    def _infer(self) -> None:
        self.plan.metrics = metrics(self.graph, self.results)
        self.plan.points.judge(self.plan.metrics, self.graph.parents)
        self.plan.displays = displays(self.graph, self.kinds)
        self.plan.points.tap(self.plan.displays)
        self.plan.constants = constants_of(self.graph, self.kinds)
        self.plan.containers = settings_containers.containers(self.graph, self.kinds)
        self.plan.earlier = earlier(
            self.graph, self.kinds, self.notebook.imported, set(self.notebook.functions), self.graph.parents
        )
        self._look()
        self.plan.plain = frozenset(self._plain_classes())
        self.plan.calls = list(self._calls())

    def _look(self) -> None:
        """Note which settings only serve to look at something."""
        numbers = {id(one.expression): number for number, one in enumerate(self.plan.displays)}
        references: dict[str, list[Reference]] = {}
        for reference in self.graph.all_references():
            references.setdefault(reference.name, []).append(reference)

        def looking(name: str) -> frozenset[int]:
            return looks(references.get(name, ()), self.kinds, numbers)

        self.plan.constants = [one._replace(looks=looking(one.name)) for one in self.plan.constants]
        self.plan.earlier = [one._replace(looks=looking(one.name)) for one in self.plan.earlier]

    def _plain_classes(self) -> Iterable[str]:
        for name, node in {**self.notebook.functions, **self.graph.functions}.items():
            if isinstance(node, ast.ClassDef) and (
                settings_classes.is_plain(node) or settings_classes.is_settings_class(node)
            ):
                yield name

    # --- P4

    def _calls(self) -> Iterable[Call]:
        calls = call_arguments.Calls(self.graph)
        roots: dict[int, set[str]] = {}
        found: dict[tuple[int, str], call_arguments.Given] = {}
        for root, expressions in self._slices():
            for one in calls.given(expressions):
                found[(id(one.call), one.keyword)] = one
                roots.setdefault(id(one.call), set()).add(root)
        ordered = sorted(found.values(), key=lambda one: (one.line, getattr(one.call, "col_offset", 0)))
        for one in ordered:
            branches = (
                *self.plan.points.watch(one.branches),
                *self.plan.points.watch_sides(call_arguments.sides(one.call, self.graph.parents)),
            )
            yield Call(one, frozenset(roots[id(one.call)]), branches)

    def _slices(self) -> Iterable[tuple[str, Iterable[ast.expr]]]:
        """Yield what each result was computed from, under the name of the result."""
        slices = Slices(self.graph, frozenset(one.name for one in self.plan.containers if one.sure))
        for metric in self.plan.metrics:
            yield f"metric:{metric.name}", slices.back(metric.sources)
        for curve in self.plan.curves:
            tapped = (curve.expression,) if curve.expression is not None else ()
            yield f"curve:{curve.key}", slices.back(curve.definitions, *tapped)
        for number, display in enumerate(self.plan.displays):
            yield f"display:{number}", slices.back((), display.expression)
        for expression, name in call_arguments.trained(self.graph):
            yield f"name:{name}" if name else "trained", slices.back((), expression)
