"""Painting matplotlib figures: real `Figure` objects, never pyplot's state."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.views import colours, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nbtrack.views.series import Series

AXES = {"step": "step", "time": "time (UTC)", "relative": "seconds since the first point"}


class Curve(NamedTuple):
    """One curve to draw: whose it is, of which metric, and its points."""

    run_id: str
    run_name: str
    metric: str
    series: Series


def metric_history(
    curves: Sequence[Curve], metrics: Sequence[str], *, axis: str = "step", log_x: bool = False, log_y: bool = False
) -> Figure:
    """Return a figure with one panel per metric and one line per run, in the user's own style."""
    from matplotlib.figure import Figure

    wide = min(3, max(1, len(metrics)))
    high = math.ceil(len(metrics) / wide) or 1
    figure = Figure(figsize=(4.2 * wide + 0.6, 2.9 * high + 0.4), layout="constrained")
    panels = figure.subplots(high, wide, squeeze=False).ravel()
    for panel, metric in zip(panels, metrics, strict=False):
        _draw(panel, [each for each in curves if each.metric == metric], axis)
        panel.set_title(words.short(metric, 50), parse_math=False)
        panel.set_xscale("log" if log_x else "linear")
        panel.set_yscale("log" if log_y else "linear")
    for panel in panels[len(metrics) :]:
        panel.remove()
    _legend(figure, curves)
    return figure


def _draw(panel: Axes, curves: Sequence[Curve], axis: str) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    for each in curves:
        x = each.series.x / 86_400_000 if axis == "time" else each.series.x
        marker = "o" if len(x) < 2 else None
        panel.plot(x, each.series.y, color=colours.of_run(each.run_id), marker=marker, markersize=4, linewidth=1.4)
    panel.set_xlabel(AXES[axis])
    if axis == "time":
        locator = AutoDateLocator()  # type: ignore[no-untyped-call] # matplotlib types its dates later
        panel.xaxis.set_major_locator(locator)
        panel.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call] # as above
    panel.grid(visible=True, alpha=0.25, linewidth=0.6)
    panel.spines[["top", "right"]].set_visible(False)


def _legend(figure: Figure, curves: Sequence[Curve]) -> None:
    from matplotlib.lines import Line2D

    names = {each.run_id: each.run_name for each in curves}
    handles = [
        Line2D([], [], color=colours.of_run(run_id), label=_literal(words.short(name, 40)))
        for run_id, name in names.items()
    ]
    if handles:
        figure.legend(
            handles=handles, loc="outside lower center", ncols=min(4, len(handles)), frameon=False, fontsize="small"
        )


def _literal(text: str) -> str:
    """Return text that matplotlib neither reads as mathematics nor hides from the legend."""
    return text.replace("$", r"\$") if not text.startswith("_") else "\u200b" + text.replace("$", r"\$")


def png(figure: Figure, *, dpi: int = 80) -> bytes:
    """Return a figure as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()
