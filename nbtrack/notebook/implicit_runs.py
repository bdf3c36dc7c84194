"""Implicit runs, started by logging alone: with the extension loaded they end with their cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import redaction
from nbtrack.tracking import active_runs
from nbtrack.tracking.active_runs import status_after

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult


def end_automatic(result: ExecutionResult) -> None:
    """End the run that the cell started by logging, and store the cell's code with it."""
    scope = active_runs.current_scope()
    if scope is None or not scope.automatic:
        return
    error = result.error_in_exec or result.error_before_exec
    run = scope.run
    run.client.log_text(
        run.info.run_id,
        redaction.redact_source(result.info.raw_cell or "" if result.info is not None else ""),
        "cell.py",
    )
    active_runs.end(run.info.run_id, status_after(error), error)
