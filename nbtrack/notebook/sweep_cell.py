"""The cell of a sweep: its trials run instead of the cell, each as a run."""

from __future__ import annotations

import ast
import builtins
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from nbtrack import redaction
from nbtrack import tags as reserved
from nbtrack.capture.analysis import read_files, syntax
from nbtrack.errors import NbtrackError
from nbtrack.notebook import card_display, cell_artifacts, cell_identity, environment, sweep_report
from nbtrack.notebook.sweep_display import SweepDisplay
from nbtrack.notebook.trial_output import TrialOutput
from nbtrack.presentation import metric_goals
from nbtrack.sweeps import earlier_trials, search_choice
from nbtrack.sweeps.dask_workers import DaskWorkers
from nbtrack.sweeps.local_workers import LocalWorkers
from nbtrack.sweeps.namespace_copy import NamespaceCopies
from nbtrack.sweeps.packed_notebook import packed
from nbtrack.sweeps.ranking import Ranking
from nbtrack.sweeps.runner import InTurn
from nbtrack.sweeps.sweep import Sweep, SweptCell
from nbtrack.sweeps.swept_code import SweptCode
from nbtrack.sweeps.trial_run import SEED
from nbtrack.tracking import MlflowClient, context, lifecycle, run_control
from nbtrack.tracking.captured_run import CapturedRun, RunObserver
from nbtrack.tracking.error_boundary import error_boundary
from nbtrack.tracking.experiments import resolve_experiment_id
from nbtrack.tracking.read_data import ReadData

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from nbtrack.entities import DatasetInput
    from nbtrack.notebook.session_registry import SessionState
    from nbtrack.sweeps.runner import Runner
    from nbtrack.sweeps.search import Search
    from nbtrack.sweeps.sweep import Ended
    from nbtrack.sweeps.sweep_options import SweepOptions
    from nbtrack.tracking.capture_options import CaptureOptions

HOOK = "__nbtrack_sweep__"
"""The name that is called instead of the cell; it is in `builtins` while the cell runs."""


class SweepCell(RunObserver):
    """The cell of a sweep, whose run has the trials as children."""

    binds = False
    """Its names are those of the trials: the notebook has none of them afterwards."""
    identity = ""
    """It is not learned, so nothing needs to know it again."""

    def __init__(
        self,
        shell: InteractiveShell,
        session: SessionState,
        info: ExecutionInfo,
        options: CaptureOptions,
        asked: SweepOptions,
    ) -> None:
        self.info = info
        self._shell, self._session, self._options, self._asked = shell, session, options, asked
        self._tree = ast.Module([], [])
        self._run: CapturedRun | None = None
        self._modules: frozenset[str] = frozenset()
        self._identity = ""

    # --- before

    def begin(self, tree: ast.Module) -> ast.Module:
        """Return the code that runs in place of the cell."""
        self._tree = tree
        setattr(builtins, HOOK, self.sweep)
        return ast.parse(f"{HOOK}()")

    # --- while it runs

    def sweep(self) -> None:
        """Run the trials; errors are reported in one line."""
        try:
            names, seeded = self._shell.user_ns, len(self._asked.seeds) > 1
            code = SweptCode(self._tree, self._session.history, names, self._asked.values, seeded=seeded)
            chosen = search_choice.chosen(self._asked)
            runner = self._runner(code)
            parent = self._opened(code)
        except NbtrackError as error:
            raise UsageError(f"%%track: {error}") from None
        if parent is not None:
            self._sweep(code, (chosen, runner), parent)

    def _opened(self, code: SweptCode) -> CapturedRun | None:
        """Create the run of the sweep, or continue that of an earlier execution; None if the store refuses."""
        client = MlflowClient()
        home = resolve_experiment_id(self._options.experiment, client)
        self._identity = cell_identity.of_cell(self._options.name, self.info, self._tree)
        identity = cell_identity.of_sweep(self._identity)
        asked = self._session.resumed.pop(identity, None)
        found = earlier_trials.sweep_of(client, home, code.digest) if self._asked.resume or asked else None
        if found is None and self._asked.resume:
            print("No earlier sweep over this code was found: all trials run.")
        elif found is not None:
            self._asked = self._asked._replace(resume=True)
            if reserved.INTERRUPTED in found.data.tags:
                client.set_tag(found.info.run_id, reserved.INTERRUPTED, run_control.RESUMED)
        self._modules = code.plan.modules | code.history.origin(code.plan.reads).modules
        continues = found.info.run_id if found is not None else None
        self._run = CapturedRun(self._options, identity, continues=continues, title=lambda _: code.title, observer=self)
        return self._run if self._run.open() else None

    def opened(self, run: CapturedRun) -> None:
        """Collect the environment of the sweep in the background."""
        notebook = context.notebook_path()
        folder = notebook.parent if notebook is not None else Path.cwd()
        place = environment.Place(run.client, run.run_id, folder, self._modules)
        self._session.background.later(partial(environment.collect, place, redaction.redact_text))

    def _sweep(self, code: SweptCode, how: tuple[Search, Runner], run: CapturedRun) -> None:
        parent = run.client.get_run(run.run_id)
        goals = metric_goals.from_experiments([run.client.get_experiment(parent.info.experiment_id)])
        ranking = Ranking(self._asked.metric, self._asked.goal, goals)
        source = self.info.raw_cell or ""
        kept = self._session.kept_names(self._identity, self._options.experiment)
        metrics = (*self._options.metrics, *kept, *([self._asked.metric] if self._asked.metric else []))
        options = self._options._replace(metrics=metrics)
        inputs = self._inputs(code, run)
        cell = SweptCell(code, source, self._modules, options, context.source_tags(), inputs)
        chosen, runner = how
        sweep_report.begin(code, self._asked, chosen.total)
        keys = [one.key for one in code.parameters.values()] + ([SEED] if len(self._asked.seeds) > 1 else [])
        shown = SweepDisplay(run.client, parent, keys, chosen.total, run.began)
        sweep = Sweep(cell, self._asked, (chosen, runner, ranking), (run.client, parent), shown.progressed)
        try:
            ended = sweep.run()
        except KeyboardInterrupt:
            self._session.interrupted.note(run.client, run.run_id)
            raise KeyboardInterrupt("The sweep was interrupted; --resume runs what is missing.") from None
        finally:
            shown.close(ranking)
        self._settle(run, ended, ranking)
        sweep_report.end(ended, ranking, run.client)

    def _inputs(self, code: SweptCode, run: CapturedRun) -> tuple[DatasetInput, ...]:
        """Return the data that the trials read, which are inputs of the sweep's run as well."""
        with error_boundary("the data that the trials read was not recorded"):
            read = ReadData(code.shared_reads, self._shell.user_ns)
            read.end(read_files.paths_read(self._tree, self._shell.user_ns.get))
            inputs = tuple(read.inputs())
            if inputs:
                run.client.log_inputs(run.run_id, inputs)
            return inputs
        return ()

    def _runner(self, code: SweptCode) -> Runner:
        names, history = self._shell.user_ns, code.history
        if self._asked.on is not None:
            client = MlflowClient()
            home = client.get_experiment(resolve_experiment_id(self._options.experiment, client))
            return DaskWorkers(self._asked.on, packed(names, _identifiers(code), history), home, sweep_report.say)
        if self._asked.jobs > 1:
            return LocalWorkers(self._asked.jobs, packed(names, _identifiers(code), history))
        copies = NamespaceCopies(names, _identifiers(code))
        sweep_report.uncopied(copies)
        return InTurn(copies, history, partial(TrialOutput, names), sweep_report.say)

    def _settle(self, run: CapturedRun, ended: Ended, ranking: Ranking) -> None:
        """Record the best trial."""
        run.request()
        sweep_report.record(run, ended, ranking)

    # --- after

    def finish(self, result: ExecutionResult) -> None:
        """End the run of the sweep."""
        if getattr(builtins, HOOK, None) == self.sweep:
            delattr(builtins, HOOK)
        run, error = self._run, result.error_in_exec or result.error_before_exec
        if run is None or run.run is None:
            return
        run.leave()
        lifecycle.set_last_run(run.client, run.run_id)
        self._session.swept[run.run_id] = self.info.raw_cell or ""
        source = redaction.redact_source(self.info.raw_cell or "")
        earlier = [redaction.redact_source(each) for each in self._earlier_sources]
        self._session.background.later(run.keep(cell_artifacts.code(source, earlier)))
        run.close(error, redaction.redact_text)

    @property
    def _earlier_sources(self) -> list[str]:
        graph = self._session.history.follow(self._tree)
        return self._session.history.origin(graph.names_from_before()).sources

    def show(self, *, card: bool) -> None:
        """Show the card of the sweep's run."""
        run = self._run
        if card and run is not None and run.run is not None and not self._options.quiet:
            card_display.show_card(run.client, run.run_id, run.previous)


def _identifiers(code: SweptCode) -> set[str]:
    """Return the names in the code of the trials."""
    trees = [code.tree, *(code.history.cells.all[number].tree for number in code.again)]
    return {name for tree in trees for name in syntax.identifiers(tree)}
