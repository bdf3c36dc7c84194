"""The rows of runs as tables: those of one run, or those of several joined by the settings that they share."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.entities import Run, RunData

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    Value = float | str | bool | None
    Cells = tuple[Value, ...]

ARTIFACT = "rows.json"
"""The artifact that has the rows of a run, in the format of `log_table`."""


_SCORES = ("mean_test_", "std_test_", "mean_train_", "std_train_")
"""The prefix of the scores of a search; the run has the best of them under another name."""
MOST_COLUMNS = 100
LARGEST = 10**15
"""A larger integer is shown as text, with all its digits."""


def has_rows(run: Run) -> bool:
    """Return whether a run has rows, by its tags alone."""
    return ARTIFACT in run.data.tags.get(reserved.LOGGED_ARTIFACTS, "")


class RunRows(NamedTuple):
    """The rows of a run: one for each iteration of a loop over settings, with its settings and results."""

    run: Run
    columns: tuple[str, ...]
    cells: tuple[Cells, ...]

    @property
    def settings(self) -> list[str]:
        """The columns that are settings."""
        return [each for each in self.columns if not self.is_result(each)]

    def is_result(self, column: str) -> bool:
        """Return whether a column has results: numbers under the name of a metric of the run, or scores of a search."""
        known = [value for row in self.cells if (value := self.value(row, column)) is not None]
        return (column in self.run.data.metrics or column.startswith(_SCORES)) and all(map(_is_number, known))

    def value(self, row: Cells | None, column: str) -> Value:
        """Return the value of a row in a column; None without a row."""
        return None if row is None else row[self.columns.index(column)]


def run_rows(run: Run, columns: Sequence[object], rows: Sequence[Sequence[object]]) -> RunRows:
    """Return the rows of a run from a table of JSON values: its first columns, of equal ones the last."""
    places = {_label(label): place for place, label in enumerate(columns[:MOST_COLUMNS])}
    cells = tuple(tuple(_value(row[place]) for place in places.values()) for row in rows)
    return RunRows(run, tuple(places), cells)


def _label(column: object) -> str:
    return column if isinstance(column, str) else json.dumps(column)


def _value(cell: object) -> Value:
    if isinstance(cell, int) and abs(cell) > LARGEST:
        return str(cell)
    return cell if cell is None or isinstance(cell, str | int | float) else json.dumps(cell, ensure_ascii=False)


def as_runs(rows: RunRows) -> list[Run]:
    """Return each row as a run, with its settings as parameters and its results as metrics: charts draw both alike."""
    results = {each for each in rows.columns if rows.is_result(each)}
    return [_as_run(rows, place, row, results) for place, row in enumerate(rows.cells)]


def _as_run(rows: RunRows, place: int, row: Cells, results: Collection[str]) -> Run:
    known = {column: value for column, value in zip(rows.columns, row, strict=True) if value is not None}
    metrics = {key: float(value) for key, value in known.items() if key in results}
    params = {key: str(value) for key, value in known.items() if key not in results}
    info = rows.run.info
    name = ", ".join(f"{key}={value}" for key, value in params.items()) or f"row {place}"
    return Run(info._replace(run_id=f"{place}/{info.run_id}", run_name=name), RunData(metrics, params, {}))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Column(NamedTuple):
    """A column of a table of rows; in a table of several runs, a result belongs to one of them."""

    label: str
    run_id: str = ""
    run_name: str = ""
    kind: str = "text"
    """``number`` or ``text``."""


class RowTable(NamedTuple):
    """Rows of one run, or of several side by side."""

    columns: tuple[Column, ...]
    cells: tuple[Cells, ...]

    def sorted_by(self, column: int, *, descending: bool = False) -> RowTable:
        """Return it sorted by a column: numbers before text, and in either direction missing values last."""
        known = [row for row in self.cells if not _is_missing(row[column])]
        missing = [row for row in self.cells if _is_missing(row[column])]
        known.sort(key=lambda row: (isinstance(row[column], str), row[column]), reverse=descending)
        return self._replace(cells=(*known, *missing))


def _is_missing(value: Value) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def joined(several: Sequence[RunRows]) -> RowTable | None:
    """Return the rows of runs as one table, the values of the runs side by side, or None if nothing joins them.

    Rows with equal values of the shared settings are one row. If a run has such values more than once, its first row
    joins the first one of the others, and so on.
    """
    shared = [each for each in several[0].settings if all(each in rows.settings for rows in several)] if several else []
    if not several or (len(several) > 1 and not shared):
        return None
    own = dict.fromkeys(each for rows in several for each in rows.columns if each not in shared)
    places = [(label, place) for label in own for place, rows in enumerate(several) if label in rows.columns]
    found: dict[tuple[Cells, int], dict[int, Cells]] = {}
    for place, rows in enumerate(several):
        for key, row in _numbered(rows, shared):
            found.setdefault(key, {})[place] = row
    columns = [*map(Column, shared), *(_column(label, several[place].run, len(several)) for label, place in places)]
    cells = tuple(
        (*settings, *(several[place].value(rows.get(place), label) for label, place in places))
        for (settings, _), rows in found.items()
    )
    return RowTable(tuple(_with_kind(column, [row[at] for row in cells]) for at, column in enumerate(columns)), cells)


def _column(label: str, run: Run, runs: int) -> Column:
    return Column(label, run.info.run_id, run.info.run_name) if runs > 1 else Column(label)


def _numbered(rows: RunRows, shared: Sequence[str]) -> Iterator[tuple[tuple[Cells, int], Cells]]:
    """Yield each row with its settings, and how many rows before it had the same."""
    seen: dict[Cells, int] = {}
    for row in rows.cells:
        settings = tuple(rows.value(row, each) for each in shared)
        seen[settings] = number = seen.get(settings, -1) + 1
        yield (settings, number), row


def _with_kind(column: Column, values: Sequence[Value]) -> Column:
    known = [each for each in values if each is not None]
    return column._replace(kind="number" if known and all(map(_is_number, known)) else "text")
