"""Stopping and pausing the loops of a cell: asked for in any thread, obeyed at the end of an iteration."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Halt:
    """What the loops of a cell are asked to do.

    Attributes
    ----------
    asked
        Whether anything is; looked at in every iteration.
    stopping
        Whether the loops are to be left.
    """

    __slots__ = ("_deed", "_going", "_raises", "asked", "stopping")

    def __init__(self) -> None:
        self.asked = self.stopping = self._raises = False
        self._deed: Callable[[], None] | None = None
        self._going = threading.Event()
        self._going.set()

    def stop(self, *, raises: bool = False) -> None:
        """Have the loops left when their iteration ends, or by a `KeyboardInterrupt` in the code of the cell."""
        self._raises = raises
        self.asked = self.stopping = True
        self._going.set()

    def pause(self) -> None:
        """Have the cell wait when its iteration ends."""
        if not self.stopping:
            self._going.clear()
            self.asked = True

    def go_on(self) -> None:
        """Have the cell wait no longer."""
        self.asked = self.stopping or self._deed is not None
        self._going.set()

    def once(self, deed: Callable[[], None]) -> None:
        """Have the thread of the cell do something, once, when its iteration ends."""
        self._deed = deed
        self.asked = True

    def obey(self) -> bool:
        """Do what is to be done, wait as long as the cell is to pause; return whether its loop is to be left."""
        deed, self._deed = self._deed, None
        if deed is not None:
            self.asked = self.stopping or not self._going.is_set()
            deed()
        self._going.wait()
        if self.stopping and self._raises:
            msg = "the run was stopped"
            raise KeyboardInterrupt(msg)
        return self.stopping
