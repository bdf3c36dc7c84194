"""``%track auto``: from now on cells become runs automatically, or steps of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.tracking import active_runs, context, lifecycle
from nbtrack.tracking.capture_options import CaptureOptions
from nbtrack.tracking.experiments import resolve_experiment_id

if TYPE_CHECKING:
    from nbtrack.tracking.active_runs import ActiveRun


class AutoTracking:
    """Whether every cell that trains or evaluates is tracked, and how: `options` are as on a ``%%track`` line."""

    def __init__(self) -> None:
        self.on = False
        self.options = CaptureOptions()
        self._run: ActiveRun | None = None

    @property
    def shared_run(self) -> str | None:
        """The id of the run that every cell is a step of; None when each has its own."""
        return self._run.info.run_id if self._run is not None else None

    def track_each_cell(self, options: CaptureOptions) -> None:
        """Make every cell from now on a run."""
        self.off()
        self.on, self.options = True, options

    def track_session(self, options: CaptureOptions) -> None:
        """Make every cell from now on a step of one run."""
        self.off()
        notebook = context.notebook_path()
        name = options.name or (notebook.stem if notebook is not None else None)
        home = resolve_experiment_id(options.experiment)
        self._run = lifecycle.start_run(experiment_id=home, run_name=name, tags=dict(options.tags))
        self.on, self.options = True, options._replace(name=None)

    def off(self) -> None:
        """Track only the cells that ask for it, and end the run of the session."""
        self.on = False
        run, self._run = self._run, None
        if run is not None:
            active_runs.end(run.info.run_id)

    def __str__(self) -> str:
        """Return what is on in a few words."""
        if self._run is not None:
            return f"every cell is a step of run {self._run.info.run_name}"
        return "every cell that trains or evaluates is a run" if self.on else "cells with %%track are runs"
