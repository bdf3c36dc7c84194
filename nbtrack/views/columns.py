"""One column of runs, by its name alone or as a filter writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run


def value(run: Run, column: str) -> float | str | None:
    """Return what a run has in a column; a parameter that reads as a number is one."""
    entity, _, key = column.partition(".")
    if entity == "metrics" and key:
        return run.data.metrics.get(key)
    if column in run.data.metrics and entity != "params":
        return run.data.metrics[column]
    text = run.data.params.get(key if entity == "params" and key else column, run.data.tags.get(column))
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def differing(runs: Sequence[Run]) -> list[str]:
    """Return the parameters in which runs differ."""
    keys = dict.fromkeys(key for run in runs for key in run.data.params)
    return [key for key in keys if len({run.data.params.get(key) for run in runs}) > 1]
