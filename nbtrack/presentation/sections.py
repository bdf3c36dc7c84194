"""The sections of a comparison or of the details of a run, to be drawn live or painted as static HTML."""

from __future__ import annotations

import json
import math
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags as reserved
from nbtrack.presentation import comparison, metric_goals
from nbtrack.presentation.formatting import duration, moment, number, short
from nbtrack.presentation.html import Html, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.entities import DatasetInput, FileInfo, Run
    from nbtrack.presentation.row_tables import Cells, Column, RowTable, Value

MOST_CHARACTERS = 20_000
"""Most characters of code that are shown."""
MOST_ROWS = 200
"""Most rows of a sweep that are shown."""
MOST_IN_CELL = 300
"""Most characters of a value in them."""
MOST_STATIC_ROWS = 50
"""Most of them in a saved notebook."""


class Values(NamedTuple):
    """Keys and values."""

    title: str
    rows: tuple[tuple[str, str], ...]
    kind: str = "values"


class Grid(NamedTuple):
    """A column for each run: rows of [key, texts, whether they differ, where the best is]."""

    title: str
    runs: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[str, ...], bool, int | None], ...]
    kind: str = "grid"


class Code(NamedTuple):
    """Lines of code, each with its sign in a diff."""

    title: str
    lines: tuple[tuple[str, str], ...]
    kind: str = "code"


class Note(NamedTuple):
    """The editable note of a run."""

    text: str
    kind: str = "note"


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
    """The first rows of runs, and how many there are; numbers that JSON lacks are spelled out."""

    title: str
    runs: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Cells, ...]
    total: int
    kind: str = "rows"


Section = Values | Grid | Code | Note | Files | Images | Rows


def as_json(section: Section) -> dict[str, Any]:
    """Return a section as JSON for the front end."""
    if isinstance(section, Rows):
        return section._asdict() | {
            "columns": [each._asdict() for each in section.columns],
            "rows": [[_json(value) for value in row] for row in section.rows],
        }
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
    runs = tuple((each.info.run_id, each.info.run_name) for each in found.runs)
    about = comparison.Comparison(found.runs, tuple(_about(found.runs)))
    sections: list[Section] = [_grid("run", runs, about.rows)]
    for group in ("parameters", "metrics", "tags"):
        rows = tuple(each for each in found.rows if each.group == group)
        if rows:
            sections.append(_grid(group, runs, rows))
        if group == "metrics":
            sections += sweeps
    for (_, name), code in zip(runs[1:], codes[1:], strict=True):
        lines = tuple(comparison.diff(codes[0] or "", code or ""))
        if lines:
            sections.append(Code(f"code: {runs[0][1]} → {name}", lines))
    return sections


def _grid(title: str, runs: tuple[tuple[str, str], ...], rows: Sequence[comparison.Row]) -> Grid:
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
    run: Run, code: str | None, shown: Sequence[Section], files: Sequence[FileInfo], sweeps: Sequence[Rows] = ()
) -> list[Section]:
    """Return the sections of a run; `shown` are the sections of the output of its cell, `sweeps` its rows."""
    tags = run.data.tags
    about = [
        ("status", run.info.status.lower()),
        ("started", moment(run.info.start_time)),
        ("duration", _took(run)),
        ("user", run.info.user_id),
        ("run id", run.info.run_id),
        *((name, tags[key]) for name, key in _ORIGIN if tags.get(key)),
    ]
    system = {key: value for key, value in run.data.metrics.items() if metric_goals.is_system_metric(key)}
    own = {key: value for key, value in run.data.metrics.items() if key not in system}
    sections: list[Section] = [Values("run", tuple(about)), Note(tags.get(reserved.NOTE, ""))]
    for title, rows in (
        ("parameters", tuple(run.data.params.items())),
        ("metrics", tuple((key, number(value)) for key, value in own.items())),
        ("tags", tuple((k, v) for k, v in tags.items() if not k.startswith(reserved.HIDDEN_PREFIXES))),
        ("inputs", tuple((each.dataset.name, _input(each)) for each in run.inputs.dataset_inputs)),
        ("system", tuple((key, number(value)) for key, value in system.items())),
    ):
        if rows:
            sections.append(Values(title, rows))
        if title == "metrics":
            sections += sweeps
    if code is not None:
        sections.append(text("code", code))
    sections += shown
    found = tuple((each.path, each.file_size or 0) for each in files if not each.is_dir)
    return [*sections, Files("artifacts", run.info.run_id, found)] if found else sections


def text(title: str, content: str) -> Code:
    """Return text as a section of code."""
    return Code(title, tuple((" ", line) for line in content[:MOST_CHARACTERS].splitlines()))


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
    ("error", reserved.ERROR),
    ("source", reserved.SOURCE_NAME),
    ("branch", reserved.GIT_BRANCH),
    ("commit", reserved.GIT_COMMIT),
)


def static_html(title: str, sections: Sequence[Section], uid: str) -> str:
    """Return sections as HTML without scripts."""
    head = element("div", element("b", short(title, 120)), style="margin:2px 0 4px")
    return element("div", head, *(_painted(each) for each in sections), data_nbtrack_static=uid)


def plain_text(title: str, sections: Sequence[Section]) -> str:
    """Return sections as text."""
    lines = [short(title, 120)]
    for each in sections:
        if isinstance(each, Values):
            lines += [f"{each.title}: " + ", ".join(f"{key}={short(value, 40)}" for key, value in each.rows)]
        elif isinstance(each, Grid):
            lines += [f"{key}: " + " | ".join(short(text, 30) for text in texts) for key, texts, *_ in each.rows]
        elif isinstance(each, Rows):
            lines.append(f"{each.title}: {each.total}")
    return "\n".join(lines)


def _painted(section: Section) -> Html:
    match section:
        case Values():
            rows = [(key, (value,), True, None) for key, value in section.rows]
            return _titled(section.title, _table((), rows))
        case Grid():
            return _titled(section.title, _table([name for _, name in section.runs], section.rows))
        case Code():
            text = "\n".join(line if sign == "@" else f"{sign} {line}" for sign, line in section.lines)
            return _titled(section.title, element("pre", text[:MOST_CHARACTERS], style="white-space:pre-wrap"))
        case Note():
            return element("div", short(section.text, 2000), style="opacity:.8") if section.text else Html("")
        case Files():
            return _titled(section.title, Html("<br>".join(escape(path) for path, _ in section.files[:50])))
        case Images():
            return Html("")
        case Rows():
            return _titled(section.title, _row_table(section))


def _titled(title: str, content: Html) -> Html:
    return Html(element("div", title, style="opacity:.7;font-size:90%;margin-top:8px") + content)


def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Html:
    left = {"style": "text-align:left"}
    body = [
        element(
            "tr",
            element("td", short(key, 60), **left),
            *(
                element(
                    "td",
                    element("b", short(text, 80)) if place == best else short(text, 80),
                    **left,
                )
                for place, text in enumerate(texts)
            ),
        )
        for key, texts, _, best in rows
    ]
    names = [element("th", short(each, 40), **left) for each in heads]
    head = element("tr", element("th", ""), *names) if heads else Html("")
    table = element("table", head, *body, style="border-collapse:collapse;font-size:90%", cellpadding="4")
    return element("div", table, style="overflow-x:auto")


def _row_table(section: Rows) -> Html:
    """Return the first rows as a table, its numbers aligned, and how many more there are."""
    aligned = [
        {"style": f"text-align:{'right' if each.kind == 'number' else 'left'};white-space:nowrap"}
        for each in section.columns
    ]
    heads = [short(" · ".join(filter(None, (each.label, each.run_name))), 60) for each in section.columns]
    head = element("tr", *(element("th", text, **style) for text, style in zip(heads, aligned, strict=True)))
    body = [
        element("tr", *(element("td", row_value(value), **style) for value, style in zip(row, aligned, strict=True)))
        for row in section.rows[:MOST_STATIC_ROWS]
    ]
    table = element("table", head, *body, style="border-collapse:collapse;font-size:90%", cellpadding="4")
    hidden = section.total - len(body)
    more = element("div", f"and {hidden} more", style="opacity:.7;font-size:90%") if hidden > 0 else Html("")
    return Html(element("div", table, style="overflow-x:auto") + more)


def row_value(value: Value) -> str:
    """Return a value of a row, formatted for reading."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    return "–" if value is None else short(str(value), 60)
