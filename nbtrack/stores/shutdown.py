"""What stores leave behind: closed when the program ends, and let go of in a process that was forked."""

from __future__ import annotations

import atexit
import contextlib
import os
import weakref
from typing import Protocol

from nbtrack.errors import NbtrackError


class Closable(Protocol):
    """Something that holds files, threads or connections."""

    def close(self) -> None:
        """Finish what is left, and let go."""
        ...

    def forget(self) -> None:
        """Let go of what a fork has inherited: the parent goes on with it."""
        ...


_every: weakref.WeakSet[Closable] = weakref.WeakSet()


def watch(thing: Closable) -> None:
    """See that something is closed when the program ends, and forgotten in a child that is forked."""
    _every.add(thing)


def _close_all() -> None:
    """Finish what is left; where that fails, whoever reads next, or the next process, does it."""
    for each in list(_every):
        with contextlib.suppress(NbtrackError, OSError):
            each.close()


def _forget_all() -> None:
    for each in list(_every):
        each.forget()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_forget_all)
