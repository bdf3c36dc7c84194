"""Runs of the same cell: which came before, and what the next one is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.stores import run_names

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.tracking.client import MlflowClient

_NUMBERED = re.compile(r"(.*)-(\d+)")


def latest(client: MlflowClient, experiment_id: str, cell: str) -> Run | None:
    """Return the newest run of a cell, or None."""
    found = client.search_runs([experiment_id], f"tags.{reserved.CELL} = '{cell}'", max_results=1)
    return found[0] if found else None


def next_name(asked: str | None, latest: Run | None) -> str:
    """Return the name of a cell's next run: the first has the name asked for or a random one, later ones count."""
    if latest is None:
        return asked or run_names.run_name().rpartition("-")[0]
    numbered = _NUMBERED.fullmatch(latest.info.run_name)
    if asked and latest.info.run_name != asked and not (numbered and numbered[1] == asked):
        return asked
    base, number = (
        (numbered[1], int(numbered[2])) if numbered and latest.info.run_name != asked else (latest.info.run_name, 1)
    )
    return f"{base}-{number + 1}"
