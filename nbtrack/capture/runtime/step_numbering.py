"""Numbers the iterations of a loop: by its variable as long as that is a growing int, otherwise from 0."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from nbtrack.capture.runtime import value_reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.capture.analysis.loop_numbering import LoopNumbering


Getter: TypeAlias = "Callable[[str], Any]"
"""Gives what a name holds, or None."""


class Way(Enum):
    """How the step of the next iteration is determined."""

    UNDECIDED = "by examining the loop variable and the earlier points"
    COUNTED = "it is the next index"
    FOLLOWED = "it is the loop's variable, if that has grown"


class Numbering:
    """Numbers the iterations of one loop.

    `way` is how the next step is determined: by `index`, the index of the next iteration, or by the loop's `variable`,
    as long as that may be the step, with its value in `latest`. The second iteration decides the step of the `first`.
    """

    __slots__ = ("_grows", "_nested", "first", "index", "latest", "variable", "way")

    def __init__(self, numbering: LoopNumbering) -> None:
        self.way = Way.UNDECIDED
        self.variable = numbering.variable
        self._grows = numbering.grows
        self._nested = numbering.nested
        self.index = 0
        self.latest: int | None = None
        self.first = 0

    def step(self, get: Getter) -> int:
        """Return the step of the iteration that is ending, by examining the loop variable."""
        index = self.index
        self.index = index + 1
        if self.variable is None:
            return index
        value = self.current(get)
        if value is None:
            return self._count(index)
        if self.latest is None:
            self.first = value if self._grows else 0
        elif value > self.latest:
            self._decide(index)
        elif not (self._grows and self._nested):
            return self._count(index)
        self.latest = value
        return value

    def current(self, get: Getter) -> int | None:
        """Return the value of the loop's variable if it is an int."""
        value = get(self.variable) if self.variable is not None else None
        return value if type(value) is int else value_reading.whole(value)

    def _decide(self, index: int) -> None:
        """Note that the variable grows."""
        if index == 1 and self.latest is not None:
            self.first = self.latest
        self._grows = True

    def _count(self, index: int) -> int:
        """Stop using the variable, which does not grow, and count on from the last step."""
        self.variable = None
        if self._grows and self.latest is not None:
            index = self.latest + 1
            self.index = index + 1
        return index

    @property
    def undecided(self) -> bool:
        """Whether it is still unknown if the variable grows."""
        return self.variable is not None and not self._grows and self.index == 1

    def choose_way(self, *, plain: bool) -> None:
        """Let the next step be determined without examining the loop variable, if that is safe."""
        self.way = Way.UNDECIDED
        if not plain or self.undecided:
            return
        if self.variable is None:
            self.way = Way.COUNTED
        elif self._grows and type(self.latest) is int:
            self.way = Way.FOLLOWED
