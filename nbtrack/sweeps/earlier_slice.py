"""Which earlier cells must run again when a constant in one of them changes.

These are the cells that the changed value flows through, and, since some of them change what they were given (they
train a model, they fill a list), the cells that made it: only a new object is in the state that it was in before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.capture.analysis.def_use import Binding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from nbtrack.capture.analysis.executed_cells import ExecutedCells

_CHANGING = frozenset({Binding.TOUCHED, Binding.STORED})


def to_run_again(
    cells: ExecutedCells, reads: Iterable[str], changed: AbstractSet[int], entry: AbstractSet[str]
) -> list[int]:
    """Return the numbers of the cells to run again, in their order.

    `reads` are the names that the swept cell reads from before, `changed` the cells whose code differs in each
    trial, and `entry` the names that a trial sets before these cells.
    """
    slice_ = _Slice(cells, cells.trail(reads).cells, entry)
    return slice_.closed(slice_.reached(changed))


class _Slice:
    """The cells that the names of a swept cell come from."""

    def __init__(self, cells: ExecutedCells, candidates: Iterable[int], entry: AbstractSet[str]) -> None:
        self._cells, self._candidates, self._entry = cells, sorted(candidates), entry

    def reached(self, changed: AbstractSet[int]) -> set[int]:
        """Return the changed cells, and those that their values flow through."""
        found = set(changed)
        for number in self._candidates:
            if number not in found and self._rests_on(number, found):
                found.add(number)
        return found

    def _rests_on(self, number: int, changed: set[int]) -> bool:
        read = set(self._read(number))
        if self._entry & read and any(self._cells.bound_in(name, number) is not None for name in self._entry & read):
            return True
        return any(maker in changed for name in read for maker, _ in self._cells.parts(name, number))

    def _read(self, number: int) -> Iterator[str]:
        """Yield the names that a cell reads from before, also in the functions that it calls."""
        waiting = list(self._cells.all[number].graph.names_from_before())
        seen = set(waiting)
        while waiting:
            name = waiting.pop()
            yield name
            late = {one for _, part in self._cells.parts(name, number) for one in part.late} - seen
            waiting.extend(late)
            seen |= late

    def closed(self, found: set[int]) -> list[int]:
        """Return cells together with those that make what they change, in their order."""
        waiting = list(found)
        while waiting:
            number = waiting.pop()
            makers = {maker for name in self._changes(number) for maker, _ in self._cells.parts(name, number)}
            waiting.extend(makers - found)
            found |= makers
        return sorted(found)

    def _changes(self, number: int) -> Iterator[str]:
        """Yield the names of earlier cells whose objects a cell changes in place."""
        cell = self._cells.all[number]
        for name in cell.graph.names_from_before():
            part = cell.part(name)
            if part is not None and any(one.name == name and one.binding in _CHANGING for one in part.definitions):
                yield name
