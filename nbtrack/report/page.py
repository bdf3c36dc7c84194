"""The page of a report: one HTML file that loads nothing, and whose policy allows only its own script to run."""

from __future__ import annotations

import base64
import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.presentation import palette, table_layout
from nbtrack.presentation.formatting import STATUS_SIGNS, counted, duration, moment, number, short
from nbtrack.presentation.html import Html, element
from nbtrack.report import curves
from nbtrack.report.pictures import Pictures
from nbtrack.report.section_markup import SectionMarkup, table, titled, values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.entities import Run
    from nbtrack.presentation.table_layout import Cell, Column
    from nbtrack.report.content import Content, RunContent
    from nbtrack.report.pictures import Files
    from nbtrack.statistics.comparison import GroupComparison
    from nbtrack.statistics.diff_views import RunDiff

MOST_CONSTANT = 20


def page(content: Content, title: str, files: Files, now: int) -> str:
    """Return a report as HTML.

    Parameters
    ----------
    content : Content
        What it shows.
    title : str
        Its title.
    files : callable
        Gives the artifacts of a run, by its id.
    now : int
        The time of the export, in ms since the epoch (UTC).
    """
    style, script = (Path(__file__).with_name(f"report.{each}").read_text("utf-8") for each in ("css", "js"))
    style += "".join(_colours())
    head = element(
        "head",
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        element("style", Html(style)),
    )
    body = element("body", element("main", *_parts(content, title, files, now)), element("script", Html(script)))
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _colours() -> Iterator[str]:
    """Yield the colours of runs as rules, by the last digit of their ids."""
    for digit in "0123456789abcdef":
        light, dark = (palette.run_colour(digit, dark=each) for each in (False, True))
        yield f".run-{digit} {{ color: light-dark({light}, {dark}); }}\n"


def policy(style: str, script: str) -> str:
    """Return the policy of a page: its own style and script by their hashes, pictures in it, and nothing else."""
    hashes = (base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (style, script))
    allowed = (f"{kind}-src 'sha256-{each}'" for kind, each in zip(("style", "script"), hashes, strict=True))
    return "; ".join(["default-src 'none'", *allowed, "img-src data:", "base-uri 'none'", "form-action 'none'"])


def _parts(content: Content, title: str, files: Files, now: int) -> Iterator[Html]:
    yield element("h1", title)
    yield element("p", _about(content, now), class_="faint")
    yield from _constant(content)
    yield _runs(content)
    if content.comparison is not None:
        yield _comparison(content.comparison)
    if content.curves:
        drawn = (curves.chart(metric, found) for metric, found in content.curves.items())
        yield element("section", element("h2", "Curves"), element("div", *drawn, class_="charts"))
    sections = SectionMarkup(Pictures(files, len(content.runs)), len(content.runs))
    yield element("section", element("h2", "Each run"), *(_run(each, sections) for each in content.details))


def _about(content: Content, now: int) -> str:
    total, shown = content.listing.shape.total, len(content.runs)
    left_out = f", the first {shown} of them here" if shown < total else ""
    return f"{counted(total, 'run')}{left_out} · exported {moment(now)} by nbtrack"


def _constant(content: Content) -> Iterator[Html]:
    found = content.listing.shape.constant[:MOST_CONSTANT]
    if found:
        same = ", ".join(f"{key}={short(value, 40)}" for key, value in found)
        yield element("p", f"Identical in all runs: {same}", class_="faint")


# --- the table


def _runs(content: Content) -> Html:
    shape = content.listing.shape
    best = _best(content)
    lines = (_row(run, shape.columns, best) for run in content.runs)
    head = element(
        "tr", *(element("th", short(each.label, 40), scope="col", class_=_align(each)) for each in shape.columns)
    )
    made = element("table", element("thead", head), element("tbody", *lines), class_="runs")
    return element("section", element("h2", "Runs"), element("div", made, class_="wide"))


def _best(content: Content) -> dict[str, float | None]:
    metrics = (each.id for each in content.listing.shape.columns if each.group == "metric")
    return {each: content.listing.best(each.removeprefix("metrics.")) for each in metrics}


def _row(run: Run, columns: Sequence[Column], best: dict[str, float | None]) -> Html:
    cells = zip(columns, table_layout.row(run, columns), strict=True)
    return element("tr", *(_cell(run, column, value, best) for column, value in cells), data_run=run.info.run_id)


def _cell(run: Run, column: Column, value: Cell, best: dict[str, float | None]) -> Html:
    marked = " best" if value is not None and value == best.get(column.id) else ""
    sorted_by = {"data_value": str(value)} if isinstance(value, int | float) and math.isfinite(value) else {}
    return element("td", _shown(run, column, value), class_=_align(column) + marked, **sorted_by)


def _align(column: Column) -> str:
    return "right" if column.kind in {"number", "duration"} else "left"


def _shown(run: Run, column: Column, value: Cell) -> str | Html:
    if column.kind == "name":
        link = element("a", short(str(value), 80), href=f"#run-{run.info.run_id}")
        return Html(f"{dot(run.info.run_id)} {link}")
    if column.kind == "status":
        return f"{STATUS_SIGNS.get(str(value), '?')} {str(value).lower()}"
    if column.kind == "time":
        return moment(int(value or 0))
    if column.kind == "duration":
        return duration(value if isinstance(value, int) else None)
    if isinstance(value, int | float):
        return number(value)
    return "–" if value is None else short(value, 80)


def dot(run_id: str) -> Html:
    """Return the colour of a run as a dot."""
    circle = element("circle", cx="5", cy="5", r="5", fill="currentColor")
    return element("svg", circle, viewBox="0 0 10 10", class_=f"dot {curves.colour(run_id)}", aria_hidden="true")


# --- comparison, and each run


def _comparison(found: GroupComparison) -> Html:
    lines = [[short(cell, 90) for cell in line] for line in found.lines()]
    remarks = (element("p", each, class_="faint") for each in found.remarks)
    heads = [short(each, 40) for each in found.heads()]
    return element(
        "section", element("h2", "Over seeds"), element("p", found.conclusion()), table(heads, lines), *remarks
    )


def _run(found: RunContent, sections: SectionMarkup) -> Html:
    run_id, name = found.run.info.run_id, found.run.info.run_name
    status = STATUS_SIGNS.get(found.run.info.status, "?")
    head = element("summary", Html(f"{dot(run_id)} {element('b', short(name, 80))} "), status)
    shown = [sections.markup(each, run_id, name) for each in found.sections]
    return element("details", head, *shown[:2], *_changed(found.diff, run_id, sections), *shown[2:], id=f"run-{run_id}")


def _changed(diff: RunDiff | None, run_id: str, sections: SectionMarkup) -> Iterator[Html]:
    if diff is None:
        return
    rows = [*diff.causes_section().rows, *((each.key, each.description) for each in diff.metrics)]
    yield titled(f"changed since {short(diff.before, 60)}", values(rows))
    for each in diff.code_sections("code", "earlier code"):
        yield titled(short(each.title, 120), sections.code(each, run_id))
