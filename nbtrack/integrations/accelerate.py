"""A tracker for Accelerate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accelerate.tracking import GeneralTracker

from nbtrack.integrations.callback_run import CallbackRun

if TYPE_CHECKING:
    from collections.abc import Mapping


class NbtrackTracker(GeneralTracker):
    """Logs what an `Accelerator` is given to log: ``Accelerator(log_with=NbtrackTracker())``.

    Parameters
    ----------
    run_name : str, optional
        The name of a new run, if there is none to log to.
    """

    name = "nbtrack"
    requires_logging_directory = False

    def __init__(self, run_name: str | None = None) -> None:
        super().__init__()
        self._run_name = run_name
        self._run: CallbackRun | None = None

    @property
    def tracker(self) -> CallbackRun:
        """The run: its `client` and `run_id` log anything else."""
        if self._run is None:
            self._run = CallbackRun(self._run_name)
        return self._run

    def store_init_configuration(self, values: Mapping[str, object]) -> None:
        """Log the configuration that was passed to ``init_trackers`` as parameters."""
        self.tracker.log_params(values)

    def log(self, values: Mapping[str, object], step: int | None = None, **_: Any) -> None:
        """Log numbers as metrics, and text as tags."""
        self.tracker.log_metrics(values, step)
        texts = [(key, value) for key, value in values.items() if isinstance(value, str)]
        if texts:
            self.tracker.client.log_batch(self.tracker.run_id, tags=texts)

    def finish(self) -> None:
        """End the run if it was started for this tracker."""
        if self._run is not None:
            self._run.end()
            self._run = None
