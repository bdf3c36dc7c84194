"""The trials of an earlier execution of a sweep, so that only the missing ones run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.errors import WrongState
from nbtrack.stores import process_identity
from nbtrack.sweeps.trials import Outcome

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.tracking.client import MlflowClient

DONE = frozenset({"FINISHED", "FAILED"})
MOST = 20_000


class EarlierTrials(NamedTuple):
    """The trials of an earlier execution, by their identities."""

    outcomes: dict[str, Outcome]
    interrupted: dict[str, list[str]]
    """The ids of interrupted runs."""

    def discard(self, client: MlflowClient, identity: str) -> bool:
        """Move the run of an interrupted trial to the trash, since it runs again; return whether there was one."""
        left = self.interrupted.pop(identity, [])
        for run_id in left:
            client.delete_run(run_id)
        return bool(left)


def of(client: MlflowClient, parent: Run) -> EarlierTrials:
    """Return the trials that the run of a sweep has."""
    found = EarlierTrials({}, {})
    of_parent = f"tags.`{reserved.PARENT_RUN}` = '{parent.info.run_id}'"
    for run in client.search_runs([parent.info.experiment_id], of_parent, max_results=MOST):
        identity = run.data.tags.get(reserved.TRIAL)
        if identity is None:
            continue
        if run.info.status in DONE or reserved.TRIAL_STOPPED in run.data.tags:
            found.outcomes.setdefault(identity, outcome_of(run))
        else:
            found.interrupted.setdefault(identity, []).append(run.info.run_id)
    return found


def outcome_of(run: Run) -> Outcome:
    """Return the result of a trial from its run, which has ended."""
    said = run.data.tags.get(reserved.ERROR, "")
    return Outcome(run.info.run_id, run.info.status, dict(run.data.metrics), error=said)


def sweep_of(client: MlflowClient, experiment_id: str, digest: str) -> Run | None:
    """Return the run of the latest sweep over some code, or None.

    Raises
    ------
    WrongState
        When that sweep still runs.
    """
    of_code = f"tags.`{reserved.SWEEP_CODE}` = '{digest}'"
    found = next(iter(client.search_runs([experiment_id], of_code, max_results=1)), None)
    if found is not None and found.info.status == "RUNNING" and _lives(found):
        raise WrongState(f"Sweep {found.info.run_name} is still running in another notebook: stop it first")
    return found


def _lives(run: Run) -> bool:
    owner = process_identity.from_json(run.data.tags.get(reserved.OWNER, ""))
    return owner is not None and owner != process_identity.current() and owner.is_gone is False
