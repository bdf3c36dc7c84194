"""What a rule is: it finds candidates in the code before the cell runs, and turns their values into facts later."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from nbtrack.capture.analysis import nested_loops
from nbtrack.capture.analysis.call_reading import CallReader
from nbtrack.capture.analysis.probe_points import Followed, ProbePoints
from nbtrack.capture.analysis.value_kinds import ValueKinds
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.results import Results

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.capture.analysis import syntax
    from nbtrack.capture.analysis.call_reading import Argument
    from nbtrack.capture.analysis.constant_folding import Missing, Value
    from nbtrack.capture.analysis.def_use import Definition, Graph, Reference
    from nbtrack.capture.analysis.notebook_history import NotebookHistory
    from nbtrack.capture.analysis.training_calls import TrainingCall
    from nbtrack.capture.facts import Training
    from nbtrack.capture.rules.display import Display


class Outcome(NamedTuple):
    """A possible result of the cell, and what it was computed from."""

    root: str
    """``metric:NAME``, ``curve:KEY`` or ``display:NUMBER``."""
    definitions: Sequence[Definition] = ()
    expressions: Sequence[ast.expr] = ()


class FunctionKeys(NamedTuple):
    """The keys of the results of a followed function, before its calls are distinguished."""

    name: str
    keys: tuple[str, ...]
    line: int
    """The line of its call in the cell, from 1."""
    is_used: bool
    """Whether the cell uses what its calls return, which may be its last result under the same name."""
    labels: tuple[str, ...]
    """What tells the results of its calls apart; none where nothing does."""
    recorded_as: list[dict[str, str]]
    """Takes, for each label, the key that each of its keys is recorded under."""
    displayed: Sequence[Display]
    """What it displays, without the names of its variables; each has the ``id`` of its expression as its number."""
    is_measured: Callable[[int, Display], bool]
    """Returns whether a table among that, of this number, holds results."""
    training: Rule
    """Finds what the training calls inside it leave behind."""


class FunctionConstants(NamedTuple):
    """The constants in the body of a function."""

    names: Mapping[str, Value] = {}
    """By the name that they are bound to."""
    arguments: Sequence[Argument] = ()
    """Given by keyword in calls that make or train what an experiment consists of."""


class CalledCode(NamedTuple):
    """A function that the cell calls, with the constants in it."""

    name: str
    line: int
    """The line of its call in the cell, from 1."""
    calls: Sequence[ast.Call]
    """Its calls in the code of the cell."""
    constants: FunctionConstants
    recorded_as: Sequence[Mapping[str, str]]
    """The keys on the run of what it gives itself, filled in by the rule that records it."""


class CellCode:
    """The code of a cell, analysed, and what the rules found in it: later rules build on earlier ones.

    See `plan` for the parameters; the rules add to

    - `kinds`, `results`: what kind of value each expression makes, and which names hold a result
    - `points`: where the running cell is observed
    - `followed`: the values that give points at the end of an iteration
    - `outcomes`: the possible results of the cell
    - `displayed`: the displayed expressions that may show metrics
    - `displays`: the number of each displayed expression (by ``id``) that may be a metric
    - `last_displays`: the numbers of those in the cell's last expression
    - `training`: the calls that train or evaluate
    - `bound_results`, `bound_settings`: names that the cell may bind to results, and to settings
    - `from_before`: names whose settings are read when the cell starts; true for classes, which only have attributes
    - `containers`: names of containers of settings: their entries are recorded, so what they were made from is not
    - `functions`: the keys of the functions that are followed
    - `called`: the functions that give results, or train or evaluate a model
    - `container_calls`: for each call (by ``id``) that only makes such a container, the names of these
    - `slices`: for each root of a result, or of a training, the expressions that it was computed from
    - `objects`: names of objects of earlier cells, whose attributes that hold settings are read when it starts
    - `holders`: paths of the objects and containers that training fills, whose curves are read when it starts
    """

    def __init__(
        self,
        tree: ast.Module,
        graph: Graph,
        history: NotebookHistory,
        *,
        every: str,
        infer: bool,
        params: Sequence[str],
        metrics: Sequence[str],
    ) -> None:
        self.tree, self.graph, self.history, self.every, self.infer = tree, graph, history, every, infer
        self.asked_params, self.asked_metrics = tuple(params), tuple(metrics)
        self.kinds = ValueKinds(graph)
        self.results = Results(graph, self.kinds)
        self.points = ProbePoints(graph)
        self.lines = {one.name: one.line for one in graph.definitions if one.real}
        self.followed: list[Followed] = []
        self.outcomes: list[Outcome] = []
        self.displayed: list[Display] = []
        self.displays: dict[int, int] = {}
        self.last_displays: set[int] = set()
        self.training: list[TrainingCall] = []
        self.bound_results: set[str] = set()
        self.bound_settings: set[str] = set()
        self.from_before: dict[str, bool] = {}
        self.containers: set[str] = set()
        self.functions: list[FunctionKeys] = []
        self.called: list[CalledCode] = []
        self._sweeping: dict[tuple[syntax.Loop, syntax.Loop], bool] = {}
        self.container_calls: dict[int, set[str]] = {}
        self.slices: dict[str, list[ast.expr]] = {}
        self.objects: set[str] = set()
        self.holders: set[str] = set()

    @cached_property
    def references(self) -> Mapping[str, list[Reference]]:
        """All references, by the name that they read."""
        found: dict[str, list[Reference]] = {}
        for one in self.graph.all_references():
            found.setdefault(one.name, []).append(one)
        return found

    @cached_property
    def calls(self) -> CallReader:
        """The reader of the constants given in the calls of the cell."""
        return CallReader(self.graph, self.history.holds_object)

    def is_named_result(self, name: str) -> bool:
        """Return whether the cell binds a name to a result."""
        held = self.graph.reaching(name)
        return bool(held) and self.results.judge(name, held) is not None

    def counting_loop(self, loops: Sequence[syntax.Loop]) -> syntax.Loop:
        """Return the loop whose iterations give points: the outermost of nested ones, or the innermost if requested.

        A loop that sweeps over settings leaves the points to those inside it.
        """
        if self.every == "batch":
            return loops[-1]
        for pair in pairwise(loops):
            if pair not in self._sweeping:
                self._sweeping[pair] = nested_loops.sweeps_over(*pair, self.graph)
            if not self._sweeping[pair]:
                return pair[0]
        return loops[-1]


class CellValues(Protocol):
    """What a rule can query about the values of a cell: plain settings and numbers, never an object of the user.

    `came_about` has the roots of the results that were recorded, and ``container:NAME`` for each container of settings;
    `metric_keys` the metrics recorded by earlier rules, `setting_keys` the settings of calls that were.
    """

    failed: bool
    came_about: set[str]
    metric_keys: set[str]
    setting_keys: set[str]

    def exists(self, name: str) -> bool:
        """Return whether a name is bound."""

    def setting(self, name: str) -> Value | Missing:
        """Return the single parameter that a name holds, or `MISSING`."""

    def settings(self, path: str, *, as_class: bool = False) -> dict[str, Value]:
        """Return the parameters that a name, or an entry of it, holds, by key."""

    def settings_before(self, name: str) -> dict[str, Value] | None:
        """Return the parameters that a name held before the cell, by key; None if it held none."""

    def attributes_before(self, name: str) -> dict[str, Value] | None:
        """Return the attributes that held settings before the cell; None if a name held data, or nothing."""

    def parameters(self, path: tuple[str, ...]) -> list[str]:
        """Return the positional parameters of the callee at a path, in which ``""`` is a call; none if unknown."""

    def fields(self, name: str) -> dict[str, Value]:
        """Return the entries of a container of settings, if this execution bound it."""

    def number(self, name: str) -> int | float | None:
        """Return the number that a name holds, if this execution bound it."""

    def number_at(self, path: str) -> int | float | None:
        """Return the number that a name, or an entry of it, holds."""

    def is_result(self, name: str) -> bool:
        """Return whether the latest binding of a name gave it a result, if other bindings give it none."""

    def rest_on_settings(self, names: frozenset[str]) -> bool:
        """Return whether there are names of earlier cells, and all of them hold settings."""

    def last_point(self, key: str) -> float | None:
        """Return the last value of a curve."""

    def trained(self, call: int) -> Mapping[str, Training]:
        """Return the results of a training call (by ``id``), by the name of what holds them; empty if it never ran."""

    def series(self, name: str) -> Mapping[str, list[float]]:
        """Return the series that a name holds, by key; the key of a single series is empty."""

    def add_curve(
        self, key: str, values: list[float], *, anew: bool = False, steps: Sequence[int] | None = None
    ) -> bool:
        """Record a curve as a whole; return false if a loop has recorded its key or its points.

        With `anew`, no other curve may have the same points; without `steps` they are numbered from 0.
        """

    def printed_rounds(self) -> Mapping[str, dict[int, float]]:
        """Return the values, by step, that a library printed round by round, by key."""

    def displayed(self, number: int, name: str | None, *, last: bool) -> int | float | dict[str, int | float] | None:
        """Return the number or the numbers that a displayed expression shows."""

    def reported(self, number: int, name: str | None, *, last: bool) -> Mapping[str, float]:
        """Return the results in a text report that a displayed expression shows."""

    def left_behind(self, path: str) -> Training:
        """Return the results of training in what a name, or an attribute of it, holds."""

    def left_unfinished(self, path: str) -> Training:
        """Return the curves in what a path names that were not there when the cell started."""

    def displays_table(self, number: int, *, last: bool) -> bool:
        """Return whether a displayed expression shows a frame."""

    def entered(self, branches: Iterable[int]) -> bool:
        """Return whether the cell ran through all these conditional blocks."""


class Rule(ABC):
    """One rule of the contract.

    Its constructor finds candidates in the code, and requests the observations that it needs; `facts` yields their
    values. A rule never holds a value of the user.
    """

    code: ClassVar[str]
    """Identifies the rule in the tag of a run; never shown."""
    origin: ClassVar[str]
    """Where its values come from, in words; ``{line}`` stands for the line in the cell."""
    inferred: ClassVar[bool] = True
    """Whether ``--no-infer`` switches it off."""

    @abstractmethod
    def __init__(self, code: CellCode) -> None: ...

    def early_facts(self, values: CellValues) -> Iterable[Fact]:
        """Yield the parameters that are certain while the cell is still running."""
        return ()

    @abstractmethod
    def facts(self, values: CellValues) -> Iterable[Fact]:
        """Yield the facts that were found."""


class Curve(NamedTuple):
    """A value that gives a curve, and where it comes from."""

    followed: Followed
    rule: str
    line: int
    definitions: tuple[Definition, ...] = ()


class CurveRule(Rule):
    """A rule of curves; its constructor calls `follow` with those that it finds."""

    inferred = False

    def follow(self, code: CellCode, curves: Iterable[Curve]) -> None:
        """Request that points are recorded at the end of iterations."""
        self._curves = list(curves)
        for one in self._curves:
            tapped = (one.followed.expression,) if one.followed.expression is not None else ()
            code.followed.append(one.followed)
            code.outcomes.append(Outcome(f"curve:{one.followed.key}", one.definitions, tapped))

    def facts(self, values: CellValues) -> Iterable[Fact]:
        """Yield the last value of each curve."""
        for one in self._curves:
            latest = values.last_point(one.followed.key)
            if latest is not None:
                values.came_about.add(f"curve:{one.followed.key}")
                yield Fact(one.followed.key, latest, one.rule, one.line)
