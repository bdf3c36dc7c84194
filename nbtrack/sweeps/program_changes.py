"""What differs between two versions of the code of a run, as changes that can be applied one by one."""

from __future__ import annotations

import ast
import copy
import difflib
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.errors import InvalidValue
from nbtrack.presentation.formatting import counted, short
from nbtrack.statistics.code_units import as_python, lines_of_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

LONGEST = 80
"""Characters of a statement that are shown."""
MOST_NAMED = 3
"""Statements that the label of a change names."""


class Code(NamedTuple):
    """The code of a cell, and that of the earlier cells that it depends on."""

    cell: str
    earlier: Sequence[str]


class ProgramChanges:
    """The changes from one version of a program to another; `labels` describes each of them.

    A constant that differs is a change of its own, and so is a statement that differs otherwise. Statements that need
    names which other changed statements define form one change with them.

    Raises
    ------
    InvalidValue
        When one of the versions is not valid Python.
    """

    def __init__(self, before: Code, after: Code) -> None:
        self.labels: list[str] = []
        self._parts = [
            list(self._slots(_statements(before.earlier), _statements(after.earlier))),
            list(self._slots(_statements([before.cell]), _statements([after.cell]))),
        ]
        self._join()

    def earlier(self, applied: AbstractSet[int]) -> ast.Module:
        """Return the code of the earlier cells with some of the changes applied, by their numbers."""
        return _module(self._parts[0], applied)

    def cell(self, applied: AbstractSet[int]) -> ast.Module:
        """Return the code of the cell with some of the changes applied, by their numbers."""
        return _module(self._parts[1], applied)

    def _slots(self, old: list[ast.stmt], new: list[ast.stmt]) -> Iterator[_Slot]:
        said, says = ([ast.dump(each) for each in side] for side in (old, new))
        for tag, begin, end, first, last in difflib.SequenceMatcher(None, said, says, autojunk=False).get_opcodes():
            removed, added = old[begin:end], new[first:last]
            if tag == "equal":
                yield _Slot(removed, removed, None, {})
            elif len(removed) == len(added):
                yield from (self._replaced(*pair) for pair in zip(removed, added, strict=True))
            else:
                yield _Slot(removed, added, self._new(_change_label(removed, added)), {})

    def _replaced(self, old: ast.stmt, new: ast.stmt) -> _Slot:
        if _shape(old) != _shape(new):
            return _Slot([old], [new], self._new(_change_label([old], [new])), {})
        names, constants = _names_of_constants(old), {}
        for place, (one, other) in enumerate(zip(ast.walk(old), ast.walk(new), strict=True)):
            if isinstance(one, ast.Constant) and isinstance(other, ast.Constant) and ast.dump(one) != ast.dump(other):
                said = f"{names.get(id(one)) or short(ast.unparse(old), 40)} {one.value!r} → {other.value!r}"
                constants[place] = (self._new(short(said, LONGEST)), other)
        return _Slot([old], [new], None, constants)

    def _new(self, label: str) -> int:
        self.labels.append(label)
        return len(self.labels) - 1

    def _join(self) -> None:
        """Make one change of those that can't be applied without each other."""
        groups = [frozenset({number}) for number in range(len(self.labels))]
        replaced = [(slot.change, slot) for part in self._parts for slot in part if slot.change is not None]
        for (number, one), (another, other) in permutations(replaced, 2):
            if one.defines & other.needs or other.loses & one.used:
                joined = groups[number] | groups[another]
                for each in joined:
                    groups[each] = joined
        firsts = sorted({min(each) for each in groups})
        self.labels = [_joined_label([self.labels[each] for each in sorted(groups[first])]) for first in firsts]
        numbers = {number: firsts.index(min(group)) for number, group in enumerate(groups)}
        self._parts = [[slot.renumbered(numbers) for slot in part] for part in self._parts]


class _Slot(NamedTuple):
    """Statements at one place of the program, before and after."""

    old: list[ast.stmt]
    new: list[ast.stmt]
    change: int | None
    """The change that replaces them as a whole."""
    constants: dict[int, tuple[int, ast.Constant]]
    """The changes of single constants: by the place of each in the statement, its number and the new constant."""

    @property
    def changes(self) -> set[int]:
        whole = set() if self.change is None else {self.change}
        return whole | {number for number, _ in self.constants.values()}

    def renumbered(self, numbers: dict[int, int]) -> _Slot:
        change = None if self.change is None else numbers[self.change]
        constants = {place: (numbers[number], new) for place, (number, new) in self.constants.items()}
        return self._replace(change=change, constants=constants)

    def statements(self, applied: AbstractSet[int]) -> list[ast.stmt]:
        """Return the statements with some of the changes applied."""
        if not self.constants:
            return self.new if self.change in applied else self.old
        copied = copy.deepcopy(self.old)
        for place, node in enumerate(list(ast.walk(copied[0]))):
            number, new = self.constants.get(place, (None, node))
            if number in applied and isinstance(node, ast.Constant) and isinstance(new, ast.Constant):
                node.value = new.value
        return copied

    @property
    def defines(self) -> set[str]:
        """The names that are bound after the change and not before it."""
        return _names(self.new, ast.Store) - _names(self.old, ast.Store)

    @property
    def loses(self) -> set[str]:
        """The names that are bound before the change and not after it."""
        return _names(self.old, ast.Store) - _names(self.new, ast.Store)

    @property
    def needs(self) -> set[str]:
        """The names that are read after the change and not before it."""
        return _names(self.new, ast.Load) - _names(self.old, ast.Load)

    @property
    def used(self) -> set[str]:
        """The names that are read before the change and not after it."""
        return _names(self.old, ast.Load) - _names(self.new, ast.Load)


def _statements(cells: Iterable[str]) -> list[ast.stmt]:
    try:
        return [each for cell in cells for each in ast.parse(as_python(lines_of_cell(cell))).body]
    except SyntaxError as error:
        raise InvalidValue(f"the code of one of the runs is not valid Python: {error}") from None


def _module(slots: Iterable[_Slot], applied: AbstractSet[int]) -> ast.Module:
    """Return the code of some slots, with line numbers of its own."""
    body = [statement for slot in slots for statement in slot.statements(applied)]
    return ast.parse(ast.unparse(ast.Module(body, [])))


def _shape(statement: ast.stmt) -> str:
    """Return a statement without its constants."""
    blank = copy.deepcopy(statement)
    for node in ast.walk(blank):
        if isinstance(node, ast.Constant):
            node.value = None
    return ast.dump(blank)


def _names(statements: Iterable[ast.stmt], context: type[ast.expr_context]) -> set[str]:
    nodes = [node for each in statements for node in ast.walk(each)]
    found = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}
    if context is ast.Store:
        found |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        found |= {(node.asname or node.name).partition(".")[0] for node in nodes if isinstance(node, ast.alias)}
    return found


def _names_of_constants(statement: ast.stmt) -> dict[int, str]:
    """Return the names of constants, by their identity: the name that each is bound or passed to."""
    found: dict[int, str] = {}
    for node in ast.walk(statement):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[id(node.value)] = node.targets[0].id
        elif isinstance(node, ast.keyword) and node.arg is not None:
            found[id(node.value)] = node.arg
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            found.update((id(value), str(key.value)) for key, value in pairs if isinstance(key, ast.Constant))
    return found


def _change_label(removed: list[ast.stmt], added: list[ast.stmt]) -> str:
    """Return a change of statements in one line: the first of its lines, and how many more there are."""
    lines = [f"{sign} {line}" for sign, side in (("+", added), ("−", removed)) for line in _lines(side)]
    more = f"  and {counted(len(lines) - 1, 'more line')}" if len(lines) > 1 else ""
    return short(lines[0], LONGEST) + more


def _joined_label(labels: list[str]) -> str:
    """Return the label of several changes that are one: the first of them, and how many more there are."""
    left_out = len(labels) - MOST_NAMED
    return "; ".join(labels[:MOST_NAMED]) + (f"; and {left_out} more" if left_out > 0 else "")


def _lines(statements: list[ast.stmt]) -> list[str]:
    return ast.unparse(ast.Module(statements, [])).splitlines()
