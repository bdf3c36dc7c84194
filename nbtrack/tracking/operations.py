"""What an asynchronous call of MLflow returns, for calls that are done when they return."""

from __future__ import annotations


class RunOperations:
    """A handle to calls with ``synchronous=False``: here they are recorded at once, so there is nothing to wait for."""

    def wait(self) -> None:
        """Return when everything is recorded."""


def handle(synchronous: bool | None) -> RunOperations | None:
    """Return a handle where the caller asked for one."""
    return RunOperations() if synchronous is False else None
