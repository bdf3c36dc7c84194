"""Painting a comparison of groups as HTML: a table with the values of each group as dots on a common scale."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from nbtrack.presentation.formatting import short
from nbtrack.presentation.html import Html, element

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

WIDE, HIGH = 140, 18
"""The strip of dots, in pixels."""
MOST_DOTS = 60
_FAINT = "opacity:.75;font-size:90%"


def markup(
    conclusion: str,
    heads: Sequence[str],
    lines: Sequence[Sequence[str]],
    values: Sequence[Sequence[float]],
    best: Collection[int],
    remarks: Sequence[str],
) -> Html:
    """Return a table with a line for each group, its conclusion above it and the remarks below."""
    low, high = (choose(value for each in values for value in each) for choose in (min, max))
    titles = [*heads[:-2], "runs", *heads[-2:]]
    rows = [
        _row([*line[:-2], dots(held, low, high), *line[-2:]], bold=place in best)
        for place, (line, held) in enumerate(zip(lines, values, strict=True))
    ]
    table = element(
        "table",
        element("thead", element("tr", *(element("th", short(each, 40), style="text-align:left") for each in titles))),
        element("tbody", *rows),
        style="border-collapse:collapse;font-size:90%",
        cellpadding="4",
    )
    return element(
        "div",
        element("div", conclusion, style="font-weight:600;margin:4px 0"),
        element("div", table, style="overflow-x:auto"),
        *(element("div", each, style=_FAINT) for each in remarks),
    )


def _row(cells: Sequence[str], *, bold: bool) -> Html:
    weight = ";font-weight:600" if bold else ""
    shown = (each if isinstance(each, Html) else short(each, 90) for each in cells)
    return element("tr", *(element("td", each, style=f"text-align:left{weight}") for each in shown))


def dots(values: Sequence[float], low: float, high: float) -> Html:
    """Return values as dots between the least and the greatest of all groups, with a line at their mean."""
    scale = (WIDE - 12) / ((high - low) or 1)
    mean = 6 + (statistics.fmean(values) - low) * scale
    line = f'<path d="M{mean:.1f} 2v{HIGH - 4}" stroke="currentColor" stroke-width="2"/>'
    places = (6 + (each - low) * scale for each in values[:MOST_DOTS])
    circles = "".join(f'<circle cx="{x:.1f}" cy="{HIGH / 2:g}" r="3.5" fill-opacity=".35"/>' for x in places)
    return element(
        "svg",
        Html(circles + line),
        fill="currentColor",
        width=str(WIDE),
        height=str(HIGH),
        role="img",
        aria_label="values",
    )
