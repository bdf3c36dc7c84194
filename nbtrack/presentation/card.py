"""The card under a tracked cell: its content is computed first, then painted as HTML or as one line of text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.presentation import html, metric_goals, palette, passed_over
from nbtrack.presentation.formatting import change, duration, number, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbtrack.capture.facts import PassedOver
    from nbtrack.entities import KeySummary, Run

MOST_ITEMS = 24
"""Most parameters, and most metrics, on one card."""
_RECOGNISED = (
    ("lr = 0.1", "a name bound to a constant is a parameter"),
    ("acc = model.score(X, y)", "a number that the cell computes and shows, or uses for nothing else, is a metric"),
    ("for epoch in …: loss = …", "a result that a loop binds in each turn is a curve"),
)
"""What an empty card explains: an example and what is recorded of it."""

_FAINT = "opacity:.65"
MOST_ROWS, MOST_COLUMNS = 10, 12
"""Most rows and columns of a sweep on one card."""
_TABLE = "border-collapse:collapse;font-size:95%;white-space:nowrap;margin:2px 0"
_CELL = "text-align:right;padding:0 1em 0 0;font-weight:normal;"


class Rows(NamedTuple):
    """The settings and results of each turn of a sweep."""

    columns: Sequence[str]
    cells: Sequence[Sequence[object]]
    """For each turn the values of its columns."""


class Reading(NamedTuple):
    """One metric on the card: its value, the value in the last run, the best of all earlier runs, and its curve."""

    key: str
    value: float
    before: float | None
    record: float | None
    curve: tuple[float, ...]
    lower: bool
    """Whether lower values are better."""

    @property
    def best(self) -> bool:
        """Whether it is better than in all earlier runs, if there are any."""
        if self.record is None:
            return False
        return self.value < self.record if self.lower else self.value > self.record

    @property
    def better(self) -> bool | None:
        """Whether the change is an improvement, or None without a change."""
        if self.before is None or self.before == self.value:
            return None
        return (self.value < self.before) == self.lower

    @property
    def change(self) -> str:
        """The change against the last run with its direction, such as ``▲ +0.1``; empty without a change."""
        difference = "" if self.before is None else change(self.before, self.value)
        return f"{'▲' if difference.startswith('+') else '▼'} {difference}" if difference else ""

    @property
    def verdict(self) -> str:
        """``better`` or ``worse``."""
        return "better" if self.better else "worse"


class Card(NamedTuple):
    """The content of a card."""

    run_id: str
    name: str
    status: str
    duration: int
    params: tuple[tuple[str, str, str | None], ...]
    """Key, value, and the value in the last run where it differs."""
    metrics: tuple[Reading, ...]
    repeated: bool
    """Whether there is a last run of this cell to compare with."""
    error: str | None = None
    links: tuple[str, ...] = ()
    """What a live page can open below the card."""
    passed_over: tuple[PassedOver, ...] = ()
    """What looked like a result and was not recorded."""
    rows: Rows | None = None
    """The first turns of a sweep."""
    not_kept: str = ""
    """What the cell displayed and the run does not have."""
    is_empty: bool = False
    """Whether nothing was recorded of a cell that ran to its end."""


def card(
    run: Run,
    curves: Mapping[str, Sequence[float]],
    last: Run | None,
    known: Mapping[str, KeySummary],
    error: str | None,
    goals: Mapping[str, str] = metric_goals.NO_GOALS,
    rows: Rows | None = None,
) -> Card:
    """Return the card of a run.

    Parameters
    ----------
    run : Run
        The run that has just ended.
    curves : mapping
        Key to the values to draw, for metrics with a history.
    last : Run, optional
        The run of the same cell before this one.
    known : mapping
        Key to the lowest and highest value of earlier runs of this cell.
    error : str, optional
        The exception that ended it, in one line.
    goals : mapping, optional
        Key to ``max`` or ``min``, where the user has said what is better.
    rows : Rows, optional
        The rows of a sweep.
    """
    before = last.data if last is not None else None
    metrics = tuple(
        _read(
            key,
            value,
            before.metrics.get(key) if before is not None else None,
            known.get(key),
            curves.get(key, ()),
            lower=metric_goals.lower_is_better(key, goals),
        )
        for key, value in run.data.metrics.items()
    )
    end = run.info.end_time if run.info.end_time is not None else run.info.start_time
    return Card(
        run.info.run_id,
        run.info.run_name,
        run.info.status,
        max(0, end - run.info.start_time),
        differing(run, last),
        metrics,
        last is not None,
        error,
        tuple(_links(run, curves, last)),
        tuple(passed_over.of_run(run)),
        rows,
        run.data.tags.get(reserved.NOT_KEPT, ""),
        run.info.status == "FINISHED" and not run.data.params and not run.data.metrics,
    )


def differing(run: Run, last: Run | None) -> tuple[tuple[str, str, str | None], ...]:
    """Return the parameters that differ from the last run, with what they were there; without one, all of them."""
    before = last.data.params if last is not None else {}
    return tuple(
        (key, value, before.get(key))
        for key, value in run.data.params.items()
        if last is None or before.get(key) != value
    )


def _links(run: Run, curves: Mapping[str, Sequence[float]], last: Run | None) -> Iterator[str]:
    if curves:
        yield "chart"
    if last is not None:
        yield "compare"
    yield "code"
    if run.data.tags.get(reserved.INFERRED, "{}") != "{}":
        yield "drop"


def _read(
    key: str, value: float, before: float | None, seen: KeySummary | None, curve: Sequence[float], *, lower: bool
) -> Reading:
    record = None if seen is None else seen.low if lower else seen.high
    return Reading(key, value, before, record if isinstance(record, float) else None, tuple(curve), lower)


def text(said: Card) -> str:
    """Return the card as one line for a terminal."""
    metrics = " ".join(_told(each) for each in said.metrics[:8])
    parts = [said.name, html.STATUS_SIGNS.get(said.status, "?"), said.status, duration(said.duration)]
    return " ".join(parts) + (f"  {metrics}" if metrics else "") + (f"  {said.error}" if said.error else "")


def _told(metric: Reading) -> str:
    change = f" ({metric.change}, {metric.verdict})" if metric.change else ""
    return f"{metric.key}={number(metric.value)}{change}"


def markup(said: Card, kernel: str = "") -> str:
    """Return the card as HTML of at most five rows, or, where nothing was recorded, with what would have been.

    It carries the ids of its run and kernel, so that a live page can add a toolbar; by itself it has none.
    """
    head = html.Html(
        f"{html.dot(said.run_id)} {html.element('b', short(said.name))} &nbsp;{html.status(said.status)}"
        f" &nbsp;{html.element('span', duration(said.duration), style='opacity:.65')}"
        + (f" &nbsp;{html.element('span', short(said.error, 120), style='opacity:.8')}" if said.error else "")
    )
    rows = [html.element("div", head)]
    if said.params:
        params = said.params[:MOST_ITEMS]
        rows.append(html.items((key, _param(value, old)) for key, value, old in params))
    if said.metrics:
        metrics = said.metrics[:MOST_ITEMS]
        rows.append(html.items((each.key, _reading(each, said.run_id)) for each in metrics))
    if said.rows is not None:
        rows.append(_sweep(said.rows))
    if said.is_empty:
        rows.append(_help())
    if said.passed_over:
        rows.append(_not_recorded(said.passed_over))
    if said.not_kept:
        rows.append(html.element("div", f"Not kept: {said.not_kept}", style=_FAINT))
    style = (
        "font-size:90%;line-height:1.5;padding:4px 10px;margin:2px 0;border-left:3px solid;"
        + html.tinted("border-color", palette.run_colour(said.run_id))
        + "font-variant-numeric:tabular-nums"
    )
    marks = {"data_nbtrack_run": said.run_id, "data_nbtrack_kernel": kernel, "data_nbtrack_links": " ".join(said.links)}
    return html.element("div", *rows, style=style, class_="nbtrack-card", **marks)


def _sweep(rows: Rows) -> html.Html:
    """Return the first turns of a sweep as a table."""
    columns = rows.columns[:MOST_COLUMNS]
    head = html.element("tr", *(html.element("th", short(each, 40), style=_CELL + _FAINT) for each in columns))
    body = [
        html.element("tr", *(html.element("td", _cell(value), style=_CELL) for value in row[: len(columns)]))
        for row in rows.cells[:MOST_ROWS]
    ]
    table = html.element("table", html.element("thead", head), html.element("tbody", *body), style=_TABLE)
    hidden = len(rows.cells) - len(body)
    more = html.element("div", f"and {hidden} more rows: ", html.element("code", "%track rows"), style=_FAINT)
    return html.element("div", table, *([more] if hidden > 0 else []), style="overflow-x:auto")


def _cell(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    return "–" if value is None else short(str(value), 40)


def _help() -> html.Html:
    """Return in three lines what is recognised, and what helps where something was not."""
    lines = [
        html.element("div", html.element("code", example), " ", html.element("span", words, style=_FAINT))
        for example, words in _RECOGNISED
    ]
    head = html.element("div", "Nothing in this cell was recognised as a parameter or a metric. What is recorded:")
    way = html.element(
        "div",
        html.element("code", "%%track --metrics NAME"),
        html.element("span", " records a number by name, ", style=_FAINT),
        html.element("code", "%track why"),
        html.element("span", " says where recorded values come from", style=_FAINT),
    )
    return html.element("div", head, *lines, way)


def _not_recorded(found: Sequence[PassedOver]) -> html.Html:
    """Return what was passed over, each with its reason; a live page adds a button to keep it."""
    listed = html.Html(
        " ".join(
            html.element(
                "span",
                html.element("code", short(each.name, 40)),
                f" {number(each.value)} ",
                html.element("span", f"({short(each.reason, 60)})", style=_FAINT),
                style="display:inline-block",
                data_nbtrack_candidate=each.name,
            )
            for each in found
        )
    )
    label = html.element("span", "Not recorded:", style=_FAINT)
    return html.element("div", label, " ", listed, style="display:flex;flex-wrap:wrap;gap:0 1em")


def _param(value: str, old: str | None) -> html.Html:
    new = escape(short(value, 40))
    return html.Html(new if old is None else f"{html.element('span', short(old, 40), style='opacity:.65')} → {new}")


def _reading(metric: Reading, run_id: str) -> html.Html:
    shown = html.Html(html.element("b", number(metric.value)))
    parts = [shown]
    if metric.change:
        style = html.tinted("color", "#2e8b57" if metric.better else "#c8322b")
        title = f"{metric.verdict} than in the last run"
        spoken = f"{metric.change}, {metric.verdict}"
        parts.append(html.element("span", metric.change, style=style, title=title, role="img", aria_label=spoken))
    if metric.best:
        parts.append(html.element("span", "best", style="opacity:.65"))
    elif metric.record is not None and metric.record not in {metric.value, metric.before}:
        parts.append(html.element("span", f"best {number(metric.record)}", style="opacity:.65"))
    parts.append(html.spark(metric.curve, palette.run_colour(run_id)))
    return html.Html(" ".join(each for each in parts if each))
