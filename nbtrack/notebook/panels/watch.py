"""Runs of other processes: a look at the store's mark, as long as a panel that shows its runs is seen."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.stores.interface import Store

SECONDS_BETWEEN_LOOKS = 1.0


class Watch:
    """Calls when anybody has recorded anything since it was made; it looks only while it is open.

    Parameters
    ----------
    store : Store
        Whose mark is looked at.
    changed : bound method
        Called in a thread of its own; the watch does not keep its owner alive.
    """

    def __init__(self, store: Store, changed: Callable[[], None]) -> None:
        self._store, self._changed = store, weakref.WeakMethod(changed)
        self._seen = self._mark()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Begin to look."""
        if self._thread is None or not self._thread.is_alive():
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._look_on, args=(self._stop,), name="nbtrack-watch", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _look_on(self, stop: threading.Event) -> None:
        while not stop.is_set():
            found = self._mark()
            if found != self._seen:
                self._seen = found
                changed = self._changed()
                if changed is None:
                    return
                changed()
                del changed
            stop.wait(SECONDS_BETWEEN_LOOKS)

    def _mark(self) -> object:
        try:
            return self._store.mark()
        except NbtrackError:
            return None
