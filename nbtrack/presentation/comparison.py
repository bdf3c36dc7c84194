"""What differs between runs: parameters, metrics and tags side by side, and the lines of their code."""

from __future__ import annotations

import csv
import difflib
import io
import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.presentation import formatting, metric_goals, text_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbtrack.entities import Run


class Row(NamedTuple):
    """One key in all runs: its values, None if a run lacks it, and the position of the best."""

    group: str
    key: str
    values: tuple[str | float | None, ...]
    best: int | None = None

    @property
    def differs(self) -> bool:
        """Whether the values differ."""
        return len({repr(each) for each in self.values}) > 1

    def texts(self) -> list[str]:
        """Return the values formatted for reading."""
        return [each if isinstance(each, str) else formatting.number(each) for each in self.values]


class Comparison(NamedTuple):
    """Runs side by side; the rows that differ come first in each group."""

    runs: tuple[Run, ...]
    rows: tuple[Row, ...]

    def csv(self) -> str:
        """Return it as CSV, with unrounded values."""
        written = io.StringIO()
        table = csv.writer(written, lineterminator="\n")
        table.writerow(["group", "key", *(each.info.run_name for each in self.runs)])
        table.writerows([each.group, each.key, *("" if v is None else v for v in each.values)] for each in self.rows)
        return written.getvalue()

    def markdown(self) -> str:
        """Return it as a Markdown table."""
        return text_tables.markdown(self._heads(), [[each.key, *each.texts()] for each in self.rows])

    def latex(self) -> str:
        """Return it as a LaTeX tabular with rules of booktabs."""
        lines = [[each.key, *each.texts()] for each in self.rows]
        return text_tables.latex(self._heads(), lines, "l" + "r" * len(self.runs))

    def _heads(self) -> list[str]:
        return ["", *(each.info.run_name for each in self.runs)]


def compare(runs: Sequence[Run], goals: Mapping[str, str] = metric_goals.NO_GOALS) -> Comparison:
    """Return runs side by side; `goals` gives ``min`` or ``max`` for metrics."""
    rows = [
        *_rows("parameters", [each.data.params for each in runs]),
        *_metrics([each.data.metrics for each in runs], goals),
        *_rows("tags", [_shown(each.data.tags) for each in runs]),
    ]
    return Comparison(tuple(runs), tuple(rows))


def _shown(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.startswith(reserved.HIDDEN_PREFIXES)}


def _rows(group: str, held: Sequence[Mapping[str, str]]) -> list[Row]:
    keys = dict.fromkeys(key for each in held for key in each)
    rows = [Row(group, key, tuple(each.get(key) for each in held)) for key in keys]
    return sorted(rows, key=lambda row: not row.differs)


def _metrics(held: Sequence[Mapping[str, float]], goals: Mapping[str, str]) -> list[Row]:
    keys = dict.fromkeys(key for each in held for key in each)
    rows = [_metric(key, [each.get(key) for each in held], goals) for key in keys]
    return sorted(rows, key=lambda row: not row.differs)


def _metric(key: str, values: Sequence[float | None], goals: Mapping[str, str]) -> Row:
    known = [(value, place) for place, value in enumerate(values) if value is not None and not math.isnan(value)]
    found = Row("metrics", key, tuple(values))
    if len(known) < 2 or not found.differs:
        return found
    choose = {"min": min, "max": max}.get(metric_goals.goal_of(key, goals) or "")
    return found if choose is None else found._replace(best=choose(known, key=lambda each: each[0])[1])


def diff(before: str, after: str, *, around: int = 3) -> Iterator[tuple[str, str]]:
    """Yield the lines of a unified diff, each with its sign: ``-``, ``+``, a space, or ``@``."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=around, lineterm="")
    for number, line in enumerate(lines):
        if number >= 2:
            yield ("@", line) if line.startswith("@@") else (line[0], line[1:])
