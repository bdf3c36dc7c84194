"""Closing what a program leaves open when it ends, and dropping in a forked child what it has inherited."""

from __future__ import annotations

import atexit
import contextlib
import os
import weakref
from typing import Protocol

from nbtrack import process
from nbtrack.errors import NbtrackError


class ProcessResource(Protocol):
    """Something that holds files, threads or connections of this process."""

    def at_exit(self) -> None:
        """Finish what is left when the program ends."""
        ...

    def after_fork(self) -> None:
        """Drop in a child what a fork has inherited: the parent continues with it."""
        ...


class ProcessResources:
    """The resources of this process."""

    def __init__(self) -> None:
        self.members: weakref.WeakSet[ProcessResource] = weakref.WeakSet()


def register(resource: ProcessResource) -> None:
    """Have a resource finished when the program ends, and dropped in a child that is forked."""
    process.state(ProcessResources).members.add(resource)


def _at_exit() -> None:
    """Finish what is left; where that fails, whoever reads next, or the next process, does it."""
    for each in list(process.state(ProcessResources).members):
        with contextlib.suppress(NbtrackError, OSError):
            each.at_exit()


def _after_fork() -> None:
    for each in list(process.state(ProcessResources).members):
        each.after_fork()


atexit.register(_at_exit)
os.register_at_fork(after_in_child=_after_fork)
