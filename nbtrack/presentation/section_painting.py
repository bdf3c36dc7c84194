"""Painting the details of runs: as static HTML for a saved notebook, and as text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from nbtrack.presentation import markdown
from nbtrack.presentation.formatting import number, short
from nbtrack.presentation.html import Html, element, status
from nbtrack.presentation.sections import (
    MOST_CHARACTERS,
    Code,
    Files,
    Grid,
    Note,
    Rows,
    Runs,
    State,
    Tags,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.presentation.row_tables import Value
    from nbtrack.presentation.sections import Section

MOST_STATIC_ROWS = 50
"""Most rows of a sweep in a saved notebook."""
MOST_OF_NOTE = 2000
"""Most characters of a note there."""
_EMPTY = ("br", "hr")


def static_html(title: str, sections: Sequence[Section], uid: str) -> str:
    """Return sections as HTML without scripts."""
    head = [element("div", element("b", short(title, 120)), style="margin:2px 0 4px")] if title else []
    return element("div", *head, *(_painted(each) for each in sections), data_nbtrack_static=uid)


def plain_text(title: str, sections: Sequence[Section]) -> str:
    """Return sections as text."""
    lines = [short(title, 120)] if title else []
    for each in sections:
        if isinstance(each, Values | Tags) and each.rows:
            lines += [f"{each.title}: " + ", ".join(f"{key}={short(value, 40)}" for key, value in each.rows)]
        elif isinstance(each, Grid):
            lines += [f"{key}: " + " | ".join(short(text, 30) for text in texts) for key, texts, *_ in each.rows]
        elif isinstance(each, Rows):
            lines.append(f"{each.title}: {each.total}")
    return "\n".join(lines)


def _painted(section: Section) -> Html:
    match section:
        case Values() | Tags():
            rows = [(key, (value,), True, None) for key, value in section.rows]
            return _titled(section.title, _table((), rows)) if rows else Html("")
        case Grid():
            return _titled(section.title, _table([each.name for each in section.runs], section.rows))
        case Code():
            text = "\n".join(line if sign == "@" else f"{sign} {line}" for sign, line in section.lines)
            return _titled(section.title, element("pre", text[:MOST_CHARACTERS], style="white-space:pre-wrap"))
        case Files():
            return _titled(section.title, Html("<br>".join(escape(path) for path, _ in section.files[:50])))
        case Runs():
            return _titled(section.title, element("div", ", ".join(short(each.name, 60) for each in section.runs)))
        case Rows():
            return _titled(section.title, _row_table(section))
        case _:
            return _untitled(section)


def _untitled(section: Section) -> Html:
    match section:
        case State():
            return _state(section)
        case Note():
            return element("div", *map(_marked_up, markdown.parsed(section.text[:MOST_OF_NOTE])))
        case _:
            return Html("")


def _state(section: State) -> Html:
    facts = element("span", *(f" · {each}" for each in section.facts), style="opacity:.7")
    error = [element("div", short(section.error, 500))] if section.error else []
    return element("div", status(section.status), facts, *error)


def _marked_up(node: markdown.Element | str) -> str | Html:
    """Return Markdown as HTML."""
    if isinstance(node, str):
        return node
    if node.name in _EMPTY:
        return Html(f"<{node.name}>")
    return element(node.name, *map(_marked_up, node.children), **_safe(node.attributes))


def _safe(attributes: dict[str, str]) -> dict[str, str]:
    away = {"rel": "noopener noreferrer", "target": "_blank"} if "href" in attributes else {}
    return {key: value for key, value in attributes.items() if key != "class"} | away


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
