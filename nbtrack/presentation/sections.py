"""The sections of a comparison or of the details of a run, to be drawn live or painted as static HTML."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags as reserved
from nbtrack.alerting import alert
from nbtrack.presentation import comparison, markdown, metric_goals, syntax
from nbtrack.presentation.formatting import ALERT_SIGNS, duration, moment, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.alerting.alert import Alert
    from nbtrack.entities import DatasetInput, FileInfo, Run
    from nbtrack.presentation.row_tables import Cells, Column, RowTable, Value

MOST_CHARACTERS = 20_000
"""Most characters of code that are shown."""
MOST_ROWS = 200
"""Most rows of a sweep that are shown."""
MOST_IN_CELL = 300
"""Most characters of a value in them."""


class RunLink(NamedTuple):
    """A link to a run."""

    run_id: str
    name: str
    experiment_id: str
    status: str = ""


class Values(NamedTuple):
    """Keys and values."""

    title: str
    rows: tuple[tuple[str, str], ...]
    kind: str = "values"


class Grid(NamedTuple):
    """A column for each run: rows of [key, texts, whether they differ, where the best is]."""

    title: str
    runs: tuple[RunLink, ...]
    rows: tuple[tuple[str, tuple[str, ...], bool, int | None], ...]
    kind: str = "grid"


class Code(NamedTuple):
    """Lines of code, each with its sign in a diff."""

    title: str
    lines: tuple[tuple[str, str], ...]
    language: str = ""
    """As in `syntax.LANGUAGES`; empty for plain text."""
    kind: str = "code"


class State(NamedTuple):
    """The state of a run: its status, start time, duration, and the error that ended it."""

    status: str
    facts: tuple[str, ...]
    error: str
    kind: str = "state"


class Note(NamedTuple):
    """The editable note of a run, in Markdown."""

    text: str
    kind: str = "note"


class Charts(NamedTuple):
    """The place of the curves of a run, which are drawn by a chart."""

    kind: str = "charts"


class Tags(NamedTuple):
    """The editable tags of a run."""

    title: str
    rows: tuple[tuple[str, str], ...]
    kind: str = "tags"


class Runs(NamedTuple):
    """Other runs, and how many there are."""

    title: str
    runs: tuple[RunLink, ...]
    total: int
    kind: str = "runs"


class Files(NamedTuple):
    """The artifacts of a run: their paths and sizes in bytes."""

    title: str
    run_id: str
    files: tuple[tuple[str, int], ...]
    kind: str = "files"


class Images(NamedTuple):
    """Images side by side: [run id, caption, path]."""

    title: str
    images: tuple[tuple[str, str, str], ...]
    kind: str = "images"


class Rows(NamedTuple):
    """The first rows of runs, and how many there are; numbers that JSON lacks are text."""

    title: str
    runs: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Cells, ...]
    total: int
    kind: str = "rows"


Section = Values | Grid | Code | State | Note | Charts | Tags | Runs | Files | Images | Rows


def part_of(sections: Sequence[Section], part: str) -> Sequence[Section]:
    """Return the sections ``above`` the charts or ``below`` them; all of them when `part` is empty."""
    place = next((number for number, each in enumerate(sections) if isinstance(each, Charts)), len(sections))
    return {"above": sections[:place], "below": sections[place + 1 :]}.get(part, sections)


def as_json(section: Section) -> dict[str, Any]:
    """Return a section as JSON for the front end."""
    match section:
        case Rows():
            return section._asdict() | {
                "columns": [each._asdict() for each in section.columns],
                "rows": [[_json(value) for value in row] for row in section.rows],
            }
        case Code():
            pieces = syntax.highlighted([line for _, line in section.lines], section.language)
            lines = [
                [sign, [("", line)] if sign == "@" else each]
                for (sign, line), each in zip(section.lines, pieces, strict=True)
            ]
            return {"kind": section.kind, "title": section.title, "lines": lines}
        case Note():
            return section._asdict() | {"content": markdown.parsed(section.text)}
        case Grid() | Runs():
            return section._asdict() | {"runs": [each._asdict() for each in section.runs]}
        case _:
            return section._asdict()


def _json(value: Value) -> Value:
    if isinstance(value, str):
        return value[:MOST_IN_CELL]
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def row_section(runs: Sequence[Run], table: RowTable) -> Rows:
    """Return the first rows of runs as a section."""
    ids = tuple(each.info.run_id for each in runs)
    return Rows("rows", ids, table.columns, table.cells[:MOST_ROWS], len(table.cells))


def comparison_sections(
    found: comparison.Comparison, codes: Sequence[str | None], sweeps: Sequence[Rows] = ()
) -> list[Section]:
    """Return the sections of a comparison; `codes` are the sources of their cells, `sweeps` their rows."""
    runs = tuple(map(link_to, found.runs))
    about = comparison.Comparison(found.runs, tuple(_about(found.runs)))
    sections: list[Section] = [_grid("run", runs, about.rows)]
    for group in ("parameters", "metrics", "tags"):
        rows = tuple(each for each in found.rows if each.group == group)
        if rows:
            sections.append(_grid(group, runs, rows))
        if group == "metrics":
            sections += sweeps
    for run, code in zip(runs[1:], codes[1:], strict=True):
        lines = tuple(comparison.diff(codes[0] or "", code or ""))
        if lines:
            sections.append(Code(f"code: {runs[0].name} → {run.name}", lines, "python"))
    return sections


def link_to(run: Run) -> RunLink:
    """Return a link to a run."""
    return RunLink(run.info.run_id, run.info.run_name, run.info.experiment_id, run.info.status)


def _grid(title: str, runs: tuple[RunLink, ...], rows: Sequence[comparison.Row]) -> Grid:
    return Grid(title, runs, tuple((each.key, tuple(each.texts()), each.differs, each.best) for each in rows))


def _about(runs: Sequence[Run]) -> Iterable[comparison.Row]:
    yield comparison.Row("run", "status", tuple(each.info.status.lower() for each in runs))
    yield comparison.Row("run", "duration", tuple(_took(each) for each in runs))
    yield comparison.Row("run", "user", tuple(each.info.user_id for each in runs))
    commits = tuple(each.data.tags.get(reserved.GIT_COMMIT, "")[:10] or None for each in runs)
    if any(commits):
        yield comparison.Row("run", "commit", commits)


def _took(run: Run) -> str:
    return duration(None if run.info.end_time is None else run.info.end_time - run.info.start_time)


def run_sections(
    run: Run,
    code: str | None,
    shown: Sequence[Section],
    files: Sequence[FileInfo],
    related: Sequence[Section] = (),
    models: Sequence[Section] = (),
) -> list[Section]:
    """Return the sections of a run in the order in which they are read: results first, then their context.

    `shown` are the sections of the output of its cell, `related` its rows and the runs that belong to it, `models`
    those that it has logged.
    """
    metrics = run.data.metrics
    system = {key: value for key, value in metrics.items() if metric_goals.is_system_metric(key)}
    own = {key: value for key, value in metrics.items() if key not in system}
    return [
        _state(run),
        *_values("alerts", map(_alert, alert.from_tags(run.data.tags))),
        Note(run.data.tags.get(reserved.NOTE, "")),
        *_values("metrics", ((key, number(value)) for key, value in own.items())),
        *related,
        Charts(),
        *_values("parameters", run.data.params.items()),
        *_values("inputs", ((each.dataset.name, _input(each)) for each in run.inputs.dataset_inputs)),
        *models,
        *shown,
        *([] if code is None else [text("code", code, "python")]),
        *_files(run, files),
        Tags("tags", _own_tags(run)),
        *_values("details", _details(run)),
        *_values("system", ((key, number(value)) for key, value in system.items())),
    ]


def _state(run: Run) -> State:
    facts = (f"started {moment(run.info.start_time)}", *([] if run.info.end_time is None else [f"took {_took(run)}"]))
    return State(run.info.status, facts, run.data.tags.get(reserved.ERROR, ""))


def _alert(raised: Alert) -> tuple[str, str]:
    said = f"{raised.title}: {raised.text}" if raised.text else raised.title
    return f"{ALERT_SIGNS[raised.level]} {raised.level}", f"{said} · {moment(raised.time // 1_000_000)}"


def _values(title: str, rows: Iterable[tuple[str, str]]) -> list[Section]:
    found = tuple(rows)
    return [Values(title, found)] if found else []


def _files(run: Run, files: Sequence[FileInfo]) -> list[Section]:
    found = tuple((each.path, each.file_size or 0) for each in files if not each.is_dir)
    return [Files("artifacts", run.info.run_id, found)] if found else []


def _own_tags(run: Run) -> tuple[tuple[str, str], ...]:
    return tuple((k, v) for k, v in run.data.tags.items() if not k.startswith(reserved.HIDDEN_PREFIXES))


def _details(run: Run) -> Iterable[tuple[str, str]]:
    yield "user", run.info.user_id
    yield "run id", run.info.run_id
    yield from ((name, run.data.tags[key]) for name, key in _ORIGIN if run.data.tags.get(key))


def text(title: str, content: str, language: str = "") -> Code:
    """Return text as a section of code."""
    return Code(title, tuple((" ", line) for line in content[:MOST_CHARACTERS].splitlines()), language)


def _input(used: DatasetInput) -> str:
    """Return the context, the size and the digest of a dataset."""
    try:
        profile = json.loads(used.dataset.profile or "{}")
    except ValueError:
        profile = {}
    context = [tag.value for tag in used.tags if tag.key == reserved.DATASET_CONTEXT]
    sizes = [f"{value} {key.removeprefix('num_')}" for key, value in profile.items() if isinstance(value, int | str)]
    return ", ".join([*context, *sizes, used.dataset.digest])


_ORIGIN = (
    ("source", reserved.SOURCE_NAME),
    ("branch", reserved.GIT_BRANCH),
    ("commit", reserved.GIT_COMMIT),
)
