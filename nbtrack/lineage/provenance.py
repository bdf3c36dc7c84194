"""Where names come from: the earlier cells that made what they hold, and the packages these took it from."""

from __future__ import annotations

import ast
import builtins
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.lineage import flow, names
from nbtrack.lineage.graph import Binding, Definition, Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Part(NamedTuple):
    """What one cell contributes to a name.

    Attributes
    ----------
    sure
        Whether the cell binds the name in any case, so that nothing from before is left of it.
    before
        The names of earlier cells that its value was made from.
    late
        The names that a function of that name reads when it is called.
    modules
        The packages that its value was made with.
    """

    sure: bool
    before: frozenset[str]
    late: frozenset[str]
    modules: frozenset[str]


class Trail(NamedTuple):
    """Where some names come from: the numbers of cells, the packages, and the names that no cell made."""

    cells: frozenset[int]
    modules: frozenset[str]
    unknown: frozenset[str]


class Executed:
    """A cell that was executed; it is looked into when a name that it mentions is asked for."""

    def __init__(self, tree: ast.Module, source: str | None) -> None:
        self._tree = tree
        self._source = source
        self.mentions = frozenset(_mentioned(tree))
        self.stars = frozenset(_stars(tree))
        self._parts: dict[str, Part | None] = {}

    @property
    def source(self) -> str:
        """The code, as it was typed where that is known."""
        return ast.unparse(self._tree) if self._source is None else self._source

    @cached_property
    def _graph(self) -> Graph:
        return flow.follow(self._tree, {}, {})

    def part(self, name: str) -> Part | None:
        """Return what the cell contributes to a name, or None if it leaves the name as it is."""
        if name not in self._parts:
            held = self._graph.exit.get(name, frozenset())
            made = [one for one in held if one.binding is not Binding.EARLIER]
            self._parts[name] = _part(self._graph, made, sure=len(made) == len(held)) if made else None
        return self._parts[name]


def trail(cells: Sequence[Executed], wanted: Iterable[str]) -> Trail:
    """Return where names come from, going back from the last of the cells."""
    found: set[int] = set()
    modules: set[str] = set()
    unknown: set[str] = set()
    waiting = [(name, len(cells)) for name in wanted]
    seen = set(waiting)
    while waiting:
        name, moment = waiting.pop()
        parts = list(_parts(cells, name, moment))
        if not parts:
            unknown.add(name)
        asked: set[tuple[str, int]] = set()
        for number, part in parts:
            found.add(number)
            modules |= part.modules
            asked |= {(one, number) for one in part.before} | {(one, moment) for one in part.late}
        waiting.extend(asked - seen)
        seen |= asked
    return Trail(frozenset(found), frozenset(modules), frozenset(unknown - vars(builtins).keys()))


def _parts(cells: Sequence[Executed], name: str, moment: int) -> Iterator[tuple[int, Part]]:
    """Yield what cells contributed to a name before a moment, the latest first, until one bound it anew."""
    for number in range(moment - 1, -1, -1):
        part = cells[number].part(name) if name in cells[number].mentions else None
        if part is not None:
            yield number, part
            if part.sure:
                return


def modules_used(graph: Graph) -> frozenset[str]:
    """Return the packages that a cell imports itself and uses."""
    imports = [one for one in graph.definitions if one.binding is Binding.IMPORTED and one.readings]
    used = [one for one in graph.definitions if one.binding is Binding.DEFINED and one.readings]
    return frozenset(module for one in (*imports, *used) for module in _modules(one))


def _part(graph: Graph, made: Iterable[Definition], *, sure: bool) -> Part:
    """Walk back from the bindings of a name to what they were made from."""
    before: set[str] = set()
    late: set[str] = set()
    modules: set[str] = set()
    waiting = list(made)
    seen = set(waiting)
    while waiting:
        one = waiting.pop()
        if one.binding is Binding.EARLIER:
            before.add(one.name)
            continue
        modules.update(_modules(one))
        if one.binding is Binding.DEFINED:
            late.update(names.outside(one.node))
        reached = {
            reached for source in _sources(one) for read in graph.read_in(source) for reached in read.definitions
        }
        waiting.extend(reached - seen)
        seen |= reached
    return Part(sure, frozenset(before), frozenset(late), frozenset(modules))


def _sources(definition: Definition) -> Iterator[ast.AST]:
    """Yield the expressions that a binding was made from, and those that decided whether it was made."""
    yield from definition.sources
    if isinstance(definition.node, names.FUNCTIONS):
        yield from (
            child for child in ast.iter_child_nodes(definition.node) if isinstance(child, ast.expr | ast.arguments)
        )
    for place in definition.places:
        for field in ("test", "iter", "subject"):
            decides = getattr(place.node, field, None)
            if isinstance(decides, ast.expr):
                yield decides


def _modules(definition: Definition) -> Iterator[str]:
    """Yield the packages that a binding imports, be it inside the function that it defines."""
    if definition.binding is Binding.IMPORTED:
        yield from _imported(definition.node, definition.name)
    elif definition.binding is Binding.DEFINED:
        for node in ast.walk(definition.node):
            yield from _imported(node)


def _imported(node: ast.AST, name: str | None = None) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom) and not getattr(node, "level", 0):
        for bound, origin in names.imported(node):
            if name is None or bound == name:
                yield origin.partition(".")[0]


def _mentioned(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, names.FUNCTIONS):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (name for name, _ in names.imported(node))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        elif isinstance(node, ast.pattern):
            yield from names.captures(node)
        elif isinstance(node, ast.Global):
            yield from node.names


def _stars(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and any(one.name == "*" for one in node.names):
            yield (node.module or "").partition(".")[0]
