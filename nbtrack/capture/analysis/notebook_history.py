"""The cells executed so far: the functions and imports of the notebook, and where its names come from."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from nbtrack.capture.analysis import data_flow, syntax, timed_code
from nbtrack.capture.analysis.executed_cells import Executed, ExecutedCells

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from nbtrack.capture.analysis.def_use import Graph
    from nbtrack.capture.analysis.syntax import Function


_Found = TypeVar("_Found")


class Origin(NamedTuple):
    """Where names come from: the sources of earlier cells, each once and in order, and top-level packages."""

    sources: list[str]
    modules: frozenset[str]


class NotebookHistory:
    """The functions, classes and imports of a notebook; grows with each executed cell.

    `functions` has the definitions by name, `imported` the names bound by imports, `origins` the dotted path of each of
    these, `stars` the modules of which everything was imported, `cells` the cells in the order of their execution.
    `given` has, for names bound to the value of a call, the names of its arguments: ``fast = compile(train)``.
    `modules` caches the modules beside the notebook, by file and time of change.
    """

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.imported: set[str] = set()
        self.origins: dict[str, str] = {}
        self.stars: set[str] = set()
        self.given: dict[str, frozenset[str]] = {}
        self.cells = ExecutedCells()
        self.modules: dict[tuple[str, int], NotebookHistory] = {}
        self._followed: tuple[ast.Module, Graph] | None = None
        self._found: dict[Hashable, Any] = {}

    def follow(self, tree: ast.Module) -> Graph:
        """Return the def-use graph of a cell that is about to run; `learn` keeps it when the cell has run."""
        graph = data_flow.follow(tree, self.functions, self.origins)
        self._followed = tree, graph
        return graph

    def learn(self, tree: ast.Module, source: str | None = None, identity: str = "") -> None:
        """Add an executed cell; its source as it was typed and its identity are for `origin`."""
        tree = timed_code.unwrapped(tree)
        graph = self._followed[1] if self._followed is not None and self._followed[0] is tree else None
        self._followed = None
        self.cells.add(Executed(tree, source, dict(self.functions), dict(self.origins), graph, identity))
        for node in _statements(tree.body):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
            elif isinstance(node, syntax.FUNCTIONS):
                self._define(node.name, node)
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
                self._assign(node)

    def once(self, known_by: Hashable, find: Callable[[], _Found]) -> _Found:
        """Return what `find` finds in functions; it is called again only when these or the imports have changed."""
        if known_by not in self._found:
            self._found[known_by] = find()
        found: _Found = self._found[known_by]
        return found

    def names_reached(self, function: ast.AST) -> frozenset[str]:
        """Return all names in a function, and in the functions of the notebook that they may refer to."""
        return self.once((function, "names"), lambda: frozenset(self._names_reached(function)))

    def _names_reached(self, function: ast.AST) -> set[str]:
        found: set[str] = set()
        waiting = [function]
        while waiting:
            fresh = syntax.identifiers(waiting.pop()) - found
            found |= fresh
            waiting.extend(self.functions[name] for name in fresh & self.functions.keys())
        return found

    def read_through(self, names: Iterable[str]) -> frozenset[str]:
        """Return names, and the names that the functions and classes of the notebook among them read from outside."""
        found = set(names)
        waiting = list(found)
        while waiting:
            function = self.functions.get(waiting.pop())
            fresh = set() if function is None else syntax.outside(function).keys() - found
            found |= fresh
            waiting.extend(fresh)
        return frozenset(found)

    def imports_beside(self, definition: ast.stmt) -> list[ast.stmt]:
        """Return the imports of the cell or module with a definition, on which its compiled code depends."""
        executed = [*self.cells.all, *(cell for module in self.modules.values() for cell in module.cells.all)]
        tree = next((one.tree for one in reversed(executed) if definition in one.tree.body), None)
        return [] if tree is None else imports_of(tree)

    def origin(self, names: Iterable[str], but: str = "") -> Origin:
        """Return the earlier cells and the packages that names come from.

        These are the cells that made or changed the values of the names, what these were made from, and what the called
        functions read, without earlier executions of the cell that `but` identifies.
        """
        found = self.cells.trail(names, but)
        starred = (star for cell in self.cells.all for star in cell.stars) if found.unknown else ()
        sources = list(dict.fromkeys(self.cells.all[number].source for number in sorted(found.cells)))
        return Origin(sources, found.modules | frozenset(starred))

    def holds_object(self, name: str) -> bool:
        """Return whether a name holds a part of an experiment, according to the code."""
        return self.cells.holds_object(name)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name, origin in syntax.imported(node):
            if name == "*":
                self.stars.add(origin.removesuffix(".*"))
                continue
            if self.origins.get(name) != origin:
                self._forget(name)
                self._found.clear()
                self.imported.add(name)
                self.origins[name] = origin

    def _define(self, name: str, node: Function) -> None:
        self._forget(name)
        self._found.clear()
        self.functions[name] = node

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for name in syntax.targets(target):
                self._forget(name.id)
                if isinstance(node.value, ast.Call):
                    self.given[name.id] = frozenset(syntax.names_given(node.value))
                elif isinstance(node.value, ast.Lambda):
                    self._define(name.id, _as_function(name.id, node.value))

    def _forget(self, name: str) -> None:
        if name in self.functions or name in self.origins:
            self._found.clear()
        self.functions.pop(name, None)
        self.given.pop(name, None)
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
    """Yield the statements of a cell in order, including those in blocks, but not those in functions."""
    for node in body:
        yield node
        if isinstance(node, syntax.FUNCTIONS):
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, field, []))
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from _statements(part.body)
