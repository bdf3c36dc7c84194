"""The points of runs that alert rules look at, from when they are logged until the rules see them.

Logging puts them into a list and nothing more; a run that no rule looks at has no list, and its points go past here.
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
    """For each metric its values and steps, in turns: value, step, value, step."""


class WatchedPoints:
    """The unseen points of this process, by the ids of the runs that are watched."""

    def __init__(self) -> None:
        self.by_run: dict[str, UnseenPoints] = {}


class _Discarded(list[float]):
    """A list that stays empty."""

    def extend(self, iterable: Iterable[float], /) -> None:
        """Forget what is given."""

    def __delitem__(self, key: SupportsIndex | slice[Any, Any, Any], /) -> None:
        """Have nothing to delete."""


def watch(run_id: str) -> None:
    """Gather the points of a run from now on."""
    process.state(WatchedPoints).by_run.setdefault(run_id, defaultdict(list))


def unwatch(run_id: str) -> None:
    """Gather the points of a run no longer; whoever still has its appender adds to nothing."""
    unseen = process.state(WatchedPoints).by_run.pop(run_id, None)
    if unseen is not None:
        _discard(unseen)


def discard_all() -> None:
    """Gather nothing any more, in a forked child: it has no thread that looks at the points."""
    by_run = process.state(WatchedPoints).by_run
    for each in by_run.values():
        _discard(each)
    by_run.clear()


def _discard(unseen: UnseenPoints) -> None:
    unseen.default_factory = _Discarded
    unseen.clear()


def take(run_id: str) -> dict[str, tuple[list[float], list[int]]]:
    """Return the unseen points of a run, for each metric its values and steps; they count as seen then."""
    unseen = process.state(WatchedPoints).by_run.get(run_id)
    found: dict[str, tuple[list[float], list[int]]] = {}
    for key, waiting in [] if unseen is None else list(unseen.items()):
        points = waiting[:]
        del waiting[: len(points)]
        if points:
            found[key] = points[::2], points[1::2]  # type: ignore[assignment] # in turns
    return found


def appender(run_id: str, records: Appender) -> Appender:
    """Return an appender that also gathers the points; if the run is not watched, the one that is given."""
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
    """Gather points that were logged otherwise, if the run is watched."""
    unseen = process.state(WatchedPoints).by_run.get(run_id)
    if unseen is not None:
        for key, value, _, step in points:
            unseen[key].extend((value, step))


def note_columns(run_id: str, columns: Mapping[str, Columns]) -> None:
    """Gather points that were logged as columns, if the run is watched."""
    unseen = process.state(WatchedPoints).by_run.get(run_id)
    if unseen is not None:
        for key, (steps, _, values) in columns.items():
            pairs = zip(map(float, values), map(int, steps), strict=True)
            unseen[key].extend(number for pair in pairs for number in pair)
