"""Parameters that names hold: constants of the cell, schedules on them, and what earlier cells left."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import constant_folding, known_names, syntax
from nbtrack.capture.analysis.constant_folding import Missing, Value
from nbtrack.capture.analysis.container_updates import DICT_METHODS, stores
from nbtrack.capture.analysis.def_use import DISPLAY_ONLY, DISPLAYING, Binding, Definition, Graph, Reference, Use, real
from nbtrack.capture.analysis.recurrence import accumulates, is_mutation
from nbtrack.capture.analysis.value_kinds import Level, is_computed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbtrack.capture.analysis.value_kinds import ValueKinds


class Constant(NamedTuple):
    """P1: a name bound to a constant expression, or a short list of constants (P2)."""

    name: str
    rule: str
    line: int
    values: tuple[Value, ...]
    """What it may be worth; the one in force is read when the cell has run."""
    initial: bool
    """Whether the first of `values` counts, whatever a schedule made of it."""
    shown: bool
    """Whether it is read only to be displayed: it is none then, unless a metric is made in that display."""
    looks: frozenset[int] = frozenset()
    """The displays, by number, that nothing but reads it: it is none if these only show tables."""


class Earlier(NamedTuple):
    """P3: a name that the cell reads from an earlier cell."""

    name: str
    line: int
    as_class: bool
    """Whether only its attributes are read, as those of a class of settings."""
    stored: frozenset[str]
    """Entries that the cell itself sets to constants."""
    shown: bool
    """Whether it is read only to be displayed: it is none then, unless a metric is made in that display."""
    looks: frozenset[int] = frozenset()
    """The displays, by number, that nothing but reads it: it is none if these only show tables."""


def constants_of(graph: Graph, kinds: ValueKinds) -> list[Constant]:
    """Return the names that P1 calls parameters, in the order of the code."""
    found = (_constant(name, graph, kinds) for name in graph.exit)
    return sorted((one for one in found if one is not None), key=lambda one: one.line)


def _constant(name: str, graph: Graph, kinds: ValueKinds) -> Constant | None:
    held = graph.reaching(name)
    fixed = [one for one in held if _is_fixed(one)]
    changing = [one for one in held if not _is_fixed(one)]
    if changing:
        fixed = _settings_before(name, graph)
        if not fixed or not all(_is_schedule(one, fixed[-1], kinds) for one in changing):
            return None
        fixed = fixed[-1:]
    if not fixed or name.startswith("__") or name == "_" or any(one.loops for one in fixed):
        return None
    if _is_changed(name, graph):
        return None
    values = tuple(known for one in fixed if not isinstance(known := constant_folding.value(one.value), Missing))
    rule = "P2" if isinstance(values[0], list | tuple) else "P1"
    return Constant(name, rule, fixed[-1].line, values, bool(changing), is_only_displayed(fixed + changing, kinds))


def _is_fixed(definition: Definition) -> bool:
    return definition.binding is Binding.ASSIGNED and constant_folding.is_constant(definition.value)


def _settings_before(name: str, graph: Graph) -> list[Definition]:
    return [one for one in graph.definitions if one.name == name and _is_fixed(one) and not one.loops]


def _is_schedule(definition: Definition, initial: Definition, kinds: ValueKinds) -> bool:
    """``lr *= .95``: a setting changed, under way, by settings alone; not a counter, not an accumulator."""
    if definition.binding not in {Binding.UPDATED, Binding.ASSIGNED} or definition.node is None:
        return False
    settled = kinds.of_definition(definition).level in {Level.SETTING, Level.COUNT}
    if not settled or not (definition.loops or definition.branches):
        return False
    start = constant_folding.scalar(initial.value)
    if isinstance(start, bool | str | None | Missing) or _is_fixed(definition):
        return False
    if _adds(definition):
        return isinstance(start, float) and start != 0
    return (
        start != 0
        and not (start == 1 and _counts_along(definition))
        and (isinstance(start, float) or _reads_itself(definition))
    )


def _adds(definition: Definition) -> bool:
    if definition.binding is Binding.UPDATED and isinstance(definition.node, ast.AugAssign):
        return isinstance(definition.node.op, ast.Add | ast.Sub)
    value = definition.value
    return isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub) and _reads_itself(definition)


def _reads_itself(definition: Definition) -> bool:
    return any(
        child.id == definition.name
        for source in definition.sources
        for child in ast.walk(source)
        if isinstance(child, ast.Name)
    )


def _counts_along(definition: Definition) -> bool:
    """Tell whether a loop's variable takes part in an update: ``product *= i``."""
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
    """Tell whether a list is filled or changed after it was laid out."""
    for one in graph.definitions:
        if one.name == name and one.binding is Binding.STORED:
            return True
        if one.name == name and one.binding is Binding.TOUCHED and is_mutation(one):
            return True
    return False


def is_only_displayed(definitions: Iterable[Definition], kinds: ValueKinds) -> bool:
    """Tell whether the cell reads a name, and only to display or plot it."""
    held = set(definitions)
    references = [
        reference
        for one in held
        for reference in one.references
        if not reference.feeds or not held >= set(reference.feeds)
    ]
    return bool(references) and all(is_display(reference, kinds, set()) for reference in references)


def looks(references: Iterable[Reference], kinds: ValueKinds, displays: Mapping[int, int]) -> frozenset[int]:
    """Return the displays that names are read for, if they are read for nothing else.

    Parameters
    ----------
    references
        Where the names are read.
    kinds
        The kinds of the cell.
    displays
        For each displayed expression (by ``id``), its number.
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


def is_display(reference: Reference, kinds: ValueKinds, seen: set[int]) -> bool:
    """Tell whether a reference only serves display, if need be by way of a text or of what is plotted."""
    if reference.use in DISPLAY_ONLY:
        return True
    if not reference.feeds or not all(_is_dressing(one, kinds) and id(one) not in seen for one in reference.feeds):
        return False
    seen.update(id(one) for one in reference.feeds)
    text = reference.use is Use.FORMATTED
    later = [following for one in reference.feeds for following in one.references]
    return bool(later) and all(is_display(one, kinds, seen) and (text or one.use is not Use.NAMED) for one in later)


def _is_dressing(definition: Definition, kinds: ValueKinds) -> bool:
    """Tell whether a binding makes a setting of settings: a title, the edges of bins."""
    kind = kinds.of_definition(definition)
    return definition.binding is Binding.ASSIGNED and kind.level is Level.SETTING and not kind.open


# --- earlier cells


def earlier(
    graph: Graph, kinds: ValueKinds, imported: set[str], functions: set[str], parents: dict[int, ast.AST]
) -> list[Earlier]:
    """Return the names that P3 calls parameters if they hold settings when the cell starts."""
    found: dict[str, Earlier] = {}
    shown: dict[str, Earlier] = {}
    for reference in graph.all_references():
        name = reference.name
        if (
            name in found
            or name in imported
            or name.startswith("_")
            or name in known_names.SHELL
            or not _comes_from_before(reference)
        ):
            continue
        if _is_filled(name, graph, kinds) or _only_adds_to_itself(reference):
            continue
        as_class = name in functions
        if as_class and not isinstance(parents.get(id(reference.node)), ast.Attribute):
            continue
        if is_display(reference, kinds, set()):
            shown.setdefault(name, _earlier(reference, graph, as_class=as_class, shown=True))
        else:
            found[name] = _earlier(reference, graph, as_class=as_class, shown=False)
    return list({**shown, **found}.values())


def _earlier(reference: Reference, graph: Graph, *, as_class: bool, shown: bool) -> Earlier:
    stored = frozenset(_stored(reference.name, graph))
    return Earlier(reference.name, getattr(reference.node, "lineno", 1), as_class, stored, shown)


def _is_filled(name: str, graph: Graph, kinds: ValueKinds) -> bool:
    """Tell whether the cell goes on filling a container of an earlier cell with its own results."""
    changes = (one for one in graph.definitions if one.name == name and not one.real)
    return any(_fills(one) or is_computed(kinds.of_definition(one)) for one in changes)


def _fills(definition: Definition) -> bool:
    """Tell whether a bare call puts something into a list; what it puts into a dict may be a setting."""
    call = definition.value
    method = call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""
    return definition.binding is Binding.TOUCHED and is_mutation(definition) and method not in DICT_METHODS


def _stored(name: str, graph: Graph) -> Iterator[str]:
    """Yield the entries of a container of an earlier cell that this one sets to constants."""
    for one in graph.definitions:
        if one.name == name and not one.loops:
            yield from (each.key for each in stores(one) if each.key and constant_folding.is_constant(each.value))


def _only_adds_to_itself(reference: Reference) -> bool:
    """``total += x``: an accumulator that an earlier cell began is no setting either."""
    return accumulates(reference) and all(_adds(one) for one in reference.feeds)


def _comes_from_before(reference: Reference) -> bool:
    """Tell whether a reference sees what an earlier cell bound, and not what an iteration before left."""
    before = any(one.binding is Binding.EARLIER for one in reference.definitions)
    return before and not any(one.loops for one in real(reference.definitions))


def names_read(graph: Graph) -> Iterator[str]:
    """Yield the names that the cell reads from before itself."""
    for reference in graph.all_references():
        if any(one.binding is Binding.EARLIER for one in reference.definitions):
            yield reference.name
