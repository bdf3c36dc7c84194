"""Backward slices: the expressions that a result was computed from."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import syntax
from nbtrack.capture.analysis.def_use import Definition, Graph, loops_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Slices:
    """Walks back from where results were computed; what each binding was made from is kept."""

    def __init__(self, graph: Graph, settled: frozenset[str]) -> None:
        self.graph = graph
        self.settled = settled
        """Names of containers of settings: their entries are recorded, so what they were made from is not."""
        self._made: dict[Definition, tuple[list[ast.expr], list[Definition]]] = {}
        self._tests: dict[int, list[ast.expr]] = {}

    def back(self, definitions: Iterable[Definition], *expressions: ast.expr) -> list[ast.expr]:
        """Return the expressions that bindings and expressions were computed from, including the latter."""
        found = list(expressions)
        waiting = [*definitions, *self._read(expressions)]
        seen = set(waiting)
        while waiting:
            one = waiting.pop()
            if one.name not in self.settled:
                sources, before = self._made_from(one)
                found.extend(sources)
                fresh = [other for other in before if other not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
        return list({id(one): one for one in found}.values())

    def _made_from(self, definition: Definition) -> tuple[list[ast.expr], list[Definition]]:
        if definition not in self._made:
            loops = (part for loop in loops_of(definition.places) for part in self._deciding(loop))
            sources = [*definition.sources, *loops]
            self._made[definition] = sources, list(dict.fromkeys(self._read(sources)))
        return self._made[definition]

    def _deciding(self, loop: syntax.Loop) -> list[ast.expr]:
        """Return what decides the number of iterations of a loop: its iterable, and the tests that end it."""
        if id(loop) not in self._tests:
            self._tests[id(loop)] = [*syntax.heads(loop), *_tests_of_breaks(loop)]
        return self._tests[id(loop)]

    def _read(self, expressions: Iterable[ast.expr]) -> Iterator[Definition]:
        for expression in expressions:
            for reference in self.graph.read_in(expression):
                yield from reference.definitions


def _tests_of_breaks(loop: syntax.Loop) -> Iterator[ast.expr]:
    """``if stopper.stop(loss): break``."""
    for node in syntax.nodes(loop):
        if isinstance(node, ast.If) and any(isinstance(one, ast.Break) for one in (*node.body, *node.orelse)):
            yield node.test
