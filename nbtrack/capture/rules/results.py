"""Results and state: a result is a value that nothing else in the cell computes with."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import closed_forms, known_names, recurrence, result_words, syntax
from nbtrack.capture.analysis.def_use import Binding, Definition, Graph, Reference, Use
from nbtrack.capture.analysis.kinds import Kind, Level, is_computed, union
from nbtrack.capture.analysis.loop_elements import elements
from nbtrack.capture.rules.picked_elements import is_picked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.capture.analysis.syntax import Loop
    from nbtrack.capture.analysis.value_kinds import ValueKinds

_NEVER = frozenset({Binding.LOOPED, Binding.IMPORTED, Binding.DEFINED, Binding.ENTERED, Binding.CAUGHT})
_PLACES = frozenset({"x", "y", "xmin", "xmax", "ymin", "ymax", "lim", "lims", "xlim", "ylim", "width", "height", "pos"})
"""Words that say where a drawing puts something."""


class Results:
    """Decides which bindings of a cell hold a result."""

    def __init__(self, graph: Graph, kinds: ValueKinds) -> None:
        self.graph = graph
        self.kinds = kinds

    def judge(self, name: str, definitions: Iterable[Definition], loop: Loop | None = None) -> Kind | None:
        """Return the kind of the result that a name holds after these bindings, or None if it holds no result.

        With a loop, only references inside it count.
        """
        held = list(definitions)
        if not may_be_metric(name) or any(one.binding in _NEVER or self._moves_on(one) for one in held):
            return None
        computed = [one for one in held if is_computed(self.kinds.of_definition(one)) and not self._is_bare_copy(one)]
        if not computed or not all(self.is_result(one, loop) for one in computed):
            return None
        if self._is_shown_as_share(computed) or self._is_only_drawn(name, computed):
            return None
        if not result_words.measures(name) and (
            all(is_picked(one, self.graph) for one in computed) or any(map(self._becomes_state, computed))
        ):
            return None
        return union(map(self.kinds.of_definition, computed))

    def is_called_result(self, name: str, definitions: Iterable[Definition], loop: Loop) -> bool:
        """Return whether a name that is a usual word for a result holds one, even if more is computed from it.

        Its value may be a closed form of the loop's variable. A value that is added to a sum, or is a sum that is
        divided, is part of that sum or quotient; a value that is only tested is state.
        """
        held = list(definitions)
        if not may_be_metric(name) or any(one.binding in _NEVER or self._is_bare_copy(one) for one in held):
            return False
        if self._is_shown_as_share(held):
            return False
        varying = [one for one in held if self._varies(one, loop)]
        used = [one for each in varying for one in each.references if loop in one.loops and one.use is Use.COMPUTED]
        return bool(varying) and not any(self._is_taken_up(one) for one in used)

    def is_yielded(self, definition: Definition) -> bool:
        """``for epoch, loss in training(model)``: return whether a value comes from a generator of the notebook."""
        loop = definition.loops[-1] if definition.loops else None
        if definition.binding is not Binding.LOOPED or not isinstance(loop, ast.For):
            return False
        drawn = elements(loop.iter, loop.target, definition.name, self.graph)
        call = drawn.iterable if drawn is not None else None
        function = self.graph.functions.get(syntax.last_name(call.func) or "") if isinstance(call, ast.Call) else None
        return isinstance(function, ast.FunctionDef) and syntax.generates(function)

    def is_told_formula(self, name: str, definitions: Iterable[Definition]) -> bool:
        """Return whether a name holds a value computed from settings that the cell displays or names as a result.

        Nothing may compute with it, unless the cell does both: ``score = a * b`` and ``print(score)``.
        """
        held = list(definitions)
        if not may_be_metric(name) or not all(closed_forms.follows_from_settings(one, self.kinds) for one in held):
            return False
        uses = [each for one in held for each in one.references if not recurrence.accumulates(each)]
        is_shown, is_called_result = any(map(self._names, uses)), result_words.names_result(name)
        if is_shown and is_called_result and all(map(closed_forms.calculates, held)):
            return True
        if any(one.use is Use.COMPUTED for one in uses):
            return False
        if is_called_result and all(map(closed_forms.divides, held)):
            return True
        return is_shown and all(closed_forms.has_course(one, self.graph) for one in held)

    def is_shown_iterate(self, definitions: Iterable[Definition], loop: Loop) -> bool:
        """``x = 0.5 * (x + a / x)``: return whether the cell displays a name that a loop updates from itself."""
        return any(
            one in self.kinds.state
            and self._feeds_on_itself(one)
            and any(self._names(each) for each in one.references if loop not in each.loops)
            for one in definitions
        )

    def _feeds_on_itself(self, definition: Definition) -> bool:
        """Return whether a binding depends on no other state than its own name."""
        made = (one for reference in definition.fed_by for one in reference.definitions)
        return all(one.name == definition.name for one in made if one in self.kinds.state)

    def _is_taken_up(self, reference: Reference) -> bool:
        """Return whether a sum, a quotient of a sum, or a test uses a value that is not itself updated."""
        parent = self.graph.parents.get(id(reference.node))
        if not reference.divided and any(one.real and recurrence.reads_itself(one) for one in reference.definitions):
            return False
        if isinstance(parent, ast.BinOp) and (not reference.feeds or isinstance(parent.op, ast.Add | ast.Sub)):
            return True
        if reference.divided and any(map(recurrence.adds, reference.definitions)):
            return True
        return any(
            made.binding is Binding.STORED or (recurrence.adds(made) and made.name != reference.name)
            for made in reference.feeds
        )

    def _varies(self, definition: Definition, loop: Loop) -> bool:
        """Return whether a binding is computed, or depends on what the loop changes."""
        kind = self.kinds.of_definition(definition)
        if kind.level is Level.COMPUTED:
            return True
        made = (one for reference in definition.fed_by for one in reference.definitions)
        return kind.level in {Level.SETTING, Level.COUNT} and any(loop in one.loops for one in made)

    def _is_shown_as_share(self, definitions: Iterable[Definition]) -> bool:
        """``print(running_loss / len(loader))``: the quotient is a result, not the sum that is only shown divided."""
        summed = [one for one in definitions if recurrence.adds(one)]
        read = [one for each in summed for one in each.references if not recurrence.accumulates(one)]
        return bool(read) and all(one.divided and one.use is Use.SHOWN for one in read)

    def _is_only_drawn(self, name: str, definitions: Iterable[Definition]) -> bool:
        """Return whether a name is a position in a plot, or a value that loops only plot and that is not measured."""
        held = list(definitions)
        references = [reference for one in held for reference in one.references]
        if not references or any(one.use is not Use.DRAWN for one in references):
            return False
        if result_words.words(name) & _PLACES:
            return True
        makers = {self.graph.callee(call) or "" for one in held for call in self._calls_in(one.value)}
        return all(one.loops for one in held) and not any(map(result_words.measures, (name, *makers)))

    def _calls_in(self, value: ast.expr | None) -> list[ast.Call]:
        return self.graph.parts(value).calls if value is not None else []

    def _moves_on(self, definition: Definition) -> bool:
        """``prev = loss`` at the end of each iteration."""
        return (
            bool(definition.loops)
            and self._is_bare_copy(definition)
            and is_computed(self.kinds.of_definition(definition))
        )

    def _becomes_state(self, definition: Definition) -> bool:
        """``after, reward = step(act(state)); state = after``: return whether the next iteration uses a value."""
        if definition.binding is not Binding.UNPACKED:
            return False
        copies = [made for one in definition.references if one.use is Use.COPIED for made in one.feeds if made.loops]
        return any(self._is_given(each) for made in copies for each in made.references)

    def _is_given(self, reference: Reference) -> bool:
        above = self.graph.parents.get(id(reference.node))
        return reference.use is Use.COMPUTED and isinstance(above, ast.Call | ast.Subscript)

    def _is_bare_copy(self, definition: Definition) -> bool:
        if definition.binding is not Binding.ASSIGNED or not isinstance(definition.value, ast.Name | ast.NamedExpr):
            return False
        source = definition.value if isinstance(definition.value, ast.Name) else definition.value.target
        copied = [
            one
            for reference in self.graph.references.get(id(source), ())
            if not reference.implied
            for one in reference.definitions
        ]
        return not all(set(definition.branches) - set(one.branches) for one in copied)

    def is_result(
        self, definition: Definition, loop: Loop | None = None, seen: frozenset[Definition] = frozenset()
    ) -> bool:
        """Return whether nothing computes with the value of a binding, or the cell displays it by its name."""
        if definition in seen:
            return True
        references = [one for one in definition.references if loop is None or loop in one.loops]
        if any(self._names(one) for one in references):
            return True
        return all(
            one.use is not Use.COMPUTED or self._only_goes_on(one, loop, seen | {definition}) for one in references
        )

    def _only_goes_on(self, reference: Reference, loop: Loop | None, seen: frozenset[Definition]) -> bool:
        """``total += x``: only the name itself is updated, and nothing else uses the result."""
        return recurrence.accumulates(reference) and all(self.is_result(one, loop, seen) for one in reference.feeds)

    def _names(self, reference: Reference) -> bool:
        """Return whether a reference displays the name, possibly inside a displayed string."""
        if reference.use is Use.NAMED:
            return not reference.implied
        made = [one for one in reference.feeds if reference.use is Use.FORMATTED]
        return any(later.use is Use.NAMED for one in made for later in one.references)

    def is_running_sum(self, name: str, definitions: Iterable[Definition], loop: Loop) -> bool:
        """Return whether a name is a sum over the iterations of a loop that is not reset in each."""
        if any(self._sets_anew(one, loop) for one in self.graph.definitions if one.name == name):
            return False
        return any(
            recurrence.accumulates(reference)
            for one in definitions
            for reference in one.references
            if reference.name == name
        )

    def _sets_anew(self, definition: Definition, loop: Loop) -> bool:
        direct = bool(definition.loops) and definition.loops[-1] is loop and not definition.branches
        goes_on = any(reference.name == definition.name for reference in definition.fed_by)
        return direct and definition.real and not goes_on

    def is_divided_after(self, definitions: Iterable[Definition], loop: Loop) -> bool:
        """Return whether the value of a name is divided after the loop."""
        return any(
            reference.divided and loop not in reference.loops for one in definitions for reference in one.references
        )


def may_be_metric(name: str) -> bool:
    """Return whether a name may be that of a metric: not private, no seed, no id."""
    return not name.startswith("_") and not known_names.is_identity(name)
