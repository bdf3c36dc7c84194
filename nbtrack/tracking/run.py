"""The active run: a run that ends with its ``with`` block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from nbtrack.entities import Run

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from nbtrack.stores.interface import Appender
    from nbtrack.tracking.client import MlflowClient

__all__ = ["ActiveRun", "Run"]


class ActiveRun(Run):
    """A run of this process that logging goes to until it ends.

    As a context manager it ends FINISHED, FAILED when an exception leaves the block, KILLED when that is an
    interrupt or the cancellation of its task. The run that a second `start_run` joined is not ended by the inner
    block.
    """

    client: MlflowClient
    joined: bool
    keys: set[str]
    """Keys of metrics that have been found valid."""
    appender: Appender
    """Records points of this run."""
    append: Callable[[str, float, int, int], None]
    """Its `point`, at hand for `log_metric`."""

    @classmethod
    def of(cls, run: Run, client: MlflowClient, *, joined: bool = False) -> Self:
        """Return `run` as an active one."""
        active = cls(*run)
        active.client, active.joined = client, joined
        active.keys, active.appender = set(), client.store.appender(run.info.run_id)
        active.append = active.appender.point
        return active

    def __enter__(self) -> Self:
        """Return the run."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the run, unless it was joined."""
        if not self.joined:
            from nbtrack.tracking import lifecycle

            lifecycle.end(self.info.run_id, outcome(error), error)


def outcome(error: BaseException | None) -> str:
    """Return the status of a run that an exception ended, or nothing did."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return "FINISHED"
    interrupted = isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError"
    return "KILLED" if interrupted else "FAILED"
