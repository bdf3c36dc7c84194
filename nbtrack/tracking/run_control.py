"""Control of runs through their store: stop, pause and unpause them; keep or discard those that were interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags, validation
from nbtrack.errors import WrongState
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.entities import Run

STOP, PAUSE, UNPAUSE = tags.CONTROL_ACTIONS


@validation.typed
def stop(run: Run | str, client: MlflowClient | None = None) -> None:
    """Ask a run of a tracked cell to stop: its loop ends after the current iteration, and the run with status KILLED.

    The request takes effect within a few tenths of a second, in whatever process the cell runs. The code after the
    loop still runs; a cell without a loop that is tracked is interrupted.

    Parameters
    ----------
    run : Run or str
        The run, its id, or its name.
    client : MlflowClient, optional
        The client of the run's store; by default that of the current tracking URI.

    Raises
    ------
    WrongState
        When the run is not running.
    NotFound, InvalidValue
        When no run has this id or name, or several have this name.
    """
    _ask(run, STOP, client)


@validation.typed
def pause(run: Run | str, client: MlflowClient | None = None) -> None:
    """Ask a run of a tracked cell to wait after the current iteration until it is unpaused or stopped; see `stop`."""
    _ask(run, PAUSE, client)


@validation.typed
def unpause(run: Run | str, client: MlflowClient | None = None) -> None:
    """Ask a paused run of a tracked cell to continue; see `stop`."""
    _ask(run, UNPAUSE, client)


def _ask(run: Run | str, action: str, client: MlflowClient | None) -> None:
    client = client or MlflowClient()
    found = client.get_run(find_run(client.store, run).info.run_id)
    if found.info.status != "RUNNING":
        msg = f"Run {found.info.run_name} is {found.info.status}: only a running run can be asked to {action}"
        raise WrongState(msg)
    client.set_tag(found.info.run_id, tags.CONTROL, action)


def requested_action(client: MlflowClient, run_id: str) -> str | None:
    """Return the action that is requested of a run, or None."""
    return client.store.tag(run_id, tags.CONTROL)


KEPT, RESUMED = "kept", "resumed"


@validation.typed
def interrupted(client: MlflowClient | None = None) -> list[Run]:
    """Return the runs whose process died and that were not resumed, kept or discarded since, newest first."""
    return _interrupted(client or MlflowClient(), tags.PENDING)


def asked_to_resume(client: MlflowClient) -> list[Run]:
    """Return the interrupted runs that a page has been asked to resume while there was no kernel."""
    return _interrupted(client, tags.RESUME)


def _interrupted(client: MlflowClient, state: str) -> list[Run]:
    everywhere = [each.experiment_id for each in client.search_experiments(max_results=10_000)]
    return list(client.search_runs(everywhere, f"tags.`{tags.INTERRUPTED}` = '{state}'", max_results=100))


def recorded_steps(run: Run) -> int:
    """Return the number of steps that a run has recorded."""
    return max((each.step + 1 for each in run.data.latest), default=0)


@validation.typed
def keep(runs: Iterable[Run | str] | Run | str | None = None) -> None:
    """Keep interrupted runs, by default all of them, with everything they recorded and the status KILLED."""
    client = MlflowClient()
    for run_id in _ids(client, runs):
        client.set_tag(run_id, tags.INTERRUPTED, KEPT)


@validation.typed
def discard(runs: Iterable[Run | str] | Run | str | None = None) -> None:
    """Move interrupted runs to the trash, by default all of them."""
    client = MlflowClient()
    for run_id in _ids(client, runs):
        client.set_tag(run_id, tags.INTERRUPTED, KEPT)
        client.delete_run(run_id)


def _ids(client: MlflowClient, runs: Iterable[Run | str] | Run | str | None) -> list[str]:
    return validation.run_ids(interrupted(client) if runs is None else runs)
