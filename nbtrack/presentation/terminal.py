"""Tables and curves as text, for terminals and viewers without HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.presentation.formatting import duration, number, short
from nbtrack.presentation.table_layout import RUN_ID, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
    from nbtrack.presentation.figures import Curve
    from nbtrack.presentation.table_layout import Cell, Column, Shape


def table(shape: Shape, runs: Sequence[Run], *, ids: bool = False) -> str:
    """Return the first runs as lines of text; with `ids`, each run's id stands after its name."""
    columns = [each for each in shape.columns if each.kind != "time"][:10]
    if ids:
        columns.insert(1, RUN_ID)
    lines = [[each.label for each in columns]]
    for run in runs:
        cells = zip(columns, row(run, columns), strict=True)
        lines.append([_plain(column, value) for column, value in cells])
    widths = [max(len(line[number]) for line in lines) for number in range(len(columns))]
    shown = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
    same = ", ".join(f"{key}={short(value, 30)}" for key, value in shape.constant)
    return shown + (f"\nIdentical in all runs: {same}" if same else "")


def _plain(column: Column, value: Cell) -> str:
    if column.kind == "duration":
        return duration(value if isinstance(value, int) else None)
    if column.kind == "number" and not isinstance(value, str):
        return number(value)
    if column.kind == "id":
        return str(value)
    return "–" if value is None else short(str(value), 30)


_HEIGHTS = "▁▂▃▄▅▆▇█"
_WIDTH = 48


def curves(found: Sequence[Curve]) -> str:
    """Return curves as lines of bars, one for each run below the name of its metric, on one scale for each metric."""
    parts = []
    for metric in dict.fromkeys(each.metric for each in found):
        drawn = [(short(each.run_name, 24), _finite(each)) for each in found if each.metric == metric]
        values = [value for _, line in drawn for value in line]
        if not values:
            continue
        low, high = min(values), max(values)
        width = max(len(name) for name, _ in drawn)
        parts.append(f"{short(metric, 60)}: {number(low)} to {number(high)}")
        parts += [
            f"  {name.ljust(width)}  {_bars(line, low, high, _WIDTH)}  {_ends(line)}" for name, line in drawn if line
        ]
    return "\n".join(parts)


def _finite(curve: Curve) -> list[float]:
    return [value for value in curve.series.y.tolist() if value - value == 0]


def sparkline(values: Sequence[float], width: int = _WIDTH) -> str:
    """Return at most `width` bars for the finite values of a curve, on their own scale; empty without any."""
    finite = [each for each in values if each - each == 0]
    return _bars(finite, min(finite), max(finite), width) if finite else ""


def _bars(values: Sequence[float], low: float, high: float, width: int) -> str:
    """Return one bar for each part of a curve, by the last value in it."""
    count = min(width, len(values))
    last = [values[(part + 1) * len(values) // count - 1] for part in range(count)]
    scale = (len(_HEIGHTS) - 1) / ((high - low) or 1)
    return "".join(_HEIGHTS[round((value - low) * scale)] for value in last)


def _ends(values: Sequence[float]) -> str:
    return number(values[-1]) if len(values) == 1 else f"{number(values[0])} → {number(values[-1])}"
