"""Who has new points: the bell that live panels of the same process listen to.

Whoever records rings; one thread passes on what has gathered, as long as somebody listens. A listener
is told at most four times a second, and rests fifty times as long as it kept a processor busy, so that it never
takes more than a fiftieth of the machine from the cell that logs. Once no cell logs, there is nothing to rest for.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.entities import Metric

    News = dict[str, list[Metric]]

SECONDS_BETWEEN_NEWS = 0.25
RESTS = 50

ears: list[object] = []
"""Everyone who listens or watches; empty when nobody need be told."""

_listeners: list[Listener] = []
_watchers: list[Callable[[str, Sequence[Metric]], None]] = []
_wake = threading.Condition()
_threads: list[threading.Thread] = []


class Listener:
    """Someone who is told, in a thread of the feed, which runs changed and which points are new.

    Parameters
    ----------
    tell : callable
        Gets a dictionary of run id to new points; a run without new points changed in another way.
    """

    def __init__(self, tell: Callable[[News], None]) -> None:
        self.tell = tell
        self.news: News = {}
        self.due, self.hurried = 0.0, False
        with _wake:
            _listeners.append(self)
            ears.append(self)
            if not _threads or not _threads[0].is_alive():
                _threads[:] = [threading.Thread(target=_pass_on, name="nbtrack-feed", daemon=True)]
                _threads[0].start()

    def close(self) -> None:
        """Stop being told; the last one to go ends the thread."""
        with _wake:
            if self in _listeners:
                _listeners.remove(self)
                ears.remove(self)
            _wake.notify_all()
            last = not _listeners
        if last and _threads and _threads[0] is not threading.current_thread():
            _threads[0].join()


def watch(watcher: Callable[[str, Sequence[Metric]], None]) -> Callable[[], None]:
    """Call `watcher` with a run id and its new points, at once, in the thread that logged; return what stops it."""
    _watchers.append(watcher)
    ears.append(watcher)

    def stop() -> None:
        _watchers.remove(watcher)
        ears.remove(watcher)

    return stop


def is_heard() -> bool:
    """Tell whether anybody is told of new points."""
    return bool(_listeners)


def ring(run_id: str, metrics: Sequence[Metric] = ()) -> None:
    """Tell that something of a run changed, and which points it has gained."""
    for watcher in tuple(_watchers):
        watcher(run_id, metrics)
    if not _listeners:
        return
    with _wake:
        for listener in _listeners:
            listener.news.setdefault(run_id, []).extend(metrics)
        _wake.notify_all()


def hurry() -> None:
    """Have everyone told at once of what has gathered: nobody is slowed down by it any more."""
    with _wake:
        for listener in _listeners:
            listener.due, listener.hurried = 0.0, True
        _wake.notify_all()


def _pass_on() -> None:
    while True:
        with _wake:
            _wake.wait_for(lambda: not _listeners or any(each.news for each in _listeners))
            if not _listeners:
                return
            moment = time.monotonic()
            ready = [each for each in _listeners if each.news and each.due <= moment]
            if not ready:
                _wake.wait(min(each.due for each in _listeners if each.news) - moment)
            told = [(each, each.news) for each in ready]
            for listener in ready:
                listener.news, listener.hurried = {}, False
        for listener, news in told:
            began, spent = time.monotonic(), time.thread_time()
            listener.tell(news)
            spent = time.thread_time() - spent
            listener.due = 0.0 if listener.hurried else began + max(SECONDS_BETWEEN_NEWS, RESTS * spent)
