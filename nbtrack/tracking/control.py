"""Stopping and pausing running runs from anywhere, through the store that they record to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags, validation
from nbtrack.errors import WrongState
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from nbtrack.entities import Run

STOP, PAUSE, UNPAUSE = "stop", "pause", "go on"


@validation.typed
def stop(run: Run | str, client: MlflowClient | None = None) -> None:
    """Ask a run of a tracked cell to end: its loop is left when the iteration ends, and its status is KILLED.

    It is obeyed within a few tenths of a second, in whatever process the cell runs. The code after the loop runs; a
    cell without a loop that gives curves or logs is interrupted.

    Parameters
    ----------
    run : Run or str
        The run, its id, or its name.
    client : MlflowClient, optional
        The store; by default the one in force.

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
    """Ask a run of a tracked cell to wait when its iteration ends, until it is stopped or unpaused; see `stop`."""
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


def asked(client: MlflowClient, run_id: str) -> str | None:
    """Return what a run is asked to do."""
    return client.store.tag(run_id, tags.CONTROL)
