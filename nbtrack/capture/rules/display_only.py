"""Names that are only displayed: a setting that a cell reads only for a plot, a title or a table is not a parameter."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis.def_use import DISPLAY_ONLY, DISPLAYING, Binding, Use
from nbtrack.capture.analysis.kinds import Level
from nbtrack.capture.analysis.loop_elements import elements
from nbtrack.capture.rules import pictures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbtrack.capture.analysis.def_use import Definition, Graph, Reference
    from nbtrack.capture.analysis.loop_elements import Elements
    from nbtrack.capture.analysis.value_kinds import ValueKinds
    from nbtrack.capture.rules.rule import CellCode, CellValues


class DisplayUse(NamedTuple):
    """How a setting is used for display, which makes it no parameter unless that display gives a metric."""

    only: bool
    """Whether it is read for display alone."""
    last: Mapping[int, bool]
    """The displays, by number, that are all it is read for, and whether each is the cell's last expression; it is no
    parameter if these only show tables."""

    @property
    def is_decided_at_the_end(self) -> bool:
        """Whether what the cell displays decides if the setting is a parameter."""
        return self.only or bool(self.last)

    def excludes(self, values: CellValues) -> bool:
        """Return whether the setting is not a parameter, once the cell has ended."""
        if any(f"display:{number}" in values.came_about for number in self.last):
            return False
        tables = (values.displays_table(number, last=last) for number, last in self.last.items())
        return self.only or (bool(self.last) and all(tables))


def display_use(name: str, code: CellCode, *, only: bool) -> DisplayUse:
    """Return how a name is used for display."""
    references = code.references.get(name, ())
    trains = any(_is_given_to_training(one, code) for one in references)
    numbers = frozenset() if trains else _displays_of(references, code.kinds, code.displays)
    return DisplayUse(only, {number: number in code.last_displays for number in numbers})


def _is_given_to_training(reference: Reference, code: CellCode) -> bool:
    """Return whether a reference is an argument of a call that makes or trains something, even if that displays."""
    node: ast.AST | None = reference.node
    while node is not None:
        if isinstance(node, ast.Call) and code.calls.experiment.includes(node):
            return True
        node = code.graph.parents.get(id(node))
    return False


def _displays_of(references: Iterable[Reference], kinds: ValueKinds, displays: Mapping[int, int]) -> frozenset[int]:
    """Return the displays for which a name is read, if it is read for nothing else.

    `displays` has the number of each displayed expression, by ``id``.
    """
    found = set()
    for reference in references:
        number = _shown_by(reference, kinds.graph, displays)
        if number is not None and reference.use in DISPLAYING:
            found.add(number)
        elif not is_display(reference, kinds, set()):
            return frozenset()
    return frozenset(found)


def _shown_by(reference: Reference, graph: Graph, displays: Mapping[int, int]) -> int | None:
    node: ast.AST | None = reference.node
    while node is not None and id(node) not in displays:
        node = graph.parents.get(id(node))
    return None if node is None else displays[id(node)]


def is_only_displayed(definitions: Iterable[Definition], kinds: ValueKinds) -> bool:
    """Return whether the cell reads a name, and only to display or plot it."""
    held = set(definitions)
    references = [
        reference
        for one in held
        for reference in one.references
        if not reference.feeds or not held >= set(reference.feeds)
    ]
    return bool(references) and all(is_display(reference, kinds, set()) for reference in references)


def is_display(reference: Reference, kinds: ValueKinds, seen: set[int]) -> bool:
    """Return whether a reference is used only for display, possibly in a string or a plot."""
    if reference.use in DISPLAY_ONLY:
        return True
    if pictures.is_step_of_picture(reference, kinds.graph):
        return True
    made = [one for one in reference.feeds if _takes(one, reference, kinds.graph)]
    if not made or not all(_is_dressing(one, kinds) and id(one) not in seen for one in made):
        return False
    seen.update(id(one) for one in made)
    text = reference.use is Use.FORMATTED
    later = [following for one in made for following in one.references]
    return bool(later) and all(is_display(one, kinds, seen) and (text or one.use is not Use.NAMED) for one in later)


def _is_dressing(definition: Definition, kinds: ValueKinds) -> bool:
    """Return whether a binding derives a setting from settings: a title, the edges of bins, one of several colours."""
    kind = kinds.of_definition(definition)
    dressing = definition.binding is Binding.ASSIGNED or _elements(definition, kinds.graph) is not None
    return dressing and kind.level is Level.SETTING and not kind.open


def _takes(definition: Definition, reference: Reference, graph: Graph) -> bool:
    """Return whether a binding takes its value from this reference, and not from another part of the same loop."""
    taken = _elements(definition, graph)
    return taken is None or any(one is reference.node for one in graph.parts(taken.iterable).names)


def _elements(definition: Definition, graph: Graph) -> Elements | None:
    """Return the elements that a loop variable takes; None for one that counts, and for other names."""
    loop = definition.loops[-1] if definition.binding is Binding.LOOPED and definition.loops else None
    if not isinstance(loop, ast.For | ast.AsyncFor):
        return None
    return elements(loop.iter, loop.target, definition.name, graph)
