"""Runs whose process died: their user resumes, keeps or discards them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags, validation
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.entities import Run

PENDING, KEPT, RESUMED = "pending", "kept", "resumed"


@validation.typed
def interrupted(client: MlflowClient | None = None) -> list[Run]:
    """Return the runs that ended with their process and were neither resumed, kept nor discarded, newest first."""
    client = client or MlflowClient()
    everywhere = [each.experiment_id for each in client.search_experiments(max_results=10_000)]
    return list(client.search_runs(everywhere, f"tags.`{tags.INTERRUPTED}` = '{PENDING}'", max_results=100))


def steps_kept(run: Run) -> int:
    """Return how many steps of a run are there."""
    return max((each.step + 1 for each in run.data.latest), default=0)


@validation.typed
def keep(runs: Iterable[Run | str] | Run | str | None = None) -> None:
    """Leave interrupted runs as they are, KILLED with all that they had; by default all of them."""
    client = MlflowClient()
    for run_id in _ids(client, runs):
        client.set_tag(run_id, tags.INTERRUPTED, KEPT)


@validation.typed
def discard(runs: Iterable[Run | str] | Run | str | None = None) -> None:
    """Put interrupted runs into the bin; by default all of them."""
    client = MlflowClient()
    for run_id in _ids(client, runs):
        client.set_tag(run_id, tags.INTERRUPTED, KEPT)
        client.delete_run(run_id)


def _ids(client: MlflowClient, runs: Iterable[Run | str] | Run | str | None) -> list[str]:
    return validation.run_ids(interrupted(client) if runs is None else runs)
