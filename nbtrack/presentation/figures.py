"""Painting matplotlib figures: real `Figure` objects, never pyplot's state, in the user's own style.

Sizes, line widths, grids and fonts are those of ``rcParams``. Runs have their own colours, as everywhere, unless
the user has chosen a cycle of colours.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation import metric_goals, palette
from nbtrack.presentation.axis_scales import literal, scale_of
from nbtrack.presentation.formatting import short
from nbtrack.presentation.metric_curves import band

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nbtrack.presentation.metric_curves import Series

AXES = {"step": "step", "time": "time (UTC)", "relative": "seconds since the first point"}
MOST_WIDE = 3
GREY = "#8c8c8c"
"""The colour of the run that others are compared with."""
SMALL = 0.62
"""Size of each of several panels, as a fraction of the default figure."""


class Curve(NamedTuple):
    """One curve to draw: its run, metric and points, and the band that it belongs to, if any."""

    run_id: str
    run_name: str
    metric: str
    series: Series
    band: str | None = None


class ScatterPoint(NamedTuple):
    """A run as a point: its id and name, and its values by column, None where it has none."""

    run_id: str
    run_name: str
    values: dict[str, float | str | None]


def metric_history(
    curves: Sequence[Curve],
    metrics: Sequence[str],
    *,
    axis: str = "step",
    log_x: bool = False,
    log_y: bool = False,
    goals: Mapping[str, str | None] | None = None,
    baseline: str = "",
) -> Figure:
    """Return a figure with one panel per metric and one line per run, or one band per group of runs.

    The run with the id `baseline` is grey.

    A metric that every run has logged once is drawn as bars. With `goals`, ``min`` or ``max`` for metrics, the best
    point of each of these is marked.
    """
    figure, panels = _panels(len(metrics))
    inks = _inks([each.band or each.run_id for each in curves], {each.run_id for each in curves})
    inks |= {baseline: GREY} if baseline in inks else {}
    for panel, metric in zip(panels, metrics, strict=True):
        mine = [each for each in curves if each.metric == metric]
        panel.set_title(short(metric, 50), parse_math=False)
        if mine and all(each.series.total <= 1 and each.band is None for each in mine):
            heights = [(each.run_name, float(each.series.y[0]), inks[each.run_id]) for each in mine]
            _bars(panel, heights)
            continue
        _lines(panel, mine, axis, inks)
        goal = (goals or {}).get(metric)
        if goal is not None and not metric_goals.is_system_metric(metric):
            _mark_best(panel, mine, axis, inks, least=goal == "min")
        panel.set_xlabel(AXES[axis])
        panel.set_xscale("log" if log_x else "linear")
        panel.set_yscale("log" if log_y else "linear")
    _legend(figure, {each.band or each.run_id: each.band or each.run_name for each in curves}, inks)
    return figure


def scatter(
    points: Sequence[ScatterPoint], x: str, y: str, *, logs: Collection[str] = (), selected: Collection[str] = ()
) -> Figure:
    """Return a scatter plot with a point for each run.

    `logs` are the columns with a logarithmic axis; if runs are selected, the others are faint.
    """
    from matplotlib.colors import to_rgba

    figure, (panel,) = _panels(1)
    ids = [each.run_id for each in points]
    inks = _inks(ids, ids)
    drawn = _drawable(points, (x, y), logs)
    across, up = (scale_of([each.values.get(column) for each in drawn], log=column in logs) for column in (x, y))
    placed = [
        (right, high, each)
        for each in drawn
        if (right := across.place(each.values.get(x))) is not None
        and (high := up.place(each.values.get(y))) is not None
    ]
    panel.scatter(
        [right for right, _, _ in placed],
        [high for _, high, _ in placed],
        color=[to_rgba(inks[each.run_id], _strength(each, selected)) for *_, each in placed],
    )
    across.dress(panel, "x")
    up.dress(panel, "y")
    panel.set_xlabel(short(x, 60), parse_math=False)
    panel.set_ylabel(short(y, 60), parse_math=False)
    if len(points) <= 2 * MOST_WIDE:
        _legend(figure, {each.run_id: each.run_name for each in points}, inks)
    return figure


def _drawable(points: Sequence[ScatterPoint], columns: Sequence[str], logs: Collection[str]) -> Sequence[ScatterPoint]:
    """Return the points with a position on all axes; others are not drawn, and do not affect the scales."""
    scales = {each: scale_of([point.values.get(each) for point in points], log=each in logs) for each in columns}
    return [
        point
        for point in points
        if all(scale.place(point.values.get(column)) is not None for column, scale in scales.items())
    ]


def _strength(point: ScatterPoint, selected: Collection[str]) -> float:
    return 0.85 if not selected or point.run_id in selected else 0.15


def parallel(
    points: Sequence[ScatterPoint],
    columns: Sequence[str],
    metric: str,
    *,
    logs: Collection[str] = (),
    selected: Collection[str] = (),
    colour_by_metric: bool = True,
) -> Figure:
    """Return parallel coordinates: an axis for each column and one for the metric.

    The metric determines the colour if requested, else each run has its own. `logs` are the columns with a
    logarithmic axis; if runs are selected, the others are faint.
    """
    from matplotlib import colormaps, rcParams
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm, Normalize

    figure, (panel,) = _panels(1, wider=1.5)
    axes = [*columns, metric]
    points = _drawable(points, (metric,), logs)
    scales = [scale_of([each.values.get(column) for each in points], log=column in logs) for column in axes]
    ids = [each.run_id for each in points]
    inks = _inks(ids, ids)
    known = [value for each in points if (value := scales[-1].place(each.values.get(metric))) is not None]
    norm = LogNorm if scales[-1].log else Normalize
    shades = ScalarMappable(norm(min(known, default=0), max(known, default=1)), colormaps[rcParams["image.cmap"]])
    for each in points:
        heights = [scale.share(each.values.get(column)) for scale, column in zip(scales, axes, strict=True)]
        panel.plot(
            [math.nan if high is None else high for high in heights],
            color=shades.cmap(heights[-1] or 0.0) if colour_by_metric else inks[each.run_id],
            alpha=_strength(each, selected),
        )
    for place, scale in enumerate(scales):
        panel.axvline(place, color=rcParams["axes.edgecolor"], linewidth=rcParams["axes.linewidth"])
        for text, high in scale.ends():
            panel.annotate(
                literal(text),
                (place, high),
                fontsize="small",
                ha="center",
                va="center",
                bbox={"facecolor": rcParams["axes.facecolor"], "edgecolor": "none", "pad": 1},
                zorder=3,
            )
    panel.set_xticks(range(len(axes)), [literal(short(each, 30)) for each in axes])
    panel.set_yticks([])
    panel.spines[:].set_visible(False)
    if colour_by_metric:
        figure.colorbar(shades, ax=panel, label=literal(short(metric, 40)))
    return figure


def bars(points: Sequence[ScatterPoint], metrics: Sequence[str]) -> Figure:
    """Return a figure with one panel per metric and one bar per run."""
    figure, panels = _panels(len(metrics))
    ids = [each.run_id for each in points]
    inks = _inks(ids, ids)
    for panel, metric in zip(panels, metrics, strict=True):
        values = [each.values.get(metric) for each in points]
        heights = [float(each) if isinstance(each, int | float) else math.nan for each in values]
        bars = [(each.run_name, height, inks[each.run_id]) for each, height in zip(points, heights, strict=True)]
        _bars(panel, bars)
        panel.set_title(short(metric, 50), parse_math=False)
    return figure


def _bars(panel: Axes, bars: Sequence[tuple[str, float, str]]) -> None:
    """Draw the name, the value and the colour of each run as a bar, the first at the top."""
    panel.barh(range(len(bars)), [height for _, height, _ in bars], color=[ink for *_, ink in bars])
    panel.set_yticks(range(len(bars)), [literal(short(name, 30)) for name, *_ in bars])
    panel.invert_yaxis()


def _panels(count: int, *, wider: float = 1.0) -> tuple[Figure, list[Axes]]:
    """Return a figure with some panels, in the size of the user's figures."""
    from matplotlib import rcParams
    from matplotlib.figure import Figure

    wide = min(MOST_WIDE, max(1, count))
    high = math.ceil(count / wide) or 1
    width, height = rcParams["figure.figsize"]
    shrunk = 1.0 if count <= 1 else SMALL
    figure = Figure(figsize=(width * wide * shrunk * wider, height * high * shrunk), layout="constrained")
    panels = list(figure.subplots(high, wide, squeeze=False).ravel())
    for panel in panels[count:]:
        panel.remove()
    return figure, panels[:count]


def _inks(keys: Sequence[str], runs: Collection[str]) -> dict[str, str]:
    """Return a colour for each run and band: those of the user's colour cycle, if it was changed."""
    from matplotlib import rcParams, rcParamsDefault

    cycle = rcParams["axes.prop_cycle"]
    seen = dict.fromkeys(keys)
    if cycle != rcParamsDefault["axes.prop_cycle"]:
        chosen = cycle.by_key().get("color", ["C0"])
        return {key: chosen[place % len(chosen)] for place, key in enumerate(seen)}
    return {
        key: palette.run_colour(key) if key in runs else palette.nth_colour(place) for place, key in enumerate(seen)
    }


def _along(series: Series, axis: str) -> Series:
    """Return a curve with times in days, the unit of matplotlib."""
    return series._replace(x=series.x / 86_400_000) if axis == "time" else series


def _lines(panel: Axes, curves: Sequence[Curve], axis: str, inks: dict[str, str]) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    grouped: dict[str, list[Series]] = {}
    for each in curves:
        if each.band is not None:
            grouped.setdefault(each.band, []).append(_along(each.series, axis))
        else:
            _line(panel, _along(each.series, axis), inks[each.run_id])
    for label, members in grouped.items():
        found = band(members)
        panel.plot(found.x, found.mean, color=inks[label])
        panel.fill_between(found.x, found.low, found.high, color=inks[label], alpha=0.2, linewidth=0)
    if axis == "time":
        locator = AutoDateLocator()  # type: ignore[no-untyped-call] # matplotlib.dates is not typed
        panel.xaxis.set_major_locator(locator)
        panel.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call] # matplotlib.dates is not typed


def _line(panel: Axes, series: Series, ink: str) -> None:
    """Draw a curve behind its smoothed version, with infinite values marked at the edges."""
    import numpy as np

    x, values, _, smooth = series
    y = np.where(np.isinf(values), np.nan, values)
    marker = "o" if len(x) < 2 else None
    if smooth is None:
        panel.plot(x, y, color=ink, marker=marker)
    else:
        panel.plot(x, y, color=ink, alpha=0.25)
        panel.plot(x, np.where(np.isinf(smooth), np.nan, smooth), color=ink, marker=marker)
    for infinite, edge, sign in ((math.inf, 1, "^"), (-math.inf, 0, "v")):
        there = x[values == infinite]
        if len(there):
            (marks,) = panel.plot(there, np.full(len(there), edge), marker=sign, color=ink, linestyle="", clip_on=False)
            marks.set_transform(panel.get_xaxis_transform())


def _mark_best(panel: Axes, curves: Sequence[Curve], axis: str, inks: dict[str, str], *, least: bool) -> None:
    """Mark the best point with a ring."""
    import numpy as np

    found = [
        (float(y[place]), float(x[place]), each)
        for each in curves
        if each.band is None
        for x, y, *_ in (_along(each.series, axis),)
        if np.isfinite(y).any()
        for place in (int(np.nanargmin(np.where(np.isfinite(y), y if least else -y, np.nan))),)
    ]
    if found:
        y, x, curve = (min if least else max)(found, key=lambda each: each[0])
        panel.plot([x], [y], marker="o", markersize=9, fillstyle="none", linestyle="", color=inks[curve.run_id])


def _legend(figure: Figure, names: dict[str, str], inks: dict[str, str]) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=inks[key], label=literal(short(name, 40))) for key, name in names.items()]
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=min(4, len(handles)))


def png(figure: Figure, *, dpi: int = 80) -> bytes:
    """Return a figure as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()
