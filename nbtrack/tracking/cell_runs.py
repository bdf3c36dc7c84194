"""Runs of the same cell: the previous one, and the name of the next one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.entities import ViewType
from nbtrack.query import Comparison, Order, Query
from nbtrack.stores import run_names

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.tracking.client import MlflowClient

_MOST_NAMED_ALIKE = 50
_NUMBERED = re.compile(r"(.*)-(\d+)")


def latest(client: MlflowClient, experiment_id: str, cell: str) -> Run | None:
    """Return the newest run of a cell, or None."""
    found = client.search_runs([experiment_id], f"tags.{reserved.CELL} = '{cell}'", max_results=1)
    return found[0] if found else None


def latest_named(client: MlflowClient, experiment_id: str, name: str) -> Run | None:
    """Return the newest run that has a name, or the name with a number, or None."""
    begins = Comparison("attribute", "run_name", "LIKE", f"{name}%")
    newest = (Order("attribute", "start_time", descending=True),)
    found = client.store.search_runs([experiment_id], Query(begins, newest), ViewType.ALL, _MOST_NAMED_ALIKE)
    return next((run for run in found if run.info.run_name == name or _base(run.info.run_name) == name), None)


def _base(name: str) -> str | None:
    """Return a name without its number, or None if it has none."""
    numbered = _NUMBERED.fullmatch(name)
    return numbered[1] if numbered else None


def next_name(asked: str | None, latest: Run | None) -> str:
    """Return the name of a cell's next run: the first has the requested or a random name, later ones are numbered."""
    if latest is None:
        return asked or run_names.run_name().rpartition("-")[0]
    numbered = _NUMBERED.fullmatch(latest.info.run_name)
    if asked and latest.info.run_name != asked and _base(latest.info.run_name) != asked:
        return asked
    base, number = (
        (numbered[1], int(numbered[2])) if numbered and latest.info.run_name != asked else (latest.info.run_name, 1)
    )
    return f"{base}-{number + 1}"
