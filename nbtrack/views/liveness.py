"""Whether a run that goes on gives signs of life: one that is silent is flagged, and never ended unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags

if TYPE_CHECKING:
    from nbtrack.entities import Run

SILENT = "SILENT"
"""Shown in the place of RUNNING."""
MS_UNTIL_SILENT = 5 * 60 * 1000


def status(run: Run, now: int) -> str:
    """Return the status of a run, or `SILENT` when it goes on but its owner has not said so for five minutes.

    Runs without an owner, as clients make them, give no such signs.
    """
    if run.info.status != "RUNNING" or tags.OWNER not in run.data.tags:
        return run.info.status
    return SILENT if now - last_sign(run) > MS_UNTIL_SILENT else run.info.status


def last_sign(run: Run) -> int:
    """Return when a run was last known to go on, in ms since the epoch UTC."""
    beat = run.data.tags.get(tags.HEARTBEAT, "")
    points = (each.timestamp for each in run.data.latest)
    return max(run.info.start_time, int(beat) if beat.isdecimal() else 0, *points, 0)
