"""Painting a card as HTML: inline styles only, so that a saved notebook shows it the same everywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbtrack.presentation import html, palette
from nbtrack.presentation.card import MOST_ALERTS, MOST_CHANGED, MOST_ITEMS, MOST_OF_NOTE
from nbtrack.presentation.formatting import ALERT_SIGNS, duration, number, parameter, short
from nbtrack.presentation.html import Html, element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.alerting.alert import Alert
    from nbtrack.capture.facts import PassedOver
    from nbtrack.presentation.card import Card, CardMetric, Rows

LINES = 8
"""Most lines of a column of parameters or metrics; more of them stand side by side."""
MOST_ROWS, MOST_COLUMNS = 10, 12
"""Most rows and columns of a sweep on one card."""
MOST_OF_TITLE = 400
"""Characters of a value in a tooltip."""
_RECOGNISED = (
    ("lr = 0.1", "parameter: a constant"),
    ("acc = model.score(X, y)", "metric: a result that is displayed, or that nothing else uses"),
    ("for epoch in …: loss = …", "curve: a result of each iteration"),
    ("%%track --metrics NAME", "metric: any number, by name"),
)
"""The examples on an empty card, each with what is recorded."""
_FAINT = "opacity:.65"
_CARD = "font-size:90%;line-height:1.5;padding:4px 10px;margin:2px 0;border-left:3px solid;"
_FLOW = "display:flex;flex-wrap:wrap;align-items:baseline;gap:0 1em"
_EXAMPLES = "display:grid;grid-template-columns:max-content auto;gap:2px 1em;justify-content:start;margin-top:2px"
_COLUMNS = "display:flex;flex-wrap:wrap;align-items:flex-start;gap:0 2.5em"
_TABLE = "border-collapse:collapse;border:0;margin:2px 0;font-size:inherit;white-space:nowrap"
_ROW = "background:none;border:0"
_CELL = "padding:0 1em 0 0;border:0;background:none;font-weight:normal;line-height:18px;text-align:"
_GOOD, _BAD = "#2e8b57", "#c8322b"
_ALERT_COLOURS = {"info": "#2f6fde", "warning": "#b8860b", "error": _BAD}


def markup(said: Card, kernel: str = "", store: str = "") -> str:
    """Return the card as HTML.

    It carries the ids of its run, its kernel, and its store behind Jupyter's server, so that a live page can add a
    toolbar, and follow a run that has not ended; by itself it does nothing.
    """
    style = _CARD + html.tinted("border-color", palette.run_colour(said.run_id)) + "font-variant-numeric:tabular-nums"
    marks = {"data_nbtrack_run": said.run_id, "data_nbtrack_kernel": kernel, "data_nbtrack_links": " ".join(said.links)}
    marks |= {"data_nbtrack_baseline": short(said.baseline, 40)} if said.baseline else {}
    marks |= {"data_nbtrack_store": store, "data_nbtrack_status": said.status}
    return element("div", *_parts(said), style=style, class_="nbtrack-card", **marks)


def _parts(said: Card) -> Iterator[Html]:
    yield _head(said)
    yield from map(_alert, said.alerts[-MOST_ALERTS:])
    if len(said.alerts) > MOST_ALERTS:
        yield element("div", f"and {len(said.alerts) - MOST_ALERTS} earlier alerts", style=_FAINT)
    if said.params or said.metrics:
        yield element("div", *_columns(_params(said)), *_columns(_metrics(said)), style=_COLUMNS)
        yield from _hidden(said)
    changed = _other_changes(said)
    if changed:
        yield element("div", f"Changed since last run: {short(changed, MOST_CHANGED)}", style=_FAINT)
    if said.rows is not None:
        yield _sweep(said.rows)
    if said.is_empty:
        yield _help()
    if said.passed_over:
        yield _not_recorded(said.passed_over)
    if said.not_kept:
        yield element("div", f"Not kept: {said.not_kept}", style=_FAINT)
    if said.tags or said.note:
        yield _annotations(said)


def _head(said: Card) -> Html:
    parts = [
        Html(f"{html.dot(said.run_id)} {element('b', short(said.name))}"),
        html.status(said.status),
        element("span", duration(said.duration), style=_FAINT),
        *([element("span", f"against {short(said.baseline, 40)}", style=_FAINT)] if said.baseline else []),
        *([element("span", short(said.error, 120), style="opacity:.8")] if said.error else []),
    ]
    # The spaces separate them in viewers that remove styles.
    return element("div", *(Html(f"{element('span', each)} ") for each in parts), style=_FLOW)


def _alert(raised: Alert) -> Html:
    sign = element(
        "span",
        ALERT_SIGNS[raised.level],
        style=html.tinted("color", _ALERT_COLOURS[raised.level]),
        role="img",
        aria_label=raised.level,
    )
    text = [element("span", f" {short(raised.text, 200)}", style=_FAINT)] if raised.text else []
    return element("div", sign, " ", element("b", short(raised.title, 120)), *text, data_nbtrack_alert=raised.level)


# --- the grid: name, value, change, curve


def _columns(lines: Sequence[Html]) -> Iterator[Html]:
    """Put lines into tables of equal height, at most `LINES` each."""
    count = -(-len(lines) // LINES) or 1
    height = -(-len(lines) // count) or 1
    for start in range(0, len(lines), height):
        yield element("table", element("tbody", Html(" ".join(lines[start : start + height]))), style=_TABLE)


def _hidden(said: Card) -> Iterator[Html]:
    """Return a note on how many parameters and metrics are not on the card."""
    for items, noun in ((said.params, "parameters"), (said.metrics, "metrics")):
        if len(items) > MOST_ITEMS:
            yield element("div", f"and {len(items) - MOST_ITEMS} more {noun}", style=_FAINT)


def _line(key: str, *cells: Html) -> Html:
    name = element("th", short(key, 40), scope="row", style=f"{_CELL}left;{_FAINT}")
    return element("tr", Html(" ".join((name, *cells))), style=_ROW, data_nbtrack_key=key)


def _cell(content: str, align: str = "left") -> Html:
    return element("td", content, style=_CELL + align)


def _parameter(value: str) -> str:
    """Return a parameter as a cell, with its full text as a tooltip if it is shortened."""
    shown = short(parameter(value), 40)
    return shown if shown == value else element("span", shown, title=short(value, MOST_OF_TITLE))


def _params(said: Card) -> list[Html]:
    lines = []
    for key, value, old in said.params[:MOST_ITEMS]:
        before = [] if old is None else [_cell(element("span", "was ", _parameter(old), style=_FAINT))]
        lines.append(_line(key, _cell(_parameter(value)), *before))
    return lines


def _other_changes(said: Card) -> str:
    """Return what changed since the last run, without the parameters whose former values stand beside them."""
    changed = said.changed
    for key, value, old in said.params[:MOST_ITEMS]:
        if old is not None:
            change = re.escape(f"{key} {old} → {value}")
            changed = re.sub(rf"(^|(?<=, )){change}(, |$)", "", changed)
    return changed.removesuffix(", ")


def _metrics(said: Card) -> list[Html]:
    shown = said.metrics[:MOST_ITEMS]
    compared = any(_comparison(each, "") for each in shown)
    colour = palette.run_colour(said.run_id)
    return [
        _line(
            each.key,
            _cell(element("b", number(each.value)), "right"),
            *([_cell(_comparison(each, said.baseline))] if compared else []),
            _cell(html.spark(each.curve, colour)),
        )
        for each in shown
    ]


def _comparison(metric: CardMetric, baseline: str) -> Html:
    """Return the change since the last run or the baseline, and whether it is the best of all runs."""
    parts = []
    if metric.change:
        style = html.tinted("color", _GOOD if metric.better else _BAD)
        title, spoken = (
            f"{metric.verdict} than in {short(baseline, 40) or 'the last run'}",
            f"{metric.change}, {metric.verdict}",
        )
        parts.append(element("span", metric.change, style=style, title=title, role="img", aria_label=spoken))
    if metric.best:
        parts.append(element("span", "best", style=_FAINT))
    elif metric.record is not None and metric.record not in {metric.value, metric.before}:
        parts.append(element("span", f"best {number(metric.record)}", style=_FAINT))
    return Html(" ".join(parts))


# --- below it


def _sweep(rows: Rows) -> Html:
    """Return the first iterations of a sweep as a table."""
    columns = rows.columns[:MOST_COLUMNS]
    head = element(
        "tr", *(element("th", short(each, 40), style=f"{_CELL}right;{_FAINT}") for each in columns), style=_ROW
    )
    body = [
        element("tr", *(_cell(_shown(value), "right") for value in row[: len(columns)]), style=_ROW)
        for row in rows.cells[:MOST_ROWS]
    ]
    table = element("table", element("thead", head), element("tbody", *body), style=_TABLE)
    hidden = len(rows.cells) - len(body)
    more = element("div", f"and {hidden} more rows: ", element("code", "%track rows"), style=_FAINT)
    return element("div", table, *([more] if hidden > 0 else []), style="overflow-x:auto")


def _shown(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    return "–" if value is None else short(str(value), 40)


def _help() -> Html:
    """Return examples of what is recorded."""
    lines = [
        Html(f"{element('div', element('code', example))} {element('div', words, style=_FAINT)}")
        for example, words in _RECOGNISED
    ]
    examples = element("div", *lines, style=_EXAMPLES)
    return element("div", "Nothing in this cell was recorded. What is recorded:", examples)


def _not_recorded(found: Sequence[PassedOver]) -> Html:
    """Return the values that were not recorded, with the reasons; a live page adds a button to keep each."""
    listed = [
        element(
            "span",
            element("code", short(each.name, 40)),
            f" {number(each.value)} ",
            element("span", f"({short(each.reason, 60)})", style=_FAINT),
            style="display:inline-block",
            data_nbtrack_candidate=each.name,
        )
        for each in found
    ]
    return element(
        "div", element("span", "Not recorded:", style=_FAINT), *(Html(f" {each}") for each in listed), style=_FLOW
    )


def _annotations(said: Card) -> Html:
    """Return the tags and the note of the user in one line."""
    tags = [element("span", f"{short(key, 40)}={short(value, 40)}") for key, value in said.tags[:MOST_ITEMS]]
    note = [element("span", short(said.note, MOST_OF_NOTE), style="font-style:italic")] if said.note else []
    return element("div", *(Html(f"{each} ") for each in (*tags, *note)), style=f"{_FLOW};opacity:.8")
