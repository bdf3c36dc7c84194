"""The run table: its columns, what is identical in all runs, its rows, and how they are grouped or nested."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags
from nbtrack.presentation import column_choice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from nbtrack.entities import KeySummary, Overview, Run


Cell = str | int | float | None


class Column(NamedTuple):
    """One column: its id as in a filter, its title, the kind of its values, and its group."""

    id: str
    label: str
    kind: str
    group: str


FIXED = (
    Column("attributes.run_name", "name", "name", "run"),
    Column("attributes.status", "status", "status", "run"),
    Column("attributes.start_time", "started", "time", "run"),
    Column("attributes.duration", "duration", "duration", "run"),
)
RUN_ID = Column("attributes.run_id", "run id", "id", "run")
MOST_COLUMNS = 40
"""Most columns that are shown by default."""


class Shape(NamedTuple):
    """The layout of a table for a set of runs, the same on every page."""

    total: int
    columns: tuple[Column, ...]
    constant: tuple[tuple[str, str], ...]
    more_columns: int
    estimated: bool = False
    """Whether the number of runs is estimated, because there are very many."""


def shape(overview: Overview, chosen: Sequence[str] = (), seen: Sequence[Run] = ()) -> Shape:
    """Return the columns for a set of runs.

    By default these are the columns of the runs in view, `seen`, as `column_choice` orders them; what is identical in
    all runs is not a column, and neither are tags, which are shown beside the names. Chosen columns, by their ids,
    replace these; the name always leads.
    """
    known = {each.id: each for each in labelled_columns(overview)}
    if chosen:
        columns = [known[each] for each in dict.fromkeys(chosen) if each in known and each != FIXED[0].id]
        return Shape(overview.total, (FIXED[0], *columns), _constant(overview), 0, overview.estimated)
    params = differing(overview)
    choice = column_choice.choose(overview, params, seen)
    shown = [known[each] for each in _ids(choice)][: MOST_COLUMNS - len(FIXED)]
    more = len(params) + len(overview.metrics) - len(shown)
    return Shape(overview.total, (*FIXED, *shown), _constant(overview), more, overview.estimated)


def _ids(choice: column_choice.Choice) -> Iterable[str]:
    groups = zip(("params", "metrics", "params", "metrics"), choice, strict=True)
    return (f"{entity}.{key}" for entity, keys in groups for key in keys)


def labelled_columns(overview: Overview) -> Iterable[Column]:
    """Yield all columns, with titles as short as they can be."""
    titles = {
        "param": column_choice.labels(overview.params),
        "metric": column_choice.labels(overview.metrics),
    }
    for each in every_column(overview):
        yield each._replace(label=titles.get(each.group, {}).get(each.label, each.label))


def every_column(overview: Overview) -> list[Column]:
    """Return all columns to choose from."""
    return [
        *FIXED,
        *(_param(key, seen) for key, seen in overview.params.items()),
        *(Column(f"metrics.{key}", key, "number", "metric") for key in overview.metrics),
        *(Column(f"tags.{key}", key, "text", "tag") for key in overview.tags),
    ]


def _param(key: str, seen: KeySummary) -> Column:
    """Return the column of a parameter, numeric if its least and its greatest text are numbers."""
    numbers = all(_reads_as_number(str(each)) for each in (seen.low, seen.high))
    return Column(f"params.{key}", key, "number" if numbers else "text", "param")


def _reads_as_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _number(text: str) -> int | float | None:
    """Return the number that a text denotes, if the text is nothing else."""
    try:
        found = int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and str(found) == text else None


def _constant(overview: Overview) -> tuple[tuple[str, str], ...]:
    """Return what is identical in all runs, if all of them were looked at."""
    if overview.estimated:
        return ()
    titles = column_choice.labels(overview.params)
    same = ((key, seen) for key, seen in overview.params.items() if not _differs(seen, overview.total))
    return tuple((titles[key], str(seen.low)) for key, seen in same)


def differing(overview: Overview) -> list[str]:
    """Return the parameters that are not identical in all runs."""
    return [key for key, found in overview.params.items() if _differs(found, overview.total)]


def _differs(seen: KeySummary, total: int) -> bool:
    return total < 2 or seen.runs < total or seen.low != seen.high


def row(
    run: Run, columns: Sequence[Column], readings: Mapping[str, float] | None = None, *, now: int | None = None
) -> list[Cell]:
    """Return the cells of a run; a float that JSON lacks is text.

    `readings` are values of metrics to show in place of the last ones; `now`, in ms since the epoch UTC, marks runs
    that have sent no heartbeat for a while.
    """
    metrics = {**run.data.metrics, **readings} if readings else run.data.metrics
    return [_cell(run, each, metrics, now) for each in columns]


def _cell(run: Run, column: Column, metrics: Mapping[str, float], now: int | None) -> Cell:
    entity, _, key = column.id.partition(".")
    if entity == "metrics":
        value = metrics.get(key)
        return value if value is None or math.isfinite(value) else _word(value)
    if entity == "params":
        text = run.data.params.get(key)
        return text if text is None or column.kind == "text" or (number := _number(text)) is None else number
    if entity == "tags":
        return run.data.tags.get(key)
    if column.kind == "duration":
        return None if run.info.end_time is None else max(0, run.info.end_time - run.info.start_time)
    if key == "status" and now is not None:
        return shown_status(run, now)
    found: Cell = getattr(run.info, key)
    return found


def _word(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


class Line(NamedTuple):
    """One line: a run, or the heading of a group.

    `key` names what can be collapsed, `runs` is the number of runs below it, and `depth` its indentation. `members` are
    the places of the runs of a group.
    """

    run_id: str = ""
    label: str = ""
    depth: int = 0
    key: str = ""
    runs: int = 0
    closed: bool = False
    members: Sequence[int] = ()


def grouped(
    run_ids: Sequence[str],
    labels: Sequence[str | None],
    closed: Collection[str],
    names: Mapping[int, str] = MappingProxyType({}),
) -> list[Line]:
    """Return a heading for each label, in order of appearance, followed by its runs.

    Where `names` has the name of its first run, a heading is that.
    """
    groups: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        groups.setdefault("–" if label is None else label, []).append(place)
    lines = []
    for label, members in groups.items():
        key, title = f"group:{label}", names.get(members[0], label)
        lines.append(Line("", title, 0, key, len(members), key in closed, members))
        if key not in closed:
            lines += [Line(run_ids[each], depth=1) for each in members]
    return lines


def nested(run_ids: Sequence[str], parents: Mapping[str, str], closed: Collection[str]) -> list[Line]:
    """Return each run below its parent, where that is one of these; a cycle starts at its first run."""
    there, children = set(run_ids), dict[str, list[str]]()
    for each in run_ids:
        parent = parents.get(each)
        if parent in there and parent != each:
            children.setdefault(str(parent), []).append(each)
    below = {each for those in children.values() for each in those}
    tops = [each for each in run_ids if each not in below]
    seen: set[str] = set()
    lines = list(_descended(tops, children, closed, seen))
    return lines + list(_descended([each for each in run_ids if each not in seen], children, closed, seen))


def _descended(
    tops: Iterable[str], children: Mapping[str, Sequence[str]], closed: Collection[str], seen: set[str]
) -> Iterable[Line]:
    """Yield the lines below some runs; collapsed ones count as visited."""
    waiting = [(each, 0, True) for each in reversed(list(tops))]
    while waiting:
        run_id, depth, shown = waiting.pop()
        if run_id in seen:
            continue
        seen.add(run_id)
        own = children.get(run_id, ())
        if shown:
            yield Line(run_id, "", depth, run_id if own else "", len(own), run_id in closed)
        waiting += [(each, depth + 1, shown and run_id not in closed) for each in reversed(own)]


SILENT = "SILENT"
"""Shown instead of RUNNING."""


def shown_status(run: Run, now: int) -> str:
    """Return the status of a run, or `SILENT` when it is running but its owner sent no heartbeat for five minutes.

    Runs without an owner, which clients create, send no heartbeats.
    """
    if run.info.status != "RUNNING" or tags.OWNER not in run.data.tags:
        return run.info.status
    return SILENT if now - last_sign(run) > tags.HEARTBEAT_TIMEOUT_MS else run.info.status


def last_sign(run: Run) -> int:
    """Return the time of the last heartbeat or point of a run, in ms since the epoch (UTC)."""
    beat = run.data.tags.get(tags.HEARTBEAT, "")
    points = (each.timestamp for each in run.data.latest)
    return max(run.info.start_time, int(beat) if beat.isdecimal() else 0, *points, 0)
