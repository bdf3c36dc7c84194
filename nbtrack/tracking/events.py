"""Events: live panels subscribe to the points that this process records.

Logging publishes; one thread delivers to the subscribers, as long as there are any. A subscriber is called at most
four times per second, and paused for fifty times the processor time that its last call took: it never slows down the
code that logs by more than two percent. When no cell is running, `deliver_now` skips the pause.
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
    """The subscribers and observers of this process, and the thread that delivers to subscribers."""

    def __init__(self) -> None:
        self.subscribers: list[Subscriber] = []
        self.observers: list[Callable[[str, Sequence[Metric]], None]] = []
        self.receivers: list[object] = []
        """Both of them; empty if publishing has no effect."""
        self.changed = threading.Condition()
        self.thread: threading.Thread | None = None

    def add(self, subscriber: Subscriber) -> None:
        """Add a subscriber; the first one starts the thread."""
        with self.changed:
            self.subscribers.append(subscriber)
            self.receivers.append(subscriber)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._deliver, name="nbtrack-events", daemon=True)
                self.thread.start()

    def remove(self, *subscribers: Subscriber) -> None:
        """Remove subscribers; removing the last one ends the thread."""
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
        """Remove all subscribers and end the thread."""
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
    """A subscription to changed runs and their new points, delivered in a separate thread.

    `deliver` is called with a dictionary of run id to new points; a run that changed otherwise has none.
    """

    def __init__(self, deliver: Callable[[NewPoints], None]) -> None:
        self.deliver = deliver
        self.points: NewPoints = {}
        self.due, self.urgent = 0.0, False
        self._events = process.state(Events)
        self._events.add(self)

    def close(self) -> None:
        """End the subscription."""
        self._events.remove(self)


def observe(observer: Callable[[str, Sequence[Metric]], None]) -> Callable[[], None]:
    """Call `observer` with run id and new points at once, in the thread that logs; return a function that stops it."""
    events = process.state(Events)
    events.observers.append(observer)
    events.receivers.append(observer)

    def stop() -> None:
        events.observers.remove(observer)
        events.receivers.remove(observer)

    return stop


def has_subscribers() -> bool:
    """Return whether there are subscribers."""
    return bool(process.state(Events).subscribers)


def publish(run_id: str, metrics: Sequence[Metric] = ()) -> None:
    """Publish that a run changed, with its new points."""
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
    """Deliver pending points to all subscribers immediately."""
    events = process.state(Events)
    with events.changed:
        for subscriber in events.subscribers:
            subscriber.due, subscriber.urgent = 0.0, True
        events.changed.notify_all()
