"""The title of a run that trains models of several classes: ``models``, or the first of them with an ellipsis.

A cell::

    models = {"linear": LogisticRegression(), "forest": RandomForestClassifier()}
    for name, model in models.items():
        scores = cross_val_score(model, X, y)

Its run is called ``models``, followed by its first metric if that is known: ``models · scores.mean``.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.analysis.loop_elements import elements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nbtrack.capture.analysis.def_use import Definition, Graph
    from nbtrack.capture.analysis.executed_cells import ExecutedCells

_VIEWS = frozenset({"items", "values"})
"""Methods of a dict that a loop goes through."""


class _Container(NamedTuple):
    """A container that a cell takes models from."""

    name: str | None
    value: ast.expr
    cell: int
    """The number of the cell that made it."""


class ComparedModels:
    """The models that one cell trains or evaluates, if they are of several classes.

    `now` is the number of the cell; `class_of` returns the class that made what an expression in the cell of a number
    is, or None.
    """

    def __init__(
        self, graph: Graph, cells: ExecutedCells, now: int, class_of: Callable[[ast.expr, int], str | None]
    ) -> None:
        self._graph, self._cells, self._now, self._class_of = graph, cells, now, class_of

    def name(self, calls: Sequence[ast.Call]) -> str | None:
        """Return a name for the models that calls train or evaluate; None unless they are of several classes."""
        for container in (found for call in calls for node in _subjects(call) for found in self._containers(node)):
            classes = self._classes(_elements(container.value), container.cell)
            if len(classes) > 1:
                return container.name or f"{classes[0]}…"
        fitted = [call.func.value for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "fit"]
        classes = self._classes(fitted, self._now)
        return f"{classes[0]}…" if len(classes) > 1 else None

    def _classes(self, nodes: Iterable[ast.expr], cell: int) -> list[str]:
        found = (self._class_of(node, cell) for node in nodes)
        return list(dict.fromkeys(one for one in found if one is not None))

    def _containers(self, node: ast.expr) -> Iterator[_Container]:
        """Yield the containers that a loop variable or an item is taken from."""
        if isinstance(node, ast.Subscript):
            yield from self._made(node.value)
        for one in self._held(node):
            loop = one.loops[-1] if one.loops and one.binding is Binding.LOOPED else None
            drawn = elements(loop.iter, loop.target, one.name, self._graph) if isinstance(loop, ast.For) else None
            if drawn is not None:
                yield from self._made(_viewed(drawn.iterable))

    def _made(self, node: ast.expr) -> Iterator[_Container]:
        """Yield the containers that an expression may evaluate to, also those of earlier cells."""
        if not isinstance(node, ast.Name):
            yield _Container(None, node, self._now)
            return
        held = self._held(node)
        made = [(self._now, one) for one in held]
        if any(one.binding is Binding.EARLIER for one in held):
            made += [(number, one) for number, part in self._cells.parts(node.id) for one in part.definitions]
        for number, one in made:
            if one.name == node.id and one.binding is Binding.ASSIGNED and one.value is not None:
                yield _Container(node.id, one.value, number)

    def _held(self, node: ast.expr) -> list[Definition]:
        """Return the bindings that a name may have here; none for other expressions."""
        return [one for reference in self._graph.references.get(id(node), ()) for one in reference.definitions]


def _subjects(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call may train or evaluate: ``model.fit(X)``, ``cross_val_score(model, X)``."""
    if isinstance(call.func, ast.Attribute):
        yield call.func.value
    yield from call.args[:1]


def _viewed(node: ast.expr) -> ast.expr:
    """Return the dict of ``models.items()``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS:
        return node.func.value
    return node


def _elements(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the models in a dict, a list, or a list of pairs: ``[("linear", Ridge()), ("forest", Forest())]``."""
    parts = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", ())
    for part in parts:
        yield from part.elts if isinstance(part, ast.Tuple | ast.List) else [part]
