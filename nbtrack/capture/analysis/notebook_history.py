"""The cells executed so far: the functions and imports of the notebook, and where its names come from."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import syntax, timed_code
from nbtrack.capture.analysis.executed_cells import Executed, ExecutedCells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbtrack.capture.analysis.syntax import Function


class Origin(NamedTuple):
    """Where names come from: the sources of earlier cells, each once and in order, and the top-level packages."""

    sources: list[str]
    modules: frozenset[str]


class NotebookHistory:
    """The functions, classes and imports of a notebook; grows with each executed cell.

    `functions` has the definitions by name, `imported` the names bound by imports, `origins` the dotted path of each of
    these, `stars` the modules of which everything was imported, `cells` the cells in the order of their execution.
    `modules` has what was read of modules beside the notebook, by file and time of change.
    """

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.imported: set[str] = set()
        self.origins: dict[str, str] = {}
        self.stars: set[str] = set()
<<<<<<< HEAD
        self.cells = ExecutedCells()
=======
        self.cells: list[Executed] = []
        self.modules: dict[tuple[str, int], NotebookHistory] = {}
>>>>>>> 1e1c81e (Follow the functions that a cell calls: their loops give curves, what they show is a metric)

    def learn(self, tree: ast.Module, source: str | None = None) -> None:
        """Add a cell that has been executed, with its source as it was typed, for `origin`."""
        tree = timed_code.unwrapped(tree)
        self.cells.add(Executed(tree, source, dict(self.functions), dict(self.origins)))
        for node in _statements(tree.body):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
            elif isinstance(node, syntax.FUNCTIONS):
                self._define(node.name, node)
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
                self._assign(node)

    def imports_beside(self, definition: ast.stmt) -> list[ast.stmt]:
        """Return the imports of the cell or module that a definition stands in; the compiler considers them."""
        executed = [*self.cells, *(cell for module in self.modules.values() for cell in module.cells)]
        tree = next((one.tree for one in reversed(executed) if definition in one.tree.body), None)
        return [] if tree is None else imports_of(tree)

    def origin(self, names: Iterable[str]) -> Origin:
        """Return the earlier cells and the packages that names come from.

        These are the cells that made or changed what the names hold, what that was made from, and what the functions
        read that are called.
        """
        found = self.cells.trail(names)
        starred = (star for cell in self.cells.all for star in cell.stars) if found.unknown else ()
        sources = list(dict.fromkeys(self.cells.all[number].source for number in sorted(found.cells)))
        return Origin(sources, found.modules | frozenset(starred))

    def holds_object(self, name: str) -> bool:
        """Return whether a name holds something that an experiment consists of, as the code says."""
        return self.cells.holds_object(name)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name, origin in syntax.imported(node):
            if name == "*":
                self.stars.add(origin.removesuffix(".*"))
                continue
            self._forget(name)
            self.imported.add(name)
            self.origins[name] = origin

    def _define(self, name: str, node: Function) -> None:
        self._forget(name)
        self.functions[name] = node

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for name in syntax.targets(target):
                self._forget(name.id)
                if isinstance(node.value, ast.Lambda):
                    self.functions[name.id] = _as_function(name.id, node.value)

    def _forget(self, name: str) -> None:
        self.functions.pop(name, None)
        self.imported.discard(name)
        self.origins.pop(name, None)


def imports_of(tree: ast.Module) -> list[ast.stmt]:
    """Return the imports at the top level of a cell or module."""
    return [node for node in syntax.own_nodes(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def _as_function(name: str, node: ast.Lambda) -> ast.FunctionDef:
    body: list[ast.stmt] = [ast.copy_location(ast.Return(node.body), node)]
    function = ast.FunctionDef(name=name, args=node.args, body=body, decorator_list=[], returns=None, type_comment=None)
    return ast.copy_location(function, node)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a cell in order, those inside blocks too, those of functions not."""
    for node in body:
        yield node
        if isinstance(node, syntax.FUNCTIONS):
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, field, []))
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from _statements(part.body)
<<<<<<< HEAD
=======


# --- where names come from


class Part(NamedTuple):
    """What one cell contributes to a name.

    - `sure`: the cell binds the name in any case, so that no earlier value is left
    - `before`: the names of earlier cells that its value was made from
    - `late`: the names that a function of that name reads when it is called
    - `modules`: the packages that its value was made with
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
        self.tree = tree
        self._source = source
        self.mentions = frozenset(_mentioned(tree))
        self.stars = frozenset(_stars(tree))
        self._parts: dict[str, Part | None] = {}

    @property
    def source(self) -> str:
        """The code, as it was typed where that is known."""
        return ast.unparse(self.tree) if self._source is None else self._source

    @cached_property
    def _graph(self) -> Graph:
        return data_flow.follow(self.tree, {}, {})

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
    """Yield what cells contributed to a name before a moment, the latest first, until one rebound it."""
    for number in range(moment - 1, -1, -1):
        part = cells[number].part(name) if name in cells[number].mentions else None
        if part is not None:
            yield number, part
            if part.sure:
                return


def modules_used(graph: Graph) -> frozenset[str]:
    """Return the packages that a cell imports itself and uses."""
    imports = [one for one in graph.definitions if one.binding is Binding.IMPORTED and one.references]
    used = [one for one in graph.definitions if one.binding is Binding.DEFINED and one.references]
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
            late.update(syntax.outside(one.node))
        reached = {
            reached for source in _sources(one) for read in graph.read_in(source) for reached in read.definitions
        }
        waiting.extend(reached - seen)
        seen |= reached
    return Part(sure, frozenset(before), frozenset(late), frozenset(modules))


def _sources(definition: Definition) -> Iterator[ast.AST]:
    """Yield the expressions that a binding was made from, and those that decided whether it was made."""
    yield from definition.sources
    if isinstance(definition.node, syntax.FUNCTIONS):
        yield from (
            child for child in ast.iter_child_nodes(definition.node) if isinstance(child, ast.expr | ast.arguments)
        )
    for place in definition.places:
        for field in ("test", "iter", "subject"):
            decides = getattr(place.node, field, None)
            if isinstance(decides, ast.expr):
                yield decides


def _modules(definition: Definition) -> Iterator[str]:
    """Yield the packages that a binding imports, also inside the function that it defines."""
    if definition.binding is Binding.IMPORTED:
        yield from _imported(definition.node, definition.name)
    elif definition.binding is Binding.DEFINED:
        for node in ast.walk(definition.node):
            yield from _imported(node)


def _imported(node: ast.AST, name: str | None = None) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom) and not getattr(node, "level", 0):
        for bound, origin in syntax.imported(node):
            if name is None or bound == name:
                yield origin.partition(".")[0]


def _mentioned(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
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


def _stars(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and any(one.name == "*" for one in node.names):
            yield (node.module or "").partition(".")[0]
>>>>>>> 1e1c81e (Follow the functions that a cell calls: their loops give curves, what they show is a metric)
