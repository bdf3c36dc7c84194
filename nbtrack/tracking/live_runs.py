"""The live values of the runs that are active in this process."""

from __future__ import annotations

from nbtrack import process


class LiveRuns:
    """By the id of each active run, its live values by their names."""

    def __init__(self) -> None:
        self.by_run: dict[str, dict[str, float]] = {}


def values_of(run_id: str) -> dict[str, float]:
    """Return the live values of a run that starts or continues."""
    return process.state(LiveRuns).by_run.setdefault(run_id, {})


def end(run_id: str) -> None:
    """Forget the live values of a run that has ended."""
    process.state(LiveRuns).by_run.pop(run_id, None)
