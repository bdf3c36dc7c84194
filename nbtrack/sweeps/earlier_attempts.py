"""The runs of earlier attempts at a trial, whose worker may have been lost at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.sweeps.earlier_trials import DONE, outcome_of

if TYPE_CHECKING:
    from nbtrack.sweeps.trial_run import Recorded
    from nbtrack.sweeps.trials import Outcome
    from nbtrack.tracking.client import MlflowClient


def outcome(client: MlflowClient, recorded: Recorded) -> Outcome | None:
    """Return the result of an earlier attempt that ended; the runs of other attempts are moved to the trash."""
    parent, identity = recorded.tags[reserved.PARENT_RUN], recorded.tags[reserved.TRIAL]
    same = f"tags.`{reserved.TRIAL}` = '{identity}' and tags.`{reserved.PARENT_RUN}` = '{parent}'"
    for run in client.search_runs([recorded.experiment_id], same):
        if run.info.status in DONE:
            return outcome_of(run)
        if run.info.status == "RUNNING":
            client.set_terminated(run.info.run_id, "KILLED")
        client.delete_run(run.info.run_id)
    return None
