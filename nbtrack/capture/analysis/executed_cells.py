"""The executed cells of a notebook: what each contributes to a name, and the search for where names come from."""

from __future__ import annotations

import ast
import builtins
from bisect import bisect_left
from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import data_flow, known_names, syntax
from nbtrack.capture.analysis.call_reading import CallReader
from nbtrack.capture.analysis.def_use import Binding, Definition, Graph
from nbtrack.capture.analysis.definition_cells import names_defined
from nbtrack.capture.analysis.training import TrainingCalls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_CHANGING = frozenset({Binding.TOUCHED, Binding.STORED})
MOST_STEPS = 400
"""The most pairs of a cell and a name that a walk back visits."""


class Part(NamedTuple):
    """What one cell contributes to a name.

    - `sure`: the cell always binds the name, so that no earlier value remains
    - `before`: the names of earlier cells that its value was made from
    - `late`: the names that a function of that name reads when it is called
    - `modules`: the packages that its value was made with
    - `definitions`: the bindings of the cell that made its value, the latest first; of the calls that got it as an
      argument, only those that trained it
    - `makers`: the names of earlier cells that these depend on
    - `settings_read`: those of `late` that the function uses otherwise than by calling or only displaying them
    - `built_from`: the names, also of this cell, that the object was built from, without later uses of it
    """

    sure: bool
    before: frozenset[str]
    late: frozenset[str]
    modules: frozenset[str]
    definitions: tuple[Definition, ...]
    makers: frozenset[str]
    settings_read: frozenset[str]
    built_from: frozenset[str]

    def binds(self, name: str) -> bool:
        """Return whether the cell binds the name itself, and does not only change what it holds."""
        return any(one.real and one.name == name for one in self.definitions)


class Trail(NamedTuple):
    """Where names come from: the numbers of cells, the packages, and the names that no cell made."""

    cells: frozenset[int]
    modules: frozenset[str]
    unknown: frozenset[str]


class Executed:
    """An executed cell; it is analysed when one of the names in it is queried."""

    def __init__(
        self,
        tree: ast.Module,
        source: str | None,
        functions: Mapping[str, ast.AST],
        origins: Mapping[str, str],
        graph: Graph | None = None,
        identity: str = "",
    ) -> None:
        self.tree, self.identity = tree, identity
        self._graph = graph
        self._source = source
        self._functions, self._origins = functions, origins
        self.mentions = frozenset(_mentioned(tree))
        self.trainers = frozenset(_trainers(tree))
        self.stars = frozenset(_stars(tree))
        self._defined = None if self.stars else names_defined(tree)
        self._parts: dict[str, Part | None] = {}

    @property
    def source(self) -> str:
        """The code, as it was typed if that is known."""
        return ast.unparse(self.tree) if self._source is None else self._source

    @cached_property
    def graph(self) -> Graph:
        """The def-use graph of the cell, with the functions and imports that existed before it."""
        return self._graph or data_flow.follow(self.tree, self._functions, self._origins)

    @cached_property
    def _training(self) -> TrainingCalls:
        return TrainingCalls(self.graph.functions)

    def part(self, name: str) -> Part | None:
        """Return what the cell contributes to a name, or None if it does not change the name."""
        if self._defined is not None and name not in self._defined:
            return None
        if name not in self._parts:
            held = self.graph.exit.get(name, frozenset())
            made = [one for one in held if one.binding is not Binding.EARLIER]
            sure = len(made) == len(held)
            self._parts[name] = _part(self.graph, made, self._training, sure=sure) if made else None
        return self._parts[name]


class Made(NamedTuple):
    """What one cell contributed to one name, met on the way back."""

    name: str
    cell: int
    part: Part


class ExecutedCells:
    """The cells in the order of their execution."""

    def __init__(self) -> None:
        self.all: list[Executed] = []
        self._mentioning: dict[str, list[int]] = {}
        self._readers: dict[int, CallReader] = {}
        self._built_from: dict[tuple[str, int], frozenset[str]] = {}
        self._parts: dict[tuple[str, int], tuple[tuple[int, Part], ...]] = {}

    def add(self, cell: Executed) -> None:
        """Add the latest executed cell."""
        for name in cell.mentions:
            self._mentioning.setdefault(name, []).append(len(self.all))
        self.all.append(cell)

    def trail(self, wanted: Iterable[str], but: str = "") -> Trail:
        """Return where names come from, going back from the latest cell, without the cells of an identity."""
        found: set[int] = set()
        modules: set[str] = set()
        unknown: set[str] = set()
        waiting = [(name, len(self.all)) for name in wanted]
        seen = set(waiting)
        while waiting:
            name, moment = waiting.pop()
            found_parts = self.parts(name, moment)
            parts = [each for each in found_parts if not but or self.all[each[0]].identity != but]
            if not found_parts:
                unknown.add(name)
            asked: set[tuple[str, int]] = set()
            for number, part in parts:
                found.add(number)
                modules |= part.modules
                asked |= {(one, number) for one in part.before} | {(one, moment) for one in part.late}
            waiting.extend(asked - seen)
            seen |= asked
        return Trail(frozenset(found), frozenset(modules), frozenset(unknown - vars(builtins).keys()))

    def back(self, wanted: Iterable[str], moment: int | None = None) -> Iterator[Made]:
        """Yield each part of a cell that made or trained the objects of names at a moment, the most direct first."""
        moment = len(self.all) if moment is None else moment
        waiting = deque((name, moment) for name in sorted(wanted))
        seen = set(waiting)
        met: set[tuple[str, int]] = set()
        while waiting and len(seen) < MOST_STEPS:
            name, moment = waiting.popleft()
            for number, part in self.parts(name, moment):
                if (name, number) not in met:
                    met.add((name, number))
                    yield Made(name, number, part)
                late = {(one, moment) for one in part.late}
                asked = sorted(({(one, number) for one in part.makers} | late) - seen)
                waiting.extend(asked)
                seen.update(asked)
            acting = sorted(set(self._acting_on(name, moment)) - seen)
            waiting.extend(acting)
            seen.update(acting)

    def built_from(self, name: str, moment: int | None = None) -> frozenset[str]:
        """Return the names from which the object of a name at a moment was built, and the name itself."""
        start = name, len(self.all) if moment is None else moment
        if start not in self._built_from:
            seen, waiting = {start}, [start]
            while waiting and len(seen) < MOST_STEPS:
                one, before = waiting.pop()
                parts = self.parts(one, before)
                fresh = {(other, number) for number, part in parts for other in part.built_from} - seen
                waiting.extend(fresh)
                seen |= fresh
            self._built_from[start] = frozenset(one for one, _ in seen)
        return self._built_from[start]

    def _acting_on(self, name: str, moment: int) -> Iterator[tuple[str, int]]:
        """Yield the objects whose methods have trained the object of a name, each with the moment after that."""
        if not self.holds_object(name, moment):
            return
        bound = self.bound_in(name, moment)
        for number in reversed(self._mentioning.get(name, ())):
            if bound is None or number < bound:
                return
            for trainer in self.all[number].trainers - {name} if number < moment else ():
                if name in self.built_from(trainer, number + 1):
                    yield trainer, number + 1

    def parts(self, name: str, moment: int | None = None) -> tuple[tuple[int, Part], ...]:
        """Return what cells contributed to a name before a moment, the latest first, back to the one that bound it.

        The result never changes, so it is kept: a cell that is executed repeatedly queries its names each time.
        """
        key = name, len(self.all) if moment is None else moment
        if key not in self._parts:
            self._parts[key] = tuple(self._contributed(*key))
        return self._parts[key]

    def _contributed(self, name: str, moment: int) -> Iterator[tuple[int, Part]]:
        mentioned = self._mentioning.get(name, [])
        for number in reversed(mentioned[: bisect_left(mentioned, moment)]):
            part = self.all[number].part(name)
            if part is not None:
                yield number, part
                if part.sure:
                    return

    def reader(self, number: int) -> CallReader:
        """Return the reader of the constants given in the calls of a cell."""
        if number not in self._readers:
            cell = self.all[number]
            self._readers[number] = CallReader(cell.graph, lambda name: self.holds_object(name, number))
        return self._readers[number]

    def holds_object(self, name: str, moment: int | None = None) -> bool:
        """Return whether a name held a part of an experiment: a model, a loader, a search."""
        for number, part in self.parts(name, moment):
            bindings = [one for one in part.definitions if one.real and one.name == name]
            if bindings:
                return any(map(self.reader(number).experiment.makes_object, bindings))
        return False

    def bound_in(self, name: str, moment: int | None = None) -> int | None:
        """Return the number of the cell that last bound a name; others may have changed the object since."""
        return next((number for number, part in self.parts(name, moment) if part.binds(name)), None)


def modules_used(graph: Graph) -> frozenset[str]:
    """Return the packages that a cell itself imports and uses."""
    imports = [one for one in graph.definitions if one.binding is Binding.IMPORTED and one.references]
    used = [one for one in graph.definitions if one.binding is Binding.DEFINED and one.references]
    return frozenset(module for one in (*imports, *used) for module in _modules(one))


def _part(graph: Graph, made: Iterable[Definition], training: TrainingCalls, *, sure: bool) -> Part:
    """Walk back from the bindings of a name to what they were made from."""
    made = list(made)
    seen = _reached(graph, made, lambda _: True)
    makers = _reached(graph, made, lambda one: _changes(one, training, graph))
    functions = [one.node for one in seen if one.binding is Binding.DEFINED]
    late = {name for function in functions for name in syntax.outside(function)}
    settings = frozenset(name for function in functions for name in _settings_read(function))
    modules = {module for one in seen for module in _modules(one)}
    own = (one for one in makers if one.binding is not Binding.EARLIER)
    definitions = tuple(sorted(own, key=_place, reverse=True))
    built_from = frozenset(one.name for one in _reached(graph, made, lambda one: one.binding not in _CHANGING))
    before, earlier = _earlier(seen), _earlier(makers)
    return Part(sure, before, frozenset(late), frozenset(modules), definitions, earlier, settings, built_from)


def _settings_read(function: ast.AST) -> Iterator[str]:
    """Yield the names that a function reads from outside itself other than by calling or only displaying them."""
    called = {syntax.last_name(call.func) for call in syntax.calls(function)}
    return (name for name, only_shown in syntax.outside(function).items() if not only_shown and name not in called)


def _reached(graph: Graph, made: Iterable[Definition], counts: Callable[[Definition], bool]) -> set[Definition]:
    """Return the bindings and changes that names were made from, including their own, among those that count."""
    waiting = [one for one in made if counts(one)]
    seen = set(waiting)
    while waiting:
        one = waiting.pop()
        if one.binding is not Binding.EARLIER:
            read = (reference for source in _sources(one) for reference in graph.read_in(source))
            fresh = {found for reference in read for found in reference.definitions if counts(found)} - seen
            waiting.extend(fresh)
            seen |= fresh
    return seen


def _earlier(definitions: Iterable[Definition]) -> frozenset[str]:
    return frozenset(one.name for one in definitions if one.binding is Binding.EARLIER)


def _changes(definition: Definition, training: TrainingCalls, graph: Graph) -> bool:
    """Return whether a bare call certainly changes the object of its name: by a method of it, or by training it."""
    call = definition.value
    if definition.binding is not Binding.TOUCHED or not isinstance(call, ast.Call):
        return True
    if not isinstance(call.func, ast.Attribute):
        return definition.name in training.trained_by(call)
    base = syntax.root(call.func)
    if base is not None and base.id == definition.name:
        return True
    return call.func.attr in known_names.UPDATING and _made_by_class(definition.name, graph)


def _made_by_class(name: str, graph: Graph) -> bool:
    """Return whether a cell itself makes the object of a name, by a callee that is spelled like a class."""
    values = (one.value for one in graph.definitions if one.name == name and one.binding is Binding.ASSIGNED)
    calls = (call for value in values if value is not None for call in graph.parts(value).calls)
    return any((syntax.last_name(call.func) or "")[:1].isupper() for call in calls)


def _place(definition: Definition) -> tuple[int, int]:
    return definition.line, getattr(definition.node, "col_offset", 0)


def _sources(definition: Definition) -> Iterator[ast.AST]:
    """Yield the expressions that a binding was made from, and those that decided whether it was executed."""
    yield from definition.sources
    if isinstance(definition.node, syntax.FUNCTIONS):
        yield from (child for child in syntax.children(definition.node) if isinstance(child, ast.expr | ast.arguments))
    for place in definition.places:
        for field in ("test", "iter", "subject"):
            decides = getattr(place.node, field, None)
            if isinstance(decides, ast.expr):
                yield decides


def _modules(definition: Definition) -> Iterator[str]:
    """Yield the packages that a binding imports, also in the function that it defines."""
    if definition.binding is Binding.IMPORTED:
        yield from _imported(definition.node, definition.name)
    elif definition.binding is Binding.DEFINED:
        for node in syntax.nodes(definition.node):
            yield from _imported(node)


def _imported(node: ast.AST, name: str | None = None) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom) and not getattr(node, "level", 0):
        for bound, origin in syntax.imported(node):
            if name is None or bound == name:
                yield origin.partition(".")[0]


def _mentioned(tree: ast.Module) -> Iterator[str]:
    for node in syntax.nodes(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, syntax.FUNCTIONS):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (name for name, _ in syntax.imported(node))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        elif isinstance(node, ast.pattern):
            yield from syntax.captures(node)
        elif isinstance(node, ast.Global):
            yield from node.names


def _trainers(tree: ast.Module) -> Iterator[str]:
    """Yield the names of objects with a bare method call that trains what they were made from: ``optimizer.step()``."""
    for node in syntax.nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            path = syntax.path(node.value.func)
            if len(path) > 1 and path[-1] in known_names.UPDATING | known_names.TRAINING:
                yield path[0]


def _stars(tree: ast.Module) -> Iterator[str]:
    for node in syntax.nodes(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and any(one.name == "*" for one in node.names):
            yield (node.module or "").partition(".")[0]
