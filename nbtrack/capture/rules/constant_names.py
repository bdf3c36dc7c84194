"""A name that the cell binds to a constant is a parameter; if a schedule changes it, its initial value counts.

A cell::

    EPOCHS = 3
    lr = 0.1 / 2
    hidden = (64, 32)
    for epoch in range(EPOCHS):
        lr *= 0.5
        loss = model.fit(hidden, lr)

Parameters::

    EPOCHS = 3
    lr = 0.05
    hidden = (64, 32)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import constant_folding, known_names, result_words, syntax
from nbtrack.capture.analysis.constant_folding import MISSING, Missing, Value
from nbtrack.capture.analysis.container_updates import is_mutation
from nbtrack.capture.analysis.def_use import Binding, Definition, Graph
from nbtrack.capture.analysis.kinds import Level
from nbtrack.capture.analysis.recurrence import adds, reads_itself
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.display_only import display_use, is_only_displayed
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.value_kinds import ValueKinds
    from nbtrack.capture.rules.display_only import DisplayUse
    from nbtrack.capture.rules.rule import CellCode, CellValues


class ConstantNames(Rule):
    """Names bound to constant expressions, or to short lists of constants."""

    code = "P1"
    origin = "constant assigned on line {line}"

    def __init__(self, code: CellCode) -> None:
        found = (_constant(name, code) for name in code.graph.exit)
        self._constants = sorted((one for one in found if one is not None), key=lambda one: one.line)
        code.bound_settings.update(one.name for one in self._constants)

    def early_facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the names that are bound to only one constant."""
        for one in self._constants:
            undecided = len(one.values) > 1 or one.initial or one.use.is_decided_at_the_end
            known = MISSING if undecided else values.setting(one.name)
            if type(known) is type(one.values[0]) and known == one.values[0]:
                yield Fact(one.name, one.values[0], one.rule, one.line)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the constant that a name holds at the end, or that a schedule started from."""
        for one in self._constants:
            if one.use.excludes(values):
                continue
            value = one.values[0] if one.initial else _in_force(one, values)
            if not isinstance(value, Missing):
                yield Fact(one.name, value, one.rule, one.line)


def known(code: CellCode) -> Iterator[tuple[str, Value]]:
    """Yield the names that code reads and binds to one constant, or changes by a schedule, with that constant."""
    for name in code.graph.exit:
        one = _constant(name, code) if name in code.references else None
        if one is not None and (one.initial or len(one.values) == 1) and not one.use.only:
            yield name, one.values[0]


class _Constant(NamedTuple):
    name: str
    rule: str
    line: int
    values: tuple[Value, ...]
    """What it may be; the one in force is read when the cell has run."""
    initial: bool
    """Whether the first of `values` counts, although a schedule changes it."""
    use: DisplayUse


def _in_force(constant: _Constant, values: CellValues) -> Value | Missing:
    """Return the constant that a name holds at the end, if the cell got as far as binding it."""
    known = values.setting(constant.name)
    return next((value for value in constant.values if type(value) is type(known) and value == known), MISSING)


def _constant(name: str, code: CellCode) -> _Constant | None:
    graph, kinds = code.graph, code.kinds
    held = graph.reaching(name)
    fixed = [one for one in held if _is_fixed(one)]
    changing = [one for one in held if not _is_fixed(one)]
    if changing:
        if result_words.measures(name):
            return None
        fixed = [one for one in graph.definitions if one.name == name and _is_fixed(one) and not one.loops]
        if not fixed or not all(_is_schedule(one, fixed[-1], kinds) for one in changing):
            return None
        fixed = fixed[-1:]
    if not fixed or name.startswith("__") or name == "_" or any(one.loops for one in fixed):
        return None
    if _is_changed(name, graph):
        return None
    values = tuple(known for one in fixed if not isinstance(known := constant_folding.value(one.value), Missing))
    rule = "P2" if isinstance(values[0], list | tuple) else "P1"
    if known_names.is_place(name) and all(isinstance(value, str) for value in values):
        return None
    use = display_use(name, code, only=is_only_displayed(fixed + changing, kinds))
    return _Constant(name, rule, fixed[-1].line, values, bool(changing), use)


def _is_fixed(definition: Definition) -> bool:
    return definition.binding is Binding.ASSIGNED and constant_folding.is_constant(definition.value)


def _is_schedule(definition: Definition, initial: Definition, kinds: ValueKinds) -> bool:
    """``lr *= .95``: a setting that is changed in a loop by settings only; no counter and no accumulator."""
    if definition.binding not in {Binding.UPDATED, Binding.ASSIGNED} or definition.node is None:
        return False
    settled = kinds.of_definition(definition).level in {Level.SETTING, Level.COUNT}
    if not settled or not (definition.loops or definition.branches):
        return False
    start = constant_folding.scalar(initial.value)
    if isinstance(start, bool | str | None | Missing) or _is_fixed(definition):
        return False
    if adds(definition):
        return isinstance(start, float) and start != 0
    return (
        start != 0
        and not (start == 1 and _counts_along(definition))
        and (isinstance(start, float) or reads_itself(definition))
    )


def _counts_along(definition: Definition) -> bool:
    """Return whether an update uses a loop's variable: ``product *= i``."""
    targets = {
        name.id
        for loop in definition.loops
        if isinstance(loop, ast.For | ast.AsyncFor)
        for name in syntax.targets(loop.target)
    }
    return any(
        isinstance(child, ast.Name) and child.id in targets
        for source in definition.sources
        for child in ast.walk(source)
    )


def _is_changed(name: str, graph: Graph) -> bool:
    for one in graph.definitions:
        if one.name == name and one.binding is Binding.STORED:
            return True
        if one.name == name and one.binding is Binding.TOUCHED and is_mutation(one):
            return True
    return False
