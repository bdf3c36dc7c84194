"""Events of runs: live panels of the same process subscribe to the points that are recorded.

Whoever records publishes; one thread delivers what has gathered, as long as somebody subscribes. A subscriber
is called at most four times a second, and rests fifty times as long as it kept a processor busy, so that it never
takes more than a fiftieth of the machine from the cell that logs. Once no cell logs, there is nothing to rest for.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from nbtrack import process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.entities import Metric

    NewPoints = dict[str, list[Metric]]

MIN_SECONDS_BETWEEN_DELIVERIES = 0.25
REST_FACTOR = 50


class Events:
    """Who is told of new points in this process, and the thread that tells them."""

    def __init__(self) -> None:
        self.subscribers: list[Subscriber] = []
        self.observers: list[Callable[[str, Sequence[Metric]], None]] = []
        self.receivers: list[object] = []
        """Both of them; empty when nobody needs to be told."""
        self.changed = threading.Condition()
        self.thread: threading.Thread | None = None

    def add(self, subscriber: Subscriber) -> None:
        """Tell a subscriber from now on; the first one starts the thread."""
        with self.changed:
            self.subscribers.append(subscriber)
            self.receivers.append(subscriber)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._deliver, name="nbtrack-events", daemon=True)
                self.thread.start()

    def remove(self, *subscribers: Subscriber) -> None:
        """Tell them no longer; the last one to go ends the thread."""
        with self.changed:
            for each in subscribers:
                if each in self.subscribers:
                    self.subscribers.remove(each)
                    self.receivers.remove(each)
            self.changed.notify_all()
            is_last = not self.subscribers
        if is_last and self.thread is not None and self.thread is not threading.current_thread():
            self.thread.join()

    def close(self) -> None:
        """Tell nobody any longer, and end the thread."""
        self.remove(*self.subscribers)

    def _deliver(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: not self.subscribers or any(each.points for each in self.subscribers))
                if not self.subscribers:
                    return
                moment = time.monotonic()
                waiting = [each for each in self.subscribers if each.points]
                ready = [each for each in waiting if each.due <= moment]
                if not ready:
                    self.changed.wait(min(each.due for each in waiting) - moment)
                deliveries = [(each, each.points) for each in ready]
                for subscriber in ready:
                    subscriber.points, subscriber.urgent = {}, False
            for subscriber, points in deliveries:
                began, spent = time.monotonic(), time.thread_time()
                subscriber.deliver(points)
                rest = max(MIN_SECONDS_BETWEEN_DELIVERIES, REST_FACTOR * (time.thread_time() - spent))
                subscriber.due = 0.0 if subscriber.urgent else began + rest


class Subscriber:
    """Someone who is told, in a thread of its own, which runs changed and which points are new.

    Parameters
    ----------
    deliver : callable
        Gets a dictionary of run id to new points; a run without new points changed in another way.
    """

    def __init__(self, deliver: Callable[[NewPoints], None]) -> None:
        self.deliver = deliver
        self.points: NewPoints = {}
        self.due, self.urgent = 0.0, False
        self._events = process.state(Events)
        self._events.add(self)

    def close(self) -> None:
        """Stop being told."""
        self._events.remove(self)


def observe(observer: Callable[[str, Sequence[Metric]], None]) -> Callable[[], None]:
    """Call `observer` with a run id and its new points, at once, in the thread that logged; return what stops it."""
    events = process.state(Events)
    events.observers.append(observer)
    events.receivers.append(observer)

    def stop() -> None:
        events.observers.remove(observer)
        events.receivers.remove(observer)

    return stop


def has_subscribers() -> bool:
    """Tell whether anybody is told of new points."""
    return bool(process.state(Events).subscribers)


def publish(run_id: str, metrics: Sequence[Metric] = ()) -> None:
    """Tell that something of a run changed, and which points it has gained."""
    events = process.state(Events)
    if not events.receivers:
        return
    for observer in tuple(events.observers):
        observer(run_id, metrics)
    with events.changed:
        for subscriber in events.subscribers:
            subscriber.points.setdefault(run_id, []).extend(metrics)
        events.changed.notify_all()


def deliver_now() -> None:
    """Have everyone told at once of what has gathered: nobody is slowed down by it any more."""
    events = process.state(Events)
    with events.changed:
        for subscriber in events.subscribers:
            subscriber.due, subscriber.urgent = 0.0, True
        events.changed.notify_all()
