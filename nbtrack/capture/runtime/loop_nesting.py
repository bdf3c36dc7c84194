"""Which of the loops that are running gives points, across the functions that call each other."""

from __future__ import annotations

import os
import threading

_NONE = -1
"""The identity of no thread."""


class RunningLoop:
    """A loop as it runs: of the cell, if functions are called in it, or of a followed function.

    `governs` is whether its iterations give the points; a loop `sweeps` when each iteration computes results of its
    own, so that loops in the functions that it calls give the points in between.
    """

    __slots__ = ("_before", "governs", "sweeps")

    def __init__(self, *, sweeps: bool = False) -> None:
        self.governs = False
        self.sweeps = sweeps
        self._before: list[bool] = []

    @property
    def depth(self) -> int:
        """How often it has begun without having ended: more than once in recursive functions."""
        return len(self._before)

    def begin(self, *, governs: bool) -> None:
        """Note that it begins."""
        self._before.append(self.governs)
        self.governs = governs

    def end(self) -> None:
        """Note that it was left."""
        self.governs = self._before.pop() if self._before else False


class LoopNesting:
    """The loops that are running, in the thread of the cell; those elsewhere are none of them.

    Of nested loops the outermost governs, unless it sweeps; with `innermost`, each while it runs.
    """

    def __init__(self, *, innermost: bool) -> None:
        self._innermost = innermost
        self._process = os.getpid()
        self.thread = threading.get_ident()
        self.governing: list[RunningLoop] = []
        """The running loops that give points, the innermost last."""

    def enter(self, loop: RunningLoop) -> None:
        """Note that a loop begins; the points are its own if it governs then."""
        if os.getpid() != self._process:
            self.thread = _NONE
            return
        around = self.governing[-1] if self.governing else None
        free = around is None or around.sweeps or self._innermost
        loop.begin(governs=free and not loop.depth)
        if loop.governs:
            self.governing.append(loop)

    def leave(self, loop: RunningLoop) -> None:
        """Note that a loop was left."""
        if loop.governs and self.governing:
            self.governing.pop()
        loop.end()

    def end(self) -> None:
        """Note that the cell has ended: whatever runs from now on is none of its loops."""
        self.thread = _NONE
