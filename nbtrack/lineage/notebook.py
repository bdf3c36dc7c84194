"""What the cells executed so far have taught us of the notebook."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.lineage import names
from nbtrack.lineage.provenance import Executed, trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbtrack.lineage.names import Function
    from nbtrack.lineage.plan import Plan
    from nbtrack.lineage.provenance import Trail


class Notebook:
    """The functions, classes and imports of a notebook; grows with each executed cell.

    Attributes
    ----------
    functions
        What the notebook defines, by name.
    imported
        The names bound by import statements.
    origins
        For each of these, the dotted path of what it stands for.
    stars
        The modules of which everything was imported.
    cells
        The cells, in the order of their execution.
    """

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.imported: set[str] = set()
        self.origins: dict[str, str] = {}
        self.stars: set[str] = set()
        self.cells: list[Executed] = []

    def learn(self, tree: ast.Module, source: str | None = None) -> None:
        """Take in a cell that has been executed.

        Parameters
        ----------
        tree
            Its code.
        source
            The same as it was typed, for `sources_of`.
        """
        self.cells.append(Executed(tree, source))
        for node in _statements(tree.body):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
            elif isinstance(node, names.FUNCTIONS):
                self._define(node.name, node)
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
                self._assign(node)

    def sources_of(self, plan: Plan) -> list[str]:
        """Return the sources of the earlier cells that a cell's names come from, each once, in order.

        These are the cells that made or changed what the names hold which it reads, what that was made from,
        and what the functions read that it calls.
        """
        came = self._trail(plan)
        return list(dict.fromkeys(self.cells[number].source for number in sorted(came.cells)))

    def modules_of(self, plan: Plan) -> frozenset[str]:
        """Return the top-level packages that a cell's names come from, by its own imports or those of earlier cells."""
        came = self._trail(plan)
        starred = (star for cell in self.cells[: plan.moment] for star in cell.stars) if came.unknown else ()
        return plan.modules | came.modules | frozenset(starred)

    def _trail(self, plan: Plan) -> Trail:
        return trail(self.cells[: plan.moment], plan.reads)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name, origin in names.imported(node):
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
            for name in names.targets(target):
                self._forget(name.id)
                if isinstance(node.value, ast.Lambda):
                    self.functions[name.id] = _as_function(name.id, node.value)

    def _forget(self, name: str) -> None:
        self.functions.pop(name, None)
        self.imported.discard(name)
        self.origins.pop(name, None)


def _as_function(name: str, node: ast.Lambda) -> ast.FunctionDef:
    """Return a function of the same parameters and value as a lambda."""
    body: list[ast.stmt] = [ast.copy_location(ast.Return(node.body), node)]
    function = ast.FunctionDef(name=name, args=node.args, body=body, decorator_list=[], returns=None, type_comment=None)
    return ast.copy_location(function, node)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a cell in order, those inside blocks too, those of functions not."""
    for node in body:
        yield node
        if isinstance(node, names.FUNCTIONS):
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, field, []))
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from _statements(part.body)
