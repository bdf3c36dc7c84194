"""The points of runs with alert rules, between being logged and being checked.

Logging only appends them to a list; a run without rules has no list, and its points are not copied.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, SupportsIndex

from nbtrack import process

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbtrack.entities import Metric
    from nbtrack.stores.interface import Appender, Columns

    UnseenPoints = defaultdict[str, list[float]]
    """For each metric its values and steps, alternating: value, step, value, step."""


class WatchedPoints:
    """The unseen points of this process, by the ids of the runs that are watched."""

    def __init__(self) -> None:
        self.by_run: dict[str, UnseenPoints] = {}


class _Discarded(list[float]):
    """A list that stays empty."""

    def extend(self, iterable: Iterable[float], /) -> None:
        """Discard the points."""

    def __delitem__(self, key: SupportsIndex | slice[Any, Any, Any], /) -> None:
        """Do nothing."""


def watch(run_id: str) -> None:
    """Collect the points of a run from now on."""
    process.state(WatchedPoints).by_run.setdefault(run_id, defaultdict(list))


def unwatch(run_id: str) -> None:
    """Stop collecting the points of a run; appenders that are still in use then discard points."""
    unseen = process.state(WatchedPoints).by_run.pop(run_id, None)
    if unseen is not None:
        _discard(unseen)


def discard_all() -> None:
    """Stop collecting in a forked child, which has no thread that checks the points."""
    by_run = process.state(WatchedPoints).by_run
    for each in by_run.values():
        _discard(each)
    by_run.clear()


def _discard(unseen: UnseenPoints) -> None:
    unseen.default_factory = _Discarded
    unseen.clear()


def take(run_id: str) -> dict[str, tuple[list[float], list[int]]]:
    """Return the unseen points of a run, for each metric its values and steps; they then count as seen."""
    unseen = process.state(WatchedPoints).by_run.get(run_id)
    found: dict[str, tuple[list[float], list[int]]] = {}
    for key, waiting in [] if unseen is None else list(unseen.items()):
        points = waiting[:]
        del waiting[: len(points)]
        if points:
            found[key] = points[::2], points[1::2]  # type: ignore[assignment] # values and steps alternate
    return found


def appender(run_id: str, records: Appender) -> Appender:
    """Return an appender that also collects the points; if the run is not watched, the given one."""
    unseen = process.state(WatchedPoints).by_run.get(run_id)
    if unseen is None:
        return records
    record_point = records.point

    def point(key: str, value: float, step: int, timestamp: int) -> None:
        record_point(key, value, step, timestamp)
        unseen[key].extend((value, step))

    def moment(values: Mapping[str, float], step: int, timestamp: int) -> None:
        records.moment(values, step, timestamp)
        for key, value in values.items():
            unseen[key].extend((value, step))

    return records._replace(point=point, moment=moment)


def note(run_id: str, points: Iterable[Metric]) -> None:
    """Collect points that were logged without an appender, if the run is watched."""
    unseen = process.state(WatchedPoints).by_run.get(run_id)
    if unseen is not None:
        for key, value, _, step in points:
            unseen[key].extend((value, step))


def note_columns(run_id: str, columns: Mapping[str, Columns]) -> None:
    """Collect points that were logged as columns, if the run is watched."""
    unseen = process.state(WatchedPoints).by_run.get(run_id)
    if unseen is not None:
        for key, (steps, _, values) in columns.items():
            pairs = zip(map(float, values), map(int, steps), strict=True)
            unseen[key].extend(number for pair in pairs for number in pair)
