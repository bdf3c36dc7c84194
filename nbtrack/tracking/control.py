"""Stopping and pausing runs that go on, from anywhere: through the store that they record to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags
from nbtrack.errors import WrongState
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from nbtrack.entities import Run

STOP, PAUSE, GO_ON = "stop", "pause", "go on"


def stop(run: Run | str, client: MlflowClient | None = None) -> None:
    """Ask a run of a tracked cell to end: its loop is left when the iteration ends, and its status is KILLED.

    It is obeyed within a few tenths of a second, in whatever process the cell runs. The code after the loop runs; a
    cell without a loop that gives curves or logs is interrupted.

    Parameters
    ----------
    run : Run or str
        The run, or its id.
    client : MlflowClient, optional
        The store; by default the one in force.

    Raises
    ------
    WrongState
        When the run does not go on any more.
    """
    _ask(run, STOP, client)


def pause(run: Run | str, client: MlflowClient | None = None) -> None:
    """Ask a run of a tracked cell to wait when its iteration ends, until it is stopped or goes on; see `stop`."""
    _ask(run, PAUSE, client)


def go_on(run: Run | str, client: MlflowClient | None = None) -> None:
    """Ask a run of a tracked cell to wait no longer; see `stop`."""
    _ask(run, GO_ON, client)


def _ask(run: Run | str, what: str, client: MlflowClient | None) -> None:
    client = client or MlflowClient()
    found = client.get_run(run if isinstance(run, str) else run.info.run_id)
    if found.info.status != "RUNNING":
        msg = f"run {found.info.run_name!r} is {found.info.status}: only a run that goes on can be asked to {what}"
        raise WrongState(msg)
    client.set_tag(found.info.run_id, tags.CONTROL, what)


def asked(client: MlflowClient, run_id: str) -> str | None:
    """Return what a run is asked to do."""
    return client.store.tag(run_id, tags.CONTROL)
