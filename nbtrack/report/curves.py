"""Curves of a metric as SVG: a line for each run, readable without a script."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation.formatting import number, short
from nbtrack.presentation.html import Html, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.presentation.metric_curves import Floats, Series

WIDE, HIGH = 400, 220
LEFT, TOP, RIGHT, BOTTOM = 52, 8, 8, 24
TICKS = 5
"""About how many labels an axis has."""


class Curve(NamedTuple):
    """The points of one run."""

    run_id: str
    name: str
    series: Series


class Span(NamedTuple):
    """The range of an axis."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Return where a value lies, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Return round values in the range."""
        rough = (self.high - self.low) / TICKS
        unit = 10 ** math.floor(math.log10(rough))
        step = next(each * unit for each in (1, 2, 5, 10) if each * unit >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [place * step for place in range(first, math.floor(self.high / step + 1e-9) + 1)]


def chart(metric: str, curves: Sequence[Curve]) -> Html:
    """Return the curves of a metric as a figure with its title; the metric has a finite point."""
    x, y = _span(each.series.x for each in curves), _span(each.series.y for each in curves)
    lines = [_line(each, x, y) for each in curves]
    picture = element(
        "svg",
        *_grid(x, y),
        *lines,
        viewBox=f"0 0 {WIDE} {HIGH}",
        role="img",
        aria_label=f"{short(metric, 60)} of {len(curves)} runs",
        data_x=f"{x.low!r} {x.high!r}",
        data_y=f"{y.low!r} {y.high!r}",
        data_box=f"{LEFT} {TOP} {WIDE - RIGHT} {HIGH - BOTTOM}",
    )
    return element("figure", element("figcaption", short(metric, 80)), picture, class_="chart")


def has_points(series: Series) -> bool:
    """Return whether there is a curve to draw: two finite points or more."""
    return sum(map(math.isfinite, series.y.tolist())) > 1


def _span(columns: Iterable[Floats]) -> Span:
    """Return the range of finite values, with a margin if they are all equal."""
    known = [float(value) for column in columns for value in column.tolist() if math.isfinite(value)]
    low, high = min(known), max(known)
    if high - low > 1e-12 * max(abs(low), abs(high)):
        return Span(low, high)
    air = abs(low) * 0.1 or 1.0
    return Span(low - air, low + air)


def _place(share: float, low: float, high: float) -> float:
    return low + share * (high - low)


def _across(value: float, span: Span) -> float:
    return _place(span.share(value), LEFT, WIDE - RIGHT)


def _up(value: float, span: Span) -> float:
    return _place(span.share(value), HIGH - BOTTOM, TOP)


def _grid(x: Span, y: Span) -> Iterator[Html]:
    for value in y.ticks():
        high = f"{_up(value, y):.1f}"
        yield element("path", d=f"M{LEFT} {high}H{WIDE - RIGHT}", class_="grid")
        yield element("text", number(_rounded(value)), x=f"{LEFT - 6}", y=high, class_="up")
    for value in x.ticks():
        yield element("text", number(_rounded(value)), x=f"{_across(value, x):.1f}", y=f"{HIGH - 8}", class_="across")


def _rounded(value: float) -> float:
    return float(f"{value:.10g}")


def _line(curve: Curve, x: Span, y: Span) -> Html:
    return element(
        "path",
        element("title", short(curve.name, 80)),
        d="".join(_path(curve.series, x, y)),
        stroke="currentColor",
        class_=f"line {colour(curve.run_id)}",
        data_run=curve.run_id,
    )


def colour(run_id: str) -> str:
    """Return the class that gives the colour of a run."""
    digit = run_id[-1:].lower()
    return f"run-{digit}" if digit and digit in "0123456789abcdef" else "run-0"


def _path(series: Series, x: Span, y: Span) -> Iterator[str]:
    """Yield a path that is broken where a value is not finite."""
    pen = "M"
    for right, high in zip(series.x.tolist(), series.y.tolist(), strict=True):
        if not math.isfinite(high):
            pen = "M"
            continue
        yield f"{pen}{_across(right, x):.1f} {_up(high, y):.1f}"
        pen = "L"
