"""A setting that the cell reads from an earlier cell is a parameter, with the value that it had on entry.

An earlier cell::

    lr = 0.1
    cfg = {"depth": 3}

A cell::

    loss = train(lr, cfg["depth"])

Parameters::

    lr = 0.1
    cfg.depth = 3
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import constant_folding, known_names
from nbtrack.capture.analysis.container_updates import DICT_METHODS, is_mutation, updates
from nbtrack.capture.analysis.def_use import Binding, Definition, Graph, real
from nbtrack.capture.analysis.kinds import is_computed
from nbtrack.capture.analysis.recurrence import accumulates, adds
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.display_only import display_use, is_display
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.constant_folding import Value
    from nbtrack.capture.analysis.def_use import Reference
    from nbtrack.capture.analysis.value_kinds import ValueKinds
    from nbtrack.capture.rules.display_only import DisplayUse
    from nbtrack.capture.rules.rule import CellCode, CellValues


class EarlierSettings(Rule):
    """Names of earlier cells that hold scalars or containers of settings."""

    code = "P3"
    origin = "setting of an earlier cell, used on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._names = _names(code)
        self._rebound = frozenset((*code.bound_settings, *code.asked_params))
        code.from_before.update((one.name, one.as_class) for one in self._names)

    def early_facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the settings of names that the cell does not bind itself, but for the entries that it sets."""
        for one in self._names:
            if one.name not in self._rebound and not one.use.is_decided_at_the_end:
                before = values.settings_before(one.name) or {}
                for key, value in () if _is_place(one.name, before) else before.items():
                    if key not in one.stored_keys:
                        yield Fact(key, value, self.code, one.line)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the settings on entry, and the entries that the cell sets to constants."""
        for one in self._names:
            before = values.settings_before(one.name)
            if before is None or one.use.excludes(values) or _is_place(one.name, before):
                continue
            now = values.settings(one.name, as_class=one.as_class) if one.stored else {}
            stored = {key: value for key, value in now.items() if key in one.stored_keys}
            yield from (Fact(key, value, self.code, one.line) for key, value in {**before, **stored}.items())


def _is_place(name: str, settings: dict[str, Value]) -> bool:
    """Return whether a name holds a file, a folder or a device."""
    return known_names.is_place(name) and isinstance(settings.get(name), str)


class _Earlier(NamedTuple):
    name: str
    line: int
    as_class: bool
    """Whether only its attributes are read, as those of a class of settings."""
    stored: frozenset[str]
    """Entries that the cell itself sets to constants."""
    use: DisplayUse

    @property
    def stored_keys(self) -> set[str]:
        """The keys of these entries."""
        return {f"{self.name}.{key}" for key in self.stored}


def _names(code: CellCode) -> list[_Earlier]:
    """Return the names that are parameters if they hold settings when the cell starts."""
    found: dict[str, _Earlier] = {}
    shown: dict[str, _Earlier] = {}
    for reference in code.graph.all_references():
        if reference.name in found or not _may_be_setting(reference, code):
            continue
        if is_display(reference, code.kinds, set()):
            shown.setdefault(reference.name, _earlier(reference, code, shown=True))
        else:
            found[reference.name] = _earlier(reference, code, shown=False)
    return list({**shown, **found}.values())


def _may_be_setting(reference: Reference, code: CellCode) -> bool:
    name, history, graph = reference.name, code.history, code.graph
    if name in history.imported or name.startswith("_") or name in known_names.SHELL:
        return False
    if not _comes_from_before(reference) or _is_filled(name, graph, code.kinds) or _only_adds_to_itself(reference):
        return False
    return name not in history.functions or isinstance(graph.parents.get(id(reference.node)), ast.Attribute)


def _earlier(reference: Reference, code: CellCode, *, shown: bool) -> _Earlier:
    name, stored = reference.name, frozenset(_stored(reference.name, code.graph))
    as_class, line = name in code.history.functions, getattr(reference.node, "lineno", 1)
    return _Earlier(name, line, as_class, stored, display_use(name, code, only=shown))


def _is_filled(name: str, graph: Graph, kinds: ValueKinds) -> bool:
    """Return whether the cell adds its own results to a container of an earlier cell."""
    changes = (one for one in graph.definitions if one.name == name and not one.real)
    return any(_fills(one) or is_computed(kinds.of_definition(one)) for one in changes)


def _fills(definition: Definition) -> bool:
    """Return whether a bare call adds something to a list; what it adds to a dict may be a setting."""
    call = definition.value
    method = call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""
    return definition.binding is Binding.TOUCHED and is_mutation(definition) and method not in DICT_METHODS


def _stored(name: str, graph: Graph) -> Iterator[str]:
    """Yield the entries of a container of an earlier cell that this one sets to constants."""
    for one in graph.definitions:
        if one.name == name and not one.loops:
            yield from (each.key for each in updates(one) if each.key and constant_folding.is_constant(each.value))


def _only_adds_to_itself(reference: Reference) -> bool:
    """``total += x``: an accumulator of an earlier cell is not a setting either."""
    return accumulates(reference) and all(adds(one) for one in reference.feeds)


def _comes_from_before(reference: Reference) -> bool:
    """Return whether a reference reads what an earlier cell bound, and not the value of the previous iteration."""
    before = any(one.binding is Binding.EARLIER for one in reference.definitions)
    return before and not any(one.loops for one in real(reference.definitions))
