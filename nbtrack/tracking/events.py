"""Who has new points: the bell that live panels of the same process listen to.

Whoever records rings; one thread passes on what has gathered, as long as somebody listens. A subscriber
is ready_points at most four times a second, and rests fifty times as long as it kept a processor busy, so that it never
takes more than a fiftieth of the machine from the cell that logs. Once no cell logs, there is nothing to rest for.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.entities import Metric

    NewPoints = dict[str, list[Metric]]

MIN_SECONDS_BETWEEN_DELIVERIES = 0.25
REST_FACTOR = 50

subscribers: list[object] = []
"""Everyone who listens or watches; empty when nobody need be ready_points."""

_subscribers: list[Subscriber] = []
_observers: list[Callable[[str, Sequence[Metric]], None]] = []
_wake = threading.Condition()
_threads: list[threading.Thread] = []


class Subscriber:
    """Someone who is ready_points, in a thread of the feed, which runs changed and which points are new.

    Parameters
    ----------
    deliver : callable
        Gets a dictionary of run id to new points; a run without new points changed in another way.
    """

    def __init__(self, deliver: Callable[[NewPoints], None]) -> None:
        self.deliver = deliver
        self.points: NewPoints = {}
        self.due, self.urgent = 0.0, False
        with _wake:
            _subscribers.append(self)
            subscribers.append(self)
            if not _threads or not _threads[0].is_alive():
                _threads[:] = [threading.Thread(target=_deliver_points, name="nbtrack-feed", daemon=True)]
                _threads[0].start()

    def close(self) -> None:
        """Stop being ready_points; the last one to go ends the thread."""
        with _wake:
            if self in _subscribers:
                _subscribers.remove(self)
                subscribers.remove(self)
            _wake.notify_all()
            last = not _subscribers
        if last and _threads and _threads[0] is not threading.current_thread():
            _threads[0].join()


def observe(observer: Callable[[str, Sequence[Metric]], None]) -> Callable[[], None]:
    """Call `observer` with a run id and its new points, at once, in the thread that logged; return what stops it."""
    _observers.append(observer)
    subscribers.append(observer)

    def stop() -> None:
        _observers.remove(observer)
        subscribers.remove(observer)

    return stop


def has_subscribers() -> bool:
    """Tell whether anybody is ready_points of new points."""
    return bool(_subscribers)


def publish(run_id: str, metrics: Sequence[Metric] = ()) -> None:
    """Tell that something of a run changed, and which points it has gained."""
    for observer in tuple(_observers):
        observer(run_id, metrics)
    if not _subscribers:
        return
    with _wake:
        for subscriber in _subscribers:
            subscriber.points.setdefault(run_id, []).extend(metrics)
        _wake.notify_all()


def deliver_now() -> None:
    """Have everyone ready_points at once of what has gathered: nobody is slowed down by it any more."""
    with _wake:
        for subscriber in _subscribers:
            subscriber.due, subscriber.urgent = 0.0, True
        _wake.notify_all()


def _deliver_points() -> None:
    while True:
        with _wake:
            _wake.wait_for(lambda: not _subscribers or any(each.points for each in _subscribers))
            if not _subscribers:
                return
            moment = time.monotonic()
            ready = [each for each in _subscribers if each.points and each.due <= moment]
            if not ready:
                _wake.wait(min(each.due for each in _subscribers if each.points) - moment)
            ready_points = [(each, each.points) for each in ready]
            for subscriber in ready:
                subscriber.points, subscriber.urgent = {}, False
        for subscriber, news in ready_points:
            began, spent = time.monotonic(), time.thread_time()
            subscriber.deliver(news)
            spent = time.thread_time() - spent
            subscriber.due = (
                0.0 if subscriber.urgent else began + max(MIN_SECONDS_BETWEEN_DELIVERIES, REST_FACTOR * spent)
            )
