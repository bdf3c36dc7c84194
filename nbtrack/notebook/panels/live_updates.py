"""Live updates: a chart appends what this process records, and panels notice what other processes do."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from nbtrack.endpoints import chart_data
from nbtrack.errors import NbtrackError
from nbtrack.notebook import static_fallback
from nbtrack.presentation.figures import Curve
from nbtrack.presentation.metric_curves import Series
from nbtrack.tracking import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.entities import Metric, Run
    from nbtrack.stores.interface import Store
    from nbtrack.tracking import MlflowClient
    from nbtrack.tracking.events import NewPoints

    Choose = Callable[[], "Chosen"]


MOST_RENAMED = 100
"""Runs of a chart whose names are followed."""


class Chosen(NamedTuple):
    """Runs to draw, and how many there are to choose from."""

    runs: Sequence[Run]
    found: int


class LiveChart(static_fallback.Shown, Protocol):
    """A chart that can be updated while it is shown; its attributes are described by `Chart`."""

    client: MlflowClient
    lock: threading.RLock
    known: list[Run]
    runs_found: int
    kind: str
    x: str
    band: str | None
    metrics: Sequence[str]
    available: Sequence[str]
    version: int

    @property
    def takes_more(self) -> bool:
        """Whether metrics that get a curve are added."""

    def draw(self, runs: Iterable[Run], found: int | None = None) -> None:
        """Draw runs."""

    def rename(self, names: Mapping[str, str]) -> None:
        """Draw the same runs under other names."""

    def send(self, content: Mapping[str, Any], buffers: Sequence[bytes]) -> None:
        """Send an event to the front end."""


class LiveUpdates:
    """Updates a chart with what this process records and, while it is in view, with what other processes record.

    Parameters
    ----------
    chart : LiveChart
        What is drawn.
    choose : callable, optional
        Gives the runs to draw, where nobody has named them: newer ones take the place of those that are drawn.
    """

    def __init__(self, chart: LiveChart, choose: Choose | None = None) -> None:
        self._chart, self._choose = chart, choose
        self._own: set[str] = set()
        self._starts: dict[tuple[str, str], int] = {}
        self._watcher = StoreWatcher(chart.client.store, self.refresh)
        self._listener = events.Subscriber(self.receive)
        chart.observe(self._visibility_changed, "visible")

    def close(self) -> None:
        """Stop all updates."""
        self._listener.close()
        self._watcher.close()

    def pin_runs(self) -> None:
        """Stay with the runs that are drawn: the user has chosen them."""
        self._choose = None

    def _visibility_changed(self, change: Mapping[str, bool]) -> None:
        if change["new"]:
            self._watcher.open()
        else:
            self._watcher.close()

    # what this process records

    def receive(self, points: NewPoints) -> None:
        """Send the new points of the runs that are drawn."""
        self._own.update(points)
        with self._chart.lock:
            drawn = {run.info.run_id: run.info.run_name for run in self._chart.known}
            if set(points) - set(drawn) and self._chosen_anew():
                return
            received = {run_id: points for run_id, points in points.items() if run_id in drawn and points}
            if received and self._is_other(received.values()):
                self._draw_again(received)
            elif received:
                self._send(received, drawn)

    def _is_other(self, received: Iterable[Sequence[Metric]]) -> bool:
        """Tell whether points change more than the ends of curves."""
        chart = self._chart
        if chart.band or chart.kind != "history":
            return True
        keys = {point.key for points in received for point in points}
        curved = {point.key for points in received for point in points if point.step > 0}
        return bool(keys - set(chart.available) or (chart.takes_more and curved - set(chart.metrics)))

    def _send(self, received: NewPoints, names: Mapping[str, str]) -> None:
        parts = [
            self._part(run_id, names[run_id], key, [each for each in points if each.key == key])
            for run_id, points in received.items()
            for key in dict.fromkeys(each.key for each in points)
            if key in self._chart.metrics
        ]
        if parts:
            layout, data = chart_data.packed(parts)
            self._chart.send({"event": "points", "version": self._chart.version, "series": layout}, [data])
            static_fallback.fallbacks().touch(self._chart)

    def _part(self, run_id: str, name: str, key: str, points: Sequence[Metric]) -> Curve:
        import numpy as np

        axis = self._chart.x
        x = np.array([each.step if axis == "step" else each.timestamp for each in points], dtype=np.float64)
        if axis == "relative":
            x = (x - self._start(run_id, key)) / 1000
        y = np.array([each.value for each in points], dtype=np.float64)
        return Curve(run_id, name, key, Series(x, y, len(points)))

    def _start(self, run_id: str, key: str) -> int:
        """Return when a curve began, in ms."""
        if (run_id, key) not in self._starts:
            self._starts[run_id, key] = int(min(self._chart.client.store.metric_history(run_id, key).timestamps))
        return self._starts[run_id, key]

    # what others record

    def refresh(self) -> None:
        """Redraw what other processes have changed: newer runs, and those that are running elsewhere."""
        with self._chart.lock:
            if not self._chosen_anew():
                elsewhere = [run for run in self._chart.known if run.info.status == "RUNNING"]
                self._draw_again(run.info.run_id for run in elsewhere if run.info.run_id not in self._own)
                self._rename()

    def _rename(self) -> None:
        """Take over the names that the runs were given since."""
        known = self._chart.known[:MOST_RENAMED]
        try:
            names = chart_data.run_names(self._chart.client.store, known)
        except NbtrackError:
            return
        if any(names.get(run.info.run_id, run.info.run_name) != run.info.run_name for run in known):
            self._chart.rename(names)

    def _chosen_anew(self) -> bool:
        """Draw the runs that are to be drawn by now; False where they are drawn already."""
        if self._choose is None:
            return False
        try:
            chosen = self._choose()
        except NbtrackError:
            return False
        before = [run.info.run_id for run in self._chart.known]
        if [run.info.run_id for run in chosen.runs] == before:
            return False
        self._chart.draw(*chosen)
        return True

    def _draw_again(self, changed: Iterable[str]) -> None:
        """Draw the same runs, and read anew those that may have changed."""
        known = {run.info.run_id: run for run in self._chart.known}
        try:
            fresh = {run_id: self._chart.client.get_run(run_id) for run_id in changed}
        except NbtrackError:
            return
        if any(run != known.get(run_id) for run_id, run in fresh.items()):
            self._chart.draw({**known, **fresh}.values(), self._chart.runs_found)


POLL_SECONDS = 1.0


class StoreWatcher:
    """Calls a method whenever anything was recorded since it was created; it polls only while it is open.

    Parameters
    ----------
    store : Store
        The store whose mark is polled.
    changed : bound method
        Called in a separate thread; the watcher does not keep its owner alive.
    """

    def __init__(self, store: Store, changed: Callable[[], None]) -> None:
        self._store, self._changed = store, weakref.WeakMethod(changed)
        self._seen = self._mark()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Start polling."""
        if self._thread is None or not self._thread.is_alive():
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._poll, args=(self._stop,), name="nbtrack-watch", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop polling."""
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _poll(self, stop: threading.Event) -> None:
        while not stop.is_set():
            found = self._mark()
            if found != self._seen:
                self._seen = found
                changed = self._changed()
                if changed is None:
                    return
                changed()
                del changed
            stop.wait(POLL_SECONDS)

    def _mark(self) -> object:
        try:
            return self._store.mark()
        except NbtrackError:
            return None
