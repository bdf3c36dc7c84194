"""A constant in a call of an earlier cell is a parameter if the call made what this cell trains or evaluates.

So is a setting of an earlier cell that such a call was given. Both have the values that hold when the cell starts.

An earlier cell::

    class Net:
        def __init__(self, width):
            self.width = width
        def score(self):
            return self.width / 3

    WIDTH = 8
    net = Net(WIDTH)
    wide = Net(width=64)

A cell::

    wide.width = 32
    difference = wide.score() - net.score()

Parameters::

    WIDTH = 8
    Net.width = 64
"""

from __future__ import annotations

import ast
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import constant_folding, known_names, syntax
from nbtrack.capture.analysis.constant_folding import Missing, Value
from nbtrack.capture.analysis.def_use import Binding, key_path
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.call_arguments import counts
from nbtrack.capture.rules.call_keys import Setting, keyed
from nbtrack.capture.rules.call_parameters import settings_of
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.capture.analysis.call_reading import Argument, CallReader
    from nbtrack.capture.analysis.def_use import Definition, Reference
    from nbtrack.capture.analysis.executed_cells import Made
    from nbtrack.capture.rules.rule import CellCode, CellValues

MOST = 40
"""The most settings of earlier cells that one run has."""


class EarlierCalls(Rule):
    """Constants and settings in the calls of earlier cells that made the objects which the cell uses."""

    code = "P4e"
    origin = "argument of a call in an earlier cell, whose object is used on line {line}"

    def __init__(self, code: CellCode) -> None:
        walk = _Walk(code)
        groups: dict[frozenset[str], set[str]] = {}
        for root, names in walk.starts().items():
            groups.setdefault(names, set()).add(root)
        self._found = [
            _Found(tuple(walk.back(names)), frozenset(roots), walk.line(names)) for names, roots in groups.items()
        ]
        for found in self._found:
            for one in found.settings:
                code.objects.update(one.made)
                if isinstance(one, _Name):
                    code.from_before.setdefault(one.path[0], one.path[0] in code.history.functions)
                elif one.current and one.argument.owner:
                    code.objects.add(one.argument.owner)
                    code.from_before.setdefault(one.argument.owner, False)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the settings of calls that led to something recorded in this cell, the most direct first."""
        yield from islice(self._all(values), MOST)

    def _all(self, values: CellValues) -> Iterator[Fact]:
        arguments: dict[tuple[int, str | int], tuple[_Given, int]] = {}
        for found in self._found:
            if counts(found.roots, values):
                for one in found.settings:
                    if one.made and all(values.attributes_before(name) is None for name in one.made):
                        continue
                    if isinstance(one, _Name):
                        yield from self._named(one, found.line, values)
                    else:
                        arguments.setdefault((id(one.argument.call), one.argument.keyword), (one, found.line))
        ordered = sorted(arguments.values(), key=lambda one: _place(one[0]))
        distance = {call: number for number, (call, _) in enumerate(arguments)}
        facts = self._given(ordered, values)
        yield from (fact for _, fact in sorted(facts, key=lambda one: distance[one[0]]))

    def _named(self, name: _Name, line: int, values: CellValues) -> Iterator[Fact]:
        wanted = ".".join(name.path)
        for key, value in (values.settings_before(name.path[0]) or {}).items():
            if key == wanted or key.startswith(f"{wanted}."):
                yield Fact(key, value, self.code, line)

    def _given(self, arguments: Sequence[tuple[_Given, int]], values: CellValues) -> Iterator[tuple[int, Fact]]:
        """Yield the settings of calls in the order of the code, with the call (by ``id``) that each is of."""
        settings: list[Setting] = []
        for one, line in arguments:
            owner = one.argument.owner
            if not (owner and values.settings_before(owner) is not None):
                for setting in settings_of((one.argument,), values):
                    held = _now(setting, values) if one.current else None
                    if held is not None or not _may_not_have_run(one, arguments):
                        settings.append(setting._replace(value=setting.value if held is None else held, line=line))
        for each in keyed(settings):
            if each.key not in values.setting_keys:
                yield id(each.of[0].call), Fact(each.key, each.value, self.code, each.of[0].line)


class _Given(NamedTuple):
    """A constant given in a call of an earlier cell."""

    argument: Argument
    cell: int
    current: bool
    """Whether the call made the object that the name of its owner still holds."""
    made: tuple[str, ...] = ()
    """Names of which one must hold an object for the call to count, where the code does not show that it made one."""


class _Name(NamedTuple):
    """A setting of an earlier cell, or an entry of one, that a call was given."""

    path: tuple[str, ...]
    made: tuple[str, ...] = ()
    """As of `_Given`."""


class _Found(NamedTuple):
    settings: tuple[_Given | _Name, ...]
    roots: frozenset[str]
    line: int


def _place(given: _Given) -> tuple[int, int, int]:
    call = given.argument.call
    return given.cell, call.lineno, call.col_offset


def _now(setting: Setting, values: CellValues) -> Value | None:
    """Return an object's current value of a setting that its class was given; None if the object does not show it."""
    if setting.owner is None or not setting.callee[:1].isupper():
        return None
    held = (values.attributes_before(setting.owner) or {}).get(setting.keyword)
    numbers = (int, float)
    alike = type(held) is type(setting.value) or (type(held) in numbers and type(setting.value) in numbers)
    return held if alike else None


def _may_not_have_run(given: _Given, others: Iterable[tuple[_Given, int]]) -> bool:
    """Return whether a call is in a branch and another branch would have given a different value."""
    one = given.argument
    if not one.branches:
        return False
    alike = (other for other, _ in others if _names(other.argument) == _names(one))
    return any(
        type(other.argument.value) is not type(one.value) or other.argument.value != one.value for other in alike
    )


def _names(argument: Argument) -> tuple[str, str | int, str | None]:
    return argument.callee, argument.keyword, argument.owner


class _Walk:
    """Walks back from what a cell uses to the earlier cells that made it."""

    def __init__(self, code: CellCode) -> None:
        self._code, self._cells = code, code.history.cells
        self._bound = {one.name for one in code.graph.definitions if one.real}
        self._redone = {_effect(one) for one in code.graph.definitions if one.binding is Binding.TOUCHED}

    def starts(self) -> dict[str, frozenset[str]]:
        """Return the names of earlier cells that each root depends on, including what trains it."""
        graph = self._code.graph
        acting = {name for call in graph.bare.values() for name in self._read([call])}
        found = {}
        for root, expressions in self._code.slices.items():
            names = self._read(expressions)
            found[root] = names.union(name for name in acting if self._cells.built_from(name) & names)
        return {root: names for root, names in found.items() if names}

    def _read(self, expressions: Iterable[ast.expr]) -> frozenset[str]:
        imported = self._code.history.imported
        references = (one for each in expressions for one in self._code.graph.read_in(each))
        return frozenset(one.name for one in references if _is_earlier(one) and one.name not in imported)

    def line(self, names: Iterable[str]) -> int:
        """Return the first line of the cell that reads one of these names."""
        read = (one for name in names for one in self._code.references.get(name, ()))
        return min((getattr(one.node, "lineno", 1) for one in read), default=1)

    def back(self, names: Iterable[str]) -> Iterator[_Given | _Name]:
        """Yield the settings in the calls that made what names hold, the most direct first."""
        redone = set(self._redone)
        seen: set[int] = set()
        for made in self._cells.back(names):
            reader = self._cells.reader(made.cell)
            for one in made.part.definitions:
                if not _is_replaced(one, redone):
                    calls = [call for source in one.sources for call in reader.graph.parts(source).calls]
                    fresh = [call for call in calls if id(call) not in seen]
                    seen.update(map(id, fresh))
                    for call in fresh:
                        yield from self._counted(call, one, made.cell, reader)
                    yield from self._steps(one, made.cell, reader)
            yield from self._read_late(made)

    def _counted(
        self, call: ast.Call, definition: Definition, cell: int, reader: CallReader
    ) -> Iterator[_Given | _Name]:
        """Yield the settings of a call that makes or trains an object, according to the code or the object's type."""
        if syntax.last_name(call.func) in known_names.SETTERS:
            return
        if reader.experiment.includes(call):
            yield from self._in_call(call, cell, reader)
        elif call is definition.value and definition.real and reader.experiment.may_make_object(call):
            made = tuple(one.name for one in reader.graph.definitions if one.value is call and one.real)
            if any(self._cells.bound_in(name) == cell for name in made):
                yield from (one._replace(made=made) for one in self._in_call(call, cell, reader))

    def _in_call(self, call: ast.Call, cell: int, reader: CallReader) -> Iterator[_Given | _Name]:
        for one in reader.of(call):
            yield _Given(one, cell, self._is_current(one.owner, cell))
        parameters = {id(node): parameter for parameter, node in reader.given(call)}
        for node in (*call.args, *(keyword.value for keyword in call.keywords)):
            parameter = parameters.get(id(node))
            if parameter not in known_names.UNRECORDED_KEYWORDS:
                yield from self._names_in(node, cell, reader, None if parameter is None else (call, parameter))

    def _is_current(self, owner: str | None, cell: int) -> bool:
        return owner is not None and self._cells.bound_in(owner) == cell

    # --- settings by name

    def _names_in(
        self, node: ast.AST, cell: int, reader: CallReader, given: tuple[ast.Call, str | int] | None
    ) -> Iterator[_Given | _Name]:
        """Yield the settings that an argument is computed from, but not those inside other calls."""
        if isinstance(node, ast.Call | ast.Lambda):
            return
        path = key_path(node)
        if not path:
            for child in ast.iter_child_nodes(node):
                yield from self._names_in(child, cell, reader, None)
            return
        base = syntax.root(node)
        for reference in reader.graph.references.get(id(base), ()):
            if reference.name == path[0] and not reference.implied:
                yield from self._setting(path, reference, cell, reader, given)

    def _setting(
        self,
        path: tuple[str, ...],
        reference: Reference,
        cell: int,
        reader: CallReader,
        given: tuple[ast.Call, str | int] | None,
    ) -> Iterator[_Given | _Name]:
        place, definitions = self._bindings(reference.definitions, path[0], cell)
        if known_names.is_place(path[-1]) or not definitions or not all(map(_is_setting, definitions)):
            return
        if self._cells.bound_in(path[0]) == place and path[0] not in self._bound:
            yield _Name(path)
        elif given is not None and len(path) == 1 and len(definitions) == 1:
            value = constant_folding.value(definitions[0].value)
            if not isinstance(value, Missing):
                yield _Given(reader.argument(*given, value, 1), cell, current=False)

    def _bindings(self, definitions: Iterable[Definition], name: str, cell: int) -> tuple[int, list[Definition]]:
        """Return the bindings that a name may have had where a cell read it, and the cell with these."""
        own = [one for one in definitions if one.real]
        if own or not any(one.binding is Binding.EARLIER for one in definitions):
            return cell, own
        for number, part in self._cells.parts(name, cell):
            if part.binds(name):
                return number, [one for one in part.definitions if one.real and one.name == name]
        return cell, []

    def _steps(self, definition: Definition, cell: int, reader: CallReader) -> Iterator[_Given | _Name]:
        """Yield the settings that determine how often a loop trained an object: ``for _ in range(EPOCHS)``."""
        call = definition.value
        if definition.binding is not Binding.TOUCHED or not isinstance(call, ast.Call):
            return
        if not reader.experiment.training.trains(call) and _effect(definition)[1] not in known_names.STEPPING:
            return
        for loop in definition.loops:
            for head in syntax.heads(loop):
                arguments = [part for each in reader.graph.parts(head).calls for part in each.args]
                for node in arguments:
                    yield from self._names_in(node, cell, reader, None)

    def _read_late(self, made: Made) -> Iterator[_Name]:
        """Yield the settings that a function of the notebook reads from outside itself."""
        for name in sorted(made.part.settings_read):
            place = None if name in self._bound or known_names.is_place(name) else self._cells.bound_in(name)
            bindings = next((part.definitions for number, part in self._cells.parts(name) if number == place), ())
            own = [one for one in bindings if one.real and one.name == name]
            if own and all(map(_is_setting, own)):
                yield _Name((name,))


def _is_earlier(reference: Reference) -> bool:
    return any(one.binding is Binding.EARLIER for one in reference.definitions)


def _is_setting(definition: Definition) -> bool:
    """Return whether a binding gives a name a constant, or possibly a container of constants."""
    if definition.binding is Binding.DEFINED:
        return isinstance(definition.node, ast.ClassDef)
    if definition.binding is not Binding.ASSIGNED:
        return False
    return _makes_container(definition.value) or constant_folding.is_constant(definition.value)


def _makes_container(node: ast.expr | None) -> bool:
    """Return whether an expression may make a container of settings; the value on entry decides."""
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Dict)
    name = syntax.last_name(node.func) or ""
    return name in known_names.SETTING_MAKERS | {"dict"} or name[:1].isupper()


def _effect(definition: Definition) -> tuple[str, str]:
    """Return the object that a bare call changes, and the name of the callee."""
    call = definition.value
    return definition.name, (syntax.last_name(call.func) or "") if isinstance(call, ast.Call) else ""


def _is_replaced(definition: Definition, redone: set[tuple[str, str]]) -> bool:
    """Return whether a later call replaces one: only the latest ``model.compile`` counts, but every ``model.add``."""
    effect = _effect(definition)
    if definition.binding is not Binding.TOUCHED or effect[1] in known_names.COLLECTING:
        return False
    replaced = effect in redone
    redone.add(effect)
    return replaced
