"""What differs between two versions of code; what was only moved or reformatted is distinguished."""

from __future__ import annotations

import difflib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation.formatting import counted
from nbtrack.statistics.code_units import Unit, units, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Line = tuple[str, str]
    """The sign of a line, and the line."""
    Explains = Callable[[Unit, Unit], bool]
    """Returns whether the difference of two statements is reported elsewhere."""

MOST_UNITS = 500
"""Up to this many statements, frequently repeated ones are matched too."""
CONTEXT = 2
"""Statements that are shown around those that differ."""
MOST_LINES = 400
"""Most lines of one diff."""


class CodeChange(NamedTuple):
    """How code differs: numbers of lines, and the lines themselves."""

    removed: int
    added: int
    moved: int
    """Lines that were moved."""
    lines: tuple[Line, ...]
    """With its sign, as `presentation.comparison.diff` has them."""

    @property
    def matters(self) -> bool:
        """Whether statements were added or removed."""
        return bool(self.removed or self.added)

    def __str__(self) -> str:
        """Return the size of the change in a few words."""
        parts = [counted(max(self.removed, self.added), "line")] if self.matters else []
        parts += [f"{counted(self.moved, 'line')} moved"] if self.moved else []
        return ", ".join(parts) or "layout and comments only"


def compare_code(before: str, after: str, explains: Explains = lambda *_: False) -> CodeChange | None:
    """Return how code differs, or None where it does not.

    Parameters
    ----------
    before, after : str
        The two versions.
    explains : callable
        Returns whether the difference of two statements, one in place of the other, is reported elsewhere.
    """
    if before == after:
        return None
    old, new = units(before), units(after)
    matcher = difflib.SequenceMatcher(None, _keys(old), _keys(new), autojunk=max(len(old), len(new)) > MOST_UNITS)
    groups = [list(_steps(group, old, new, explains)) for group in matcher.get_grouped_opcodes(CONTEXT)]
    steps = [step for group in groups for step in group]
    if groups and all(step.sign == " " for step in steps):
        return None
    if not groups and written(before) == written(after):
        return None
    moved = _moved(steps)
    removed, added = (_length(one for one in steps if one.sign == sign and not one.is_in(moved)) for sign in "-+")
    lines = [line for group in groups for line in _shown(group)]
    elsewhere = _length(one for one in steps if one.sign == "+" and one.is_in(moved))
    return CodeChange(removed, added, elsewhere, tuple(lines[:MOST_LINES]))


def compare_cells(
    before: Sequence[str], after: Sequence[str], explains: Explains = lambda *_: False
) -> CodeChange | None:
    """Return how the code of several cells differs; the order in which equal cells were executed does not count."""
    alike = Counter(map(_code_lines, before)) & Counter(map(_code_lines, after))
    return compare_code("\n".join(_without(before, alike)), "\n".join(_without(after, alike)), explains)


def _code_lines(cell: str) -> tuple[str, ...]:
    return tuple(written(cell))


def _without(cells: Sequence[str], alike: Counter[tuple[str, ...]]) -> Iterator[str]:
    left = Counter(alike)
    for each in cells:
        if left[_code_lines(each)] > 0:
            left[_code_lines(each)] -= 1
        else:
            yield each


class _Step(NamedTuple):
    sign: str
    unit: Unit

    def is_in(self, moved: Counter[tuple[str, ...]]) -> bool:
        return self.unit.tokens in moved


def _keys(found: Iterable[Unit]) -> list[tuple[int, tuple[str, ...]]]:
    return [(one.depth, one.tokens) for one in found]


def _steps(
    group: Iterable[tuple[str, int, int, int, int]], old: Sequence[Unit], new: Sequence[Unit], explains: Explains
) -> Iterator[_Step]:
    """Yield the statements of one place, each with its sign."""
    for tag, begin, end, first, last in group:
        if tag == "equal":
            yield from (_Step(" ", one) for one in new[first:last])
            continue
        removed, added = old[begin:end], new[first:last]
        explained = {n for n, pair in enumerate(zip(removed, added, strict=False)) if explains(*pair)}
        yield from (_Step("-", one) for n, one in enumerate(removed) if n not in explained)
        yield from (_Step(" " if n in explained else "+", one) for n, one in enumerate(added))


def _moved(steps: Sequence[_Step]) -> Counter[tuple[str, ...]]:
    """Return the statements that were both removed and added, also at another depth."""
    gone, come = (Counter(one.unit.tokens for one in steps if one.sign == sign) for sign in "-+")
    return gone & come


def _length(steps: Iterable[_Step]) -> int:
    return sum(len(one.unit.text) for one in steps)


def _shown(group: Sequence[_Step]) -> Iterator[Line]:
    """Yield the lines of one place, unless nothing differs there."""
    if any(one.sign != " " for one in group):
        yield "@", f"line {group[0].unit.line}"
        for one in group:
            yield from ((one.sign, line) for line in one.unit.text)
