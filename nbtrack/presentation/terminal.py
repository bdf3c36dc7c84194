"""Tables as text, for terminals and viewers without HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.presentation.formatting import duration, number, short
from nbtrack.presentation.table_layout import RUN_ID, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
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
