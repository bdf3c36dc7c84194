"""Backward slices: the expressions that a result was computed from."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.lineage.graph import Definition, Graph, loops_of

if TYPE_CHECKING:
    from collections.abc import Iterable


class Slice:
    """Collects expressions by walking back from where a result was made."""

    def __init__(self, graph: Graph, settled: frozenset[str]) -> None:
        self.graph = graph
        self.settled = settled
        """Names of containers of settings: what they were made from is told by what they hold."""
        self.expressions: dict[int, ast.expr] = {}
        self._seen: set[int] = set()
        self._waiting: list[Definition] = []

    def since(self, definitions: Iterable[Definition]) -> Slice:
        """Add what these bindings were made from."""
        self._waiting.extend(definitions)
        while self._waiting:
            self._take(self._waiting.pop())
        return self

    def of(self, expression: ast.expr) -> Slice:
        """Add an expression and what it was made from."""
        self._add(expression)
        return self.since(())

    def _take(self, definition: Definition) -> None:
        if id(definition) in self._seen or definition.name in self.settled:
            return
        self._seen.add(id(definition))
        for source in definition.sources:
            self._add(source)
        for loop in loops_of(definition.places):
            if isinstance(loop, ast.For | ast.AsyncFor):
                self._add(loop.iter)

    def _add(self, expression: ast.expr) -> None:
        if id(expression) in self.expressions:
            return
        self.expressions[id(expression)] = expression
        for reading in self.graph.read_in(expression):
            self._waiting.extend(reading.definitions)
