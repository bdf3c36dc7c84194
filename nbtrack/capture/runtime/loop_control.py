"""Stops and pauses the loops of a cell: requested in any thread, done at the end of an iteration."""

from __future__ import annotations

import threading


class LoopControl:
    """What was requested of the loops of a cell.

    `asked` tells whether anything was, and is checked in every iteration; `stopping` tells whether to leave the loops.
    """

    __slots__ = ("_going", "_raises", "asked", "stopping")

    def __init__(self) -> None:
        self.asked = self.stopping = self._raises = False
        self._going = threading.Event()
        self._going.set()

    def stop(self, *, raises: bool = False) -> None:
        """Leave the loops when their iteration ends, or by a `KeyboardInterrupt` in the code of the cell."""
        self._raises = raises
        self.asked = self.stopping = True
        self._going.set()

    def pause(self) -> None:
        """Make the cell wait when its iteration ends."""
        if not self.stopping:
            self._going.clear()
            self.asked = True

    def unpause(self) -> None:
        """Let the cell continue."""
        self.asked = self.stopping
        self._going.set()

    def obey(self) -> bool:
        """Wait while the cell is paused; return whether to leave its loop."""
        self._going.wait()
        if self.stopping and self._raises:
            raise KeyboardInterrupt("the run was stopped")
        return self.stopping
