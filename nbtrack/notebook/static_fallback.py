"""Static fallbacks of panels, for notebooks without a kernel: each is updated when no cell runs."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, Protocol

from IPython.display import display, update_display

from nbtrack import process
from nbtrack.errors import NbtrackError
from nbtrack.tracking import context

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS_OF_REST = 1.0
"""Without a running cell, and without changes of a panel, before its fallback is rendered again."""


class Shown(Protocol):
    """A panel with a static fallback."""

    uid: str
    painted: tuple[str, ...]
    """The traits that the fallback shows."""

    def static(self) -> dict[str, Any]:
        """Return the fallback as a MIME bundle."""

    def observe(self, handler: Callable[[Any], None], names: Any) -> None:
        """Call a handler when a trait changes."""


class StaticFallbacks:
    """The fallbacks of a kernel; changes while a cell runs wait until it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stale: weakref.WeakSet[Shown] = weakref.WeakSet()
        self._left: weakref.WeakKeyDictionary[Shown, dict[str, Any]] = weakref.WeakKeyDictionary()
        self._resting: threading.Timer | None = None
        self._paused = False

    def leave(self, panel: Shown) -> None:
        """Display the fallback of a panel, and keep it up to date if there is a front end."""
        bundle = panel.static()
        display(bundle, raw=True, display_id=panel.uid)
        if not context.in_notebook():
            return
        if panel not in self._left:
            panel.observe(self._changed, list(panel.painted))
        self._left[panel] = bundle

    def touch(self, panel: Shown) -> None:
        """Note that a panel has changed."""
        with self._lock:
            if panel in self._left:
                self._stale.add(panel)
                self._rest()

    def pause(self) -> None:
        """Pause updates, since a cell has started."""
        with self._lock:
            self._paused = True
            self._stop_resting()

    def resume(self) -> None:
        """Resume updates, since the cell has ended."""
        with self._lock:
            self._paused = False
            if self._stale:
                self._rest()

    def renew(self, panel: Shown) -> None:
        """Update the fallback of a panel now, in the cell that has displayed it."""
        with self._lock:
            self._stale.discard(panel)
        self._update(panel)

    def _changed(self, change: Any) -> None:
        self.touch(change["owner"])

    def _rest(self) -> None:
        self._stop_resting()
        if not self._paused:
            self._resting = threading.Timer(SECONDS_OF_REST, self._paint)
            self._resting.daemon = True
            self._resting.start()

    def _stop_resting(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None

    def _paint(self) -> None:
        with self._lock:
            stale = list(self._stale)
            self._stale.clear()
        for panel in stale:
            self._update(panel)

    def _update(self, panel: Shown) -> None:
        try:
            bundle = panel.static()
        except NbtrackError:
            return
        if bundle != self._left.get(panel):
            self._left[panel] = bundle
            update_display(bundle, raw=True, display_id=panel.uid)


def fallbacks() -> StaticFallbacks:
    """Return the static fallbacks of this kernel."""
    return process.state(StaticFallbacks)
