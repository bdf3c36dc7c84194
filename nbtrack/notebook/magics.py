"""The magics: parse, call, return."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from traitlets import Bool, Enum, Unicode

from nbtrack.errors import NbtrackError
from nbtrack.notebook import commands, magic_line
from nbtrack.tracking.capture_options import CaptureOptions

if TYPE_CHECKING:
    from collections.abc import Callable


@magics_class
class NbtrackMagics(Magics):
    """The magics of nbtrack; ``%config NbtrackMagics`` lists their settings, such as `quiet`."""

    quiet = Bool(default_value=False, help="Show no card below tracked cells.").tag(config=True)
    output = Bool(default_value=True, help="Store what tracked cells print and display.").tag(config=True)
    infer = Bool(default_value=True, help="Infer parameters, metrics and curves, or record only what is named.").tag(
        config=True
    )
    every = Enum(
        magic_line.EVERY,
        "epoch",
        help="In nested loops: a point for each iteration of the outermost, or of the innermost.",
    ).tag(config=True)
    experiment = Unicode(
        default_value=None, allow_none=True, help="The experiment of tracked cells, created on demand."
    ).tag(config=True)

    @property
    def defaults(self) -> CaptureOptions:
        """The defaults of a ``%%track`` line."""
        return CaptureOptions(
            infer=self.infer, experiment=self.experiment, every=self.every, output=self.output, quiet=self.quiet
        )

    @cell_magic("track")  # type: ignore[arg-type] # IPython types its decorator for functions
    @magic_line.track_arguments
    def track_cell(self, line: str, cell: str) -> None:
        """Record what a cell does as a run.

        Stores its parameters, metrics, curves, code and outputs, without any logging call in the cell. Running the cell
        again makes another run, called name-2 and so on. What is inferred::

            lr = 0.1                        a name bound to a constant is a parameter
            cfg = {"lr": 0.1}               so is each entry of a dict or dataclass of constants
            SVC(C=10)                       and a constant in a call that a result depends on
            acc = model.score(X, y)         a number that nothing else in the cell uses is a metric
            for epoch in range(9):          and one that a loop computes in each iteration is a curve
                loss = step()

        ``%track why`` shows where each value comes from, ``%track drop NAME`` removes one, ``%track keep NAME`` adds a
        number that was not recorded, and ``%track?`` lists more commands. An example::

            %%track forest --experiment digits
            depth = 7
            model = RandomForestClassifier(max_depth=depth).fit(X_train, y_train)
            accuracy = model.score(X_test, y_test)

        With ``--grid`` the cell is a sweep: it runs with each combination of the values, which take the place of what
        it gives its parameters (names, entries, arguments of calls, also those in earlier cells that it depends on,
        which then run again). Each trial is a run, with its own names, output and random numbers, below one run of
        the sweep; the notebook's names are unchanged::

            %%track forest --grid depth=2..6 max_features=0.3,0.6 --seeds 3
        """
        magic_line.parse(line.strip()).options(self.defaults)
        if self.shell is not None:
            self.shell.run_cell(f"%%track {line}\n{cell}")

    @cell_magic
    def scratch(self, line: str, cell: str) -> None:
        """Exclude a cell while every cell is tracked: put ``%%scratch`` above it."""
        if line.strip():
            raise UsageError(f"%%scratch takes no arguments, but got {line.strip()!r}")
        if self.shell is not None:
            self.shell.run_cell(f"%%scratch\n{cell}")

    @line_magic
    def track(self, line: str) -> object:
        """Show and change what is tracked.

        ::

            %track                     where runs are stored, which one is active, and what is switched on
            %track auto on [options]   every cell that trains or evaluates is a run; options as of %%track
            %track auto session        every such cell is a step of one run
            %track auto off            only cells with %%track are runs; %%scratch excludes a single cell
            %track note TEXT           set the note of the active run, or of the last one
            %track tag k=v [k2=v2]     set tags of it
            %track why                 where its values come from in the cell
            %track drop NAME           remove an inferred value, and don't infer it in that cell again
            %track keep NAME           record a number that was not, and record it in that cell from now on
            %track best [RUN]          a new cell with the values of the best trial of a sweep
            %track compare [--by A,B] [--metric M] [filter]   groups of runs over their seeds: is the best one better?
            %track rows [RUN]          the table of a sweep: settings and results of each iteration
            %track baseline [RUN] [--cell]   compare the runs of its experiment, or cell, with it; off: with none
            %track alert "RULE" [--stop] [--level L]   raise an alert when, such as, loss is nan; off "RULE" ends it
            %track goal METRIC max     higher is better (or min: lower is)
            %track export FILE.html [filter]   write the runs of the experiment as one page that needs no network
            %track show RUN            show everything about a run, by name or id
            %track diff [RUN] [RUN]    what changed since the baseline or the last run, or between two runs
            %track explain [RUN RUN]   which of these changes moved the metric; the cell runs again with some of them
            %track resume RUN          continue an interrupted run, by name or id
            %track quiet [off]         hide the cards (or show them again)

        Each is also a function, such as ``nbtrack.note(text)``.
        """
        return usage_errors(lambda: commands.run(line))

    @line_magic
    def runs(self, line: str) -> object:
        """Show a table of runs, and a chart of the selected ones: ``%runs [--view NAME] [filter]``.

        The filter has MLflow's syntax: ``%runs metrics.acc > 0.9 and params.lr = '0.1'``. ``--view`` shows a
        saved view; a name with spaces is put in quotes.
        """
        from nbtrack.notebook import panels

        asked = magic_line.runs(line)
        return usage_errors(lambda: panels.runs(asked.filter, view=asked.view))

    @line_magic
    def chart(self, line: str) -> object:
        """Chart metrics of the newest runs, or their parameters against a metric.

        ::

            %chart [metric ...]            curves
            %chart --scatter lr acc        one point per run: lr on the x axis, acc on the y axis
            %chart --parallel lr depth acc one line per run across these axes
            %chart --rows[=RUN] ...        one line or point per row of a sweep, by default of the last run

        Without names, the chart shows the first metrics and the parameters that differ. A name that is both a parameter
        and a metric means the metric; write ``params.lr`` for the parameter.
        """
        from nbtrack.notebook import panels

        asked = magic_line.chart(line)
        return usage_errors(lambda: panels.chart(*asked.names, kind=asked.kind, rows=commands.run_of_rows(asked.rows)))

    @line_magic
    def compare(self, line: str) -> object:
        """Show runs side by side, by name or id: ``%compare RUN RUN ...``."""
        from nbtrack.notebook import panels

        return usage_errors(lambda: panels.compare(*shlex.split(line)))


def usage_errors(call: Callable[[], Any]) -> Any:
    """Call, turning our errors into usage errors, which IPython shows in one line."""
    try:
        return call()
    except NbtrackError as error:
        raise UsageError(str(error)) from None
