"""Results and state: whether anybody in the cell computes any further with what a name holds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.lineage import recurrence, words
from nbtrack.lineage.graph import Binding, Definition, Graph, Manner, Reading
from nbtrack.lineage.levels import Kind, is_computed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.lineage.kinds import Kinds
    from nbtrack.lineage.names import Loop

_NEVER = frozenset({Binding.LOOPED, Binding.IMPORTED, Binding.DEFINED, Binding.ENTERED, Binding.CAUGHT})


class Results:
    """Judges the bindings of a cell by the words of the capture rules."""

    def __init__(self, graph: Graph, kinds: Kinds) -> None:
        self.graph = graph
        self.kinds = kinds

    def judge(self, name: str, definitions: Iterable[Definition], loop: Loop | None = None) -> Kind | None:
        """Return the kind of the result that a name holds after these bindings, or None if it holds none.

        Parameters
        ----------
        name
            The name.
        definitions
            Its real bindings that may hold where the question is asked.
        loop
            Count only what happens inside this loop.
        """
        held = list(definitions)
        if not may_be_metric(name) or any(one.binding in _NEVER or self._moves_on(one) for one in held):
            return None
        computed = [one for one in held if self._computes(one)]
        if not computed or not all(self.is_result(one, loop) for one in computed):
            return None
        kind = self.kinds.of_definition(computed[0])
        for one in computed[1:]:
            kind |= self.kinds.of_definition(one)
        return kind

    def _computes(self, definition: Definition) -> bool:
        """Tell whether a binding gives its name something computed, that is no mere copy."""
        return is_computed(self.kinds.of_definition(definition)) and not self._is_bare_copy(definition)

    def _moves_on(self, definition: Definition) -> bool:
        """``prev = loss`` at the end of each iteration."""
        return (
            bool(definition.loops)
            and self._is_bare_copy(definition)
            and is_computed(self.kinds.of_definition(definition))
        )

    def _is_bare_copy(self, definition: Definition) -> bool:
        """Tell whether a binding is a plain copy that no condition stands before."""
        if definition.binding is not Binding.ASSIGNED or not isinstance(definition.value, ast.Name | ast.NamedExpr):
            return False
        source = definition.value if isinstance(definition.value, ast.Name) else definition.value.target
        copied = [
            one
            for reading in self.graph.readings.get(id(source), ())
            if not reading.implied
            for one in reading.definitions
        ]
        return not all(set(definition.branches) - set(one.branches) for one in copied)

    def is_result(
        self, definition: Definition, loop: Loop | None = None, seen: frozenset[Definition] = frozenset()
    ) -> bool:
        """Tell whether nobody computes further with what a binding made, or the cell displays it by name."""
        if definition in seen:
            return True
        readings = [one for one in definition.readings if loop is None or loop in one.loops]
        if any(self._names(one) for one in readings):
            return True
        return all(
            one.manner is not Manner.COMPUTED or self._only_goes_on(one, loop, seen | {definition}) for one in readings
        )

    def _only_goes_on(self, reading: Reading, loop: Loop | None, seen: frozenset[Definition]) -> bool:
        """``total += x``: the name goes on by itself, and nobody computes with what comes of it."""
        return recurrence.accumulates(reading) and all(self.is_result(one, loop, seen) for one in reading.feeds)

    def _names(self, reading: Reading) -> bool:
        """Tell whether a reading displays the name, be it by way of a text that is displayed."""
        if reading.manner is Manner.NAMED:
            return not reading.implied
        made = [one for one in reading.feeds if reading.manner is Manner.FORMATTED]
        return any(later.manner is Manner.NAMED for one in made for later in one.readings)

    def is_running_sum(self, name: str, definitions: Iterable[Definition], loop: Loop) -> bool:
        """Tell whether a name sums over the iterations of a loop, without being set anew in each."""
        if any(self._sets_anew(one, loop) for one in self.graph.definitions if one.name == name):
            return False
        return any(
            recurrence.accumulates(reading) for one in definitions for reading in one.readings if reading.name == name
        )

    def _sets_anew(self, definition: Definition, loop: Loop) -> bool:
        direct = bool(definition.loops) and definition.loops[-1] is loop and not definition.branches
        goes_on = any(reading.name == definition.name for reading in definition.fed_by)
        return direct and definition.real and not goes_on

    def is_divided_after(self, definitions: Iterable[Definition], loop: Loop) -> bool:
        """Tell whether what a loop left in a name is divided once the loop is over."""
        return any(reading.divided and loop not in reading.loops for one in definitions for reading in one.readings)


def may_be_metric(name: str) -> bool:
    """Tell whether a name may be a metric's: no private name, no seed, no id."""
    return not name.startswith("_") and not words.is_identity(name)
