"""Closing resources when the program exits, and dropping inherited ones in a forked child."""

from __future__ import annotations

import atexit
import contextlib
import os
import weakref
from typing import Protocol

from nbtrack import process
from nbtrack.errors import NbtrackError


class ProcessResource(Protocol):
    """Something that owns files, threads or connections of this process."""

    def at_exit(self) -> None:
        """Finish pending work when the program exits."""
        ...

    def after_fork(self) -> None:
        """Drop what a forked child has inherited; the parent continues to use it."""
        ...


class ProcessResources:
    """The resources of this process."""

    def __init__(self) -> None:
        self.members: weakref.WeakSet[ProcessResource] = weakref.WeakSet()


def register(resource: ProcessResource) -> None:
    """Call `at_exit` of a resource when the program exits, and `after_fork` in each forked child."""
    process.state(ProcessResources).members.add(resource)


def _at_exit() -> None:
    """Finish pending work; where that fails, the next reader or process does it."""
    for each in list(process.state(ProcessResources).members):
        with contextlib.suppress(NbtrackError, OSError):
            each.at_exit()


def _after_fork() -> None:
    for each in list(process.state(ProcessResources).members):
        each.after_fork()


atexit.register(_at_exit)
os.register_at_fork(after_in_child=_after_fork)
