"""The magics: parse, call, return."""

from __future__ import annotations

import shlex

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from nbtrack.errors import NbtrackError
from nbtrack.notebook import options
from nbtrack.tracking import lifecycle, where
from nbtrack.views import words


@magics_class
class NbtrackMagics(Magics):
    """Tracking from the notebook."""

    @cell_magic("track")  # type: ignore[arg-type] # IPython types its decorator for functions
    def track_cell(self, line: str, cell: str) -> None:
        """Record what a cell does as a run.

        ``%%track [name] [options]`` above a cell keeps its parameters, metrics, curves and code, without any
        logging call in it.

        Options::

            name               what to call the run; running the cell again counts up
            --params a,b       record these names as parameters, whatever they hold
            --metrics x,y      record these names as metrics
            --no-infer         record only what is named or logged
            --experiment E     the experiment, created on demand
            --tags k=v,k2=v2   tags of the run
            --every batch      in nested loops, a point for each inner iteration
            --nested           make it a child of the active run
            --quiet            show no card
        """
        options.parse(line)
        if self.shell is not None:
            self.shell.run_cell(f"%%track {line}\n{cell}")

    @line_magic
    def track(self, line: str) -> None:
        """Say where runs are kept and which one is active: ``%track`` or ``%track status``."""
        if line.strip() not in {"", "status"}:
            msg = f"%track: {line.strip()!r} is unknown; accepted is: status"
            raise UsageError(msg)
        print(status())

    @line_magic
    def runs(self, line: str) -> object:
        """Show the table of runs, with the chart of the selected ones: ``%runs [filter]``.

        A filter is written as in MLflow: ``%runs metrics.acc > 0.9 and params.lr = '0.1'``.
        """
        from nbtrack.notebook import panels

        return _told(lambda: panels.runs(line.strip()))

    @line_magic
    def chart(self, line: str) -> object:
        """Chart metrics of the newest runs: ``%chart [metric ...]``."""
        from nbtrack.notebook import panels

        return _told(lambda: panels.chart(*shlex.split(line)))


def _told(call: object) -> object:
    """Call, turning our errors into one line."""
    try:
        return call()  # type: ignore[operator] # it is the lambda of a magic
    except NbtrackError as error:
        raise UsageError(str(error)) from None


def status() -> str:
    """Return in one line where runs are kept and which one is active."""
    run = lifecycle.active_run()
    active = f"active run {words.short(run.info.run_name)} ({run.info.run_id})" if run is not None else "no active run"
    return f"nbtrack keeps runs in {where.get_tracking_uri()} · {active}"
