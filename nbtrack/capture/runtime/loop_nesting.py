"""Decides which of the running loops gives the points, across functions that call each other."""

from __future__ import annotations

import os
import threading

_NONE = -1
"""The identity of no thread."""


class RunningLoop:
    """A running loop: one of the cell in which functions are called, or one of a followed function.

    `governs` tells whether its iterations give the points; a loop `sweeps` if each of its iterations computes separate
    results, so that loops in the functions that it calls give the points.
    """

    __slots__ = ("_outermost_governs", "depth", "governs", "sweeps")

    def __init__(self, *, sweeps: bool = False) -> None:
        self.governs = self._outermost_governs = False
        self.sweeps = sweeps
        self.depth = 0
        """How often it has begun without having ended: more than once in recursive functions."""

    def begin(self, *, free: bool) -> None:
        """Note that it begins; it governs if it is `free` to, and does not run inside itself."""
        self.depth += 1
        self.governs = free and self.depth == 1
        if self.depth == 1:
            self._outermost_governs = free

    def end(self) -> None:
        """Note that it was left."""
        self.depth -= self.depth > 0
        self.governs = self._outermost_governs and self.depth == 1


class LoopNesting:
    """The loops that are running in the thread of the cell; those in other threads do not count.

    Of nested loops the outermost governs, unless it sweeps; with `innermost`, each governs while it runs.
    """

    def __init__(self, *, innermost: bool) -> None:
        self._innermost = innermost
        self._process = os.getpid()
        self.thread = threading.get_ident()
        self.governing: list[RunningLoop] = []
        """The running loops that give points, the innermost last."""

    def enter(self, loop: RunningLoop) -> None:
        """Note that a loop begins, which gives the points if it governs."""
        if self.governing:
            free = self.governing[-1].sweeps or self._innermost
        elif os.getpid() == self._process:
            free = True
        else:
            self.thread = _NONE
            return
        loop.begin(free=free)
        if loop.governs:
            self.governing.append(loop)

    def leave(self, loop: RunningLoop) -> None:
        """Note that a loop was left."""
        if loop.governs and self.governing:
            self.governing.pop()
        loop.end()

    def end(self) -> None:
        """Note that the cell has ended: loops that run from now on do not belong to it."""
        self.thread = _NONE
