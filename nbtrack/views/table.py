"""The run table: which columns it has, what is the same in all runs, and the rows of a page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.views import liveness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import KeySummary, Overview, Run

Cell = str | int | float | None


class Column(NamedTuple):
    """One column: its id (as a filter names it), its title, what it holds, and what it belongs to."""

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
LONG = 16
"""Characters of a title beyond which a dotted key is shortened."""
MOST_COLUMNS = 40
"""Columns beyond these wait until they are asked for."""


class Shape(NamedTuple):
    """What a table of a set of runs looks like, whatever page of it is shown."""

    total: int
    columns: tuple[Column, ...]
    constant: tuple[tuple[str, str], ...]
    more_columns: int


def shape(overview: Overview, chosen: Sequence[str] = ()) -> Shape:
    """Return the columns for a set of runs.

    Parameters that differ come first, then metrics, then parameters that most runs have not; what is the same in
    all is no column. The columns that somebody chose, by their ids, take the place of these; the name always leads.
    """
    if chosen:
        known = {each.id: each for each in every_column(overview)}
        columns = [known[each] for each in dict.fromkeys(chosen) if each in known and each != FIXED[0].id]
        return Shape(overview.total, (FIXED[0], *columns), _constant(overview), 0)
    differing = [key for key, seen in overview.params.items() if _differs(seen, overview.total)]
    rare = [key for key in differing if 2 * overview.params[key].runs < overview.total]
    labels = _labels(differing)
    columns = [
        *(_param(key, labels[key], overview.params[key]) for key in differing if key not in rare),
        *(Column(f"metrics.{key}", key, "number", "metric") for key in overview.metrics),
        *(_param(key, labels[key], overview.params[key]) for key in rare),
        *(Column(f"tags.{key}", key, "text", "tag") for key in _shown_tags(overview)),
    ]
    room = MOST_COLUMNS - len(FIXED)
    return Shape(overview.total, (*FIXED, *columns[:room]), _constant(overview), max(0, len(columns) - room))


def every_column(overview: Overview) -> list[Column]:
    """Return all columns that may be chosen."""
    return [
        *FIXED,
        *(_param(key, key, seen) for key, seen in overview.params.items()),
        *(Column(f"metrics.{key}", key, "number", "metric") for key in overview.metrics),
        *(Column(f"tags.{key}", key, "text", "tag") for key in overview.tags),
    ]


def _param(key: str, label: str, seen: KeySummary) -> Column:
    """Return the column of a parameter, of numbers where the least and the greatest text are some."""
    numbers = all(_reads_as_number(str(each)) for each in (seen.low, seen.high))
    return Column(f"params.{key}", label, "number" if numbers else "text", "param")


def _reads_as_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _number(text: str) -> int | float | None:
    """Return the number that a text is, where it says no more than that."""
    try:
        found = int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and str(found) == text else None


def _constant(overview: Overview) -> tuple[tuple[str, str], ...]:
    return tuple((key, str(seen.low)) for key, seen in overview.params.items() if not _differs(seen, overview.total))


def _labels(keys: Sequence[str]) -> dict[str, str]:
    """Return a title for each key: of a long dotted one its last part, when no other ends the same."""
    ends = [key.rpartition(".")[2] for key in keys]
    return {key: end if len(key) > LONG and ends.count(end) == 1 else key for key, end in zip(keys, ends, strict=True)}


def _differs(seen: KeySummary, total: int) -> bool:
    return total < 2 or seen.runs < total or seen.low != seen.high


def _shown_tags(overview: Overview) -> Iterable[str]:
    return (key for key in overview.tags if not key.startswith(reserved.HIDDEN_PREFIXES))


def row(
    run: Run, columns: Sequence[Column], readings: Mapping[str, float] | None = None, *, now: int | None = None
) -> list[Cell]:
    """Return the cells of a run; a float that JSON does not know is a word.

    `readings` are values of metrics to show in place of the last ones; `now`, in ms since the epoch UTC, has runs
    flagged that go on without a sign of life.
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
        return liveness.status(run, now)
    found: Cell = getattr(run.info, key)
    return found


def _word(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
