"""The def-use graph of a cell: what each binding was made from, and which bindings each reference may read."""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis.syntax import LOOPS, Loop, last_name, path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Use(Enum):
    """What a reference uses a name for."""

    NAMED = "displayed by name"
    SHOWN = "inside a displayed expression"
    PASSED = "given to a call whose value is displayed"
    DRAWN = "plotted"
    FORMATTED = "formatted as text"
    DROPPED = "given to a call whose value is thrown away"
    COMPARED = "compared or tested"
    COLLECTED = "put into a container"
    RETURNED = "returned by the function whose body this is"
    COPIED = "copied plainly"
    WRAPPED = "copied through min, max, round, abs, float, int or .item()"
    COMPUTED = "computed with"


DISPLAY_ONLY = frozenset({Use.NAMED, Use.SHOWN, Use.DRAWN})
DISPLAYING = DISPLAY_ONLY | {Use.PASSED}


class Binding(Enum):
    """How a name got its value."""

    ASSIGNED = "name = value"
    UNPACKED = "a, b = value"
    UPDATED = "name += value"
    LOOPED = "for name in value"
    ENTERED = "with value as name"
    CAUGHT = "except value as name"
    IMPORTED = "import name"
    DEFINED = "def name"
    EARLIER = "bound before the cell"
    STORED = "name[key] = value"
    TOUCHED = "name.method(…)"


REAL = frozenset(Binding) - {Binding.EARLIER, Binding.STORED, Binding.TOUCHED}
"""The bindings that replace what the name was; the others only change the object it names."""


class Place(NamedTuple):
    """One block around a statement."""

    node: ast.AST
    part: str
    conditional: bool


class Definition:
    """One binding of a name, or one change of the object that it holds."""

    __slots__ = (
        "binding",
        "branches",
        "fed_by",
        "loops",
        "name",
        "node",
        "places",
        "real",
        "references",
        "sources",
        "value",
    )

    def __init__(
        self, name: str, binding: Binding, node: ast.AST, value: ast.expr | None, places: tuple[Place, ...]
    ) -> None:
        self.name = name
        self.binding = binding
        self.node = node
        self.value = value
        self.places = places
        self.real = binding in REAL
        """Whether this rebinds the name."""
        self.loops = loops_of(places)
        """The loops around it, outermost first."""
        self.branches = tuple(place for place in places if place.conditional)
        """The conditional blocks around it, outermost first."""
        self.sources: tuple[ast.expr, ...] = (value,) if value is not None else ()
        self.references: list[Reference] = []
        """Where this binding may be read."""
        self.fed_by: list[Reference] = []
        """What is read to make it."""

    @property
    def line(self) -> int:
        """The line in the cell, from 1."""
        return getattr(self.node, "lineno", 1)


class Reference:
    """One place where a cell reads a name."""

    __slots__ = ("definitions", "divided", "feeds", "implied", "loops", "name", "node", "places", "use")

    def __init__(self, name: str, node: ast.AST, use: Use, places: tuple[Place, ...]) -> None:
        self.name = name
        self.node = node
        self.use = use
        self.places = places
        self.loops = loops_of(places)
        """The loops around it, outermost first."""
        self.divided = False
        self.implied = False
        """Whether the name is read inside a function that is named here."""
        self.definitions: set[Definition] = set()
        self.feeds: list[Definition] = []
        """The bindings that are made from what is read here."""


def loops_of(places: tuple[Place, ...]) -> tuple[Loop, ...]:
    """Return the loops among the blocks around a statement."""
    return tuple(place.node for place in places if place.part == "loop" and isinstance(place.node, LOOPS))


class Parts(NamedTuple):
    """The names and calls in an expression, itself included."""

    node: ast.AST
    """Kept, since it is known by its identity."""
    names: list[ast.Name]
    calls: list[ast.Call]


def _parts(node: ast.AST) -> Parts:
    found = Parts(node, [], [])
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Name):
            found.names.append(one)
            continue
        if isinstance(one, ast.Call):
            found.calls.append(one)
        for field in one._fields:
            value = getattr(one, field, None)
            if isinstance(value, ast.AST):
                waiting.append(value)
            elif isinstance(value, list):
                waiting.extend(part for part in reversed(value) if isinstance(part, ast.AST))
    return found


class Graph:
    """All bindings and references of a cell.

    `definitions` are in the order of the code. `references` has the references at each ``ast.Name`` (by ``id``): its
    own, and those of the function that it names. `exit` has, for each name, the bindings that may reach the end of
    the cell; `ends`, for each loop (by ``id``), those that may reach the end of an iteration. `shown` is what the cell
    displays, `collected` what it adds to lists, `filled` what it stores by index into preallocated ones; `calls` has
    the places of all calls (by ``id``), `bare` the calls whose value is discarded.
    """

    def __init__(self) -> None:
        self.definitions: list[Definition] = []
        self.references: dict[int, list[Reference]] = {}
        self.exit: dict[str, frozenset[Definition]] = {}
        self.ends: dict[int, dict[str, frozenset[Definition]]] = {}
        self.loops: list[Loop] = []
        self.shown: dict[int, Shown] = {}
        self.collected: dict[int, Collected] = {}
        self.filled: dict[int, Filled] = {}
        self.calls: dict[int, tuple[Place, ...]] = {}
        self.bare: dict[int, ast.Call] = {}
        self.quiet: set[int] = set()
        """Calls (by ``id``) that display, draw or show progress."""
        self.parents: dict[int, ast.AST] = {}
        self.origins: dict[str, str] = {}
        self.functions: dict[str, ast.AST] = {}
        self._parts: dict[int, Parts] = {}

    def parts(self, node: ast.AST) -> Parts:
        """Return the names and calls inside an expression, which are kept."""
        found = self._parts.get(id(node))
        if found is None:
            found = self._parts[id(node)] = _parts(node)
        return found

    def read_in(self, node: ast.AST) -> Iterator[Reference]:
        """Yield the references inside an expression."""
        for name in self.parts(node).names:
            yield from self.references.get(id(name), ())

    def all_references(self) -> Iterator[Reference]:
        """Yield all references of the cell."""
        for references in self.references.values():
            yield from references

    def names_from_before(self) -> frozenset[str]:
        """Return the names that the cell and its functions read from earlier cells."""
        references = self.all_references()
        return frozenset(
            one.name for one in references if any(each.binding is Binding.EARLIER for each in one.definitions)
        )

    def link(self) -> None:
        """Note for each binding where it is read, and for each reference which bindings it feeds."""
        for reference in self.all_references():
            read = self.path_read(reference)
            reference.definitions = {one for one in reference.definitions if not _misses(one, read)}
            for definition in reference.definitions:
                definition.references.append(reference)
        for definition in self.definitions:
            for source in definition.sources:
                for reference in self.read_in(source):
                    reference.feeds.append(definition)
                    definition.fed_by.append(reference)

    def path_read(self, reference: Reference) -> tuple[str, ...]:
        """Return the longest ``a["b"].c`` that is read where the name `a` is read."""
        node, above = reference.node, self.parents.get(id(reference.node))
        while isinstance(above, ast.Attribute | ast.Subscript) and key_path(above):
            node, above = above, self.parents.get(id(above))
        return key_path(node)

    def reaching(self, name: str) -> list[Definition]:
        """Return the real bindings that may reach the end of the cell, in the order of the code."""
        return real(self.exit.get(name, ()))

    def callee(self, call: ast.Call) -> str | None:
        """Return the last part of a callee's original name, whatever alias the cell imports it by."""
        parts = self.origin(path(call.func))
        return parts[-1] if parts else last_name(call.func)

    def is_live_value(self, node: ast.AST | None) -> bool:
        """``nbtrack.live("lr", 0.1)``: return whether an expression reads a value that can be changed from outside."""
        return isinstance(node, ast.Call) and self.origin(path(node.func)) == ("nbtrack", "live")

    def origin(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """Return a dotted path with the import alias at its head resolved."""
        if parts and parts[0] in self.origins:
            return (*self.origins[parts[0]].split("."), *parts[1:])
        return parts


def key_path(node: ast.AST) -> tuple[str, ...]:
    """Return ``("history", "val")`` for ``history["val"]`` or ``history.val``, or ``()``."""
    parts: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        ):
            parts.append(node.slice.value)
        else:
            return ()
        node = node.value
    return (node.id, *reversed(parts))


def _misses(definition: Definition, read: tuple[str, ...]) -> bool:
    """Return whether a store changes another entry than the one that is read."""
    stored = key_path(definition.node) if definition.binding is Binding.STORED else ()
    shared = min(len(stored), len(read))
    return shared > 1 and stored[:shared] != read[:shared]


class Shown(NamedTuple):
    """One expression that the cell displays."""

    expression: ast.expr
    places: tuple[Place, ...]
    last: bool


class Filled(NamedTuple):
    """One store into an element whose index is a name: ``history[epoch] += value``."""

    name: str
    index_name: str
    value: ast.expr
    places: tuple[Place, ...]
    node: ast.stmt


class Collected(NamedTuple):
    """One value put into a list: ``history["val"].append(value)``."""

    path: tuple[str, ...]
    value: ast.expr
    places: tuple[Place, ...]
    node: ast.stmt


def real(definitions: Iterable[Definition]) -> list[Definition]:
    """Return those that rebind the name, in the order of the code."""
    return sorted((d for d in definitions if d.real), key=lambda d: (d.line, getattr(d.node, "col_offset", 0)))
