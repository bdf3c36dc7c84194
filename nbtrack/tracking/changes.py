"""What changed between two runs of the current store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import validation
from nbtrack.errors import NotFound
from nbtrack.stores import baselines, run_lookup
from nbtrack.tracking import run_annotations
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import Run
    from nbtrack.statistics.diff_views import RunDiff

    Code = tuple[str, tuple[str, ...]]
    """The code of a cell, and that of the earlier cells which it depends on."""


@validation.typed
def diff(a: Run | str | None = None, b: Run | str | None = None) -> RunDiff:
    """Return what changed from run `a` to run `b`; see `nbtrack.diff`."""
    return compared(*two_runs(a, b))


def two_runs(a: Run | str | None, b: Run | str | None) -> tuple[MlflowClient, Run, Run]:
    """Return the runs that `nbtrack.diff` compares by default or by these names, and the client of their store."""
    client, after = run_annotations.resolve_run() if b is None else _found(b)
    before = _run_before(client, after) if a is None else run_lookup.find_run(client.store, a)
    return client, before, after


def compared(client: MlflowClient, before: Run, after: Run | str) -> RunDiff:
    """Return what changed from one run to another in the store of a client, after reading both again."""
    from nbtrack.statistics.diff_views import diff_runs

    old, new = (client.get_run(validation.run_id(each)) for each in (before, after))
    return diff_runs(old, new, client.artifact_folder, run_annotations.goals(client, new.info.experiment_id))


def causes_at_once(before: Run, params: Mapping[str, str], code_before: Code, code: Code) -> str:
    """Return in one line which parameters and what code changed since a run."""
    from nbtrack.statistics.diff_views import one_line
    from nbtrack.statistics.recorded_context import Context
    from nbtrack.statistics.run_diff import params_and_code

    return one_line(params_and_code(before.data.params, params, Context(*code_before), Context(*code)))


def _found(run: Run | str) -> tuple[MlflowClient, Run]:
    client = MlflowClient()
    return client, run_lookup.find_run(client.store, run)


def _run_before(client: MlflowClient, run: Run) -> Run:
    found = baselines.compared_with(client.store, run)
    if found is None:
        raise NotFound(
            f"There is no run of the same cell before {run.info.run_name!r}: run the cell again, or name two runs"
        )
    return found
