"""``%track explain``: which of several changes has moved a metric, found by executing the cell with some of them."""

from __future__ import annotations

import ast
import shlex
from typing import TYPE_CHECKING, NamedTuple

from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.getipython import get_ipython

from nbtrack.errors import InvalidValue, WrongState
from nbtrack.notebook import session_registry
from nbtrack.notebook.trial_output import TrialOutput
from nbtrack.presentation import metric_goals
from nbtrack.presentation.formatting import counted, duration, number, short
from nbtrack.statistics import recorded_context
from nbtrack.sweeps import explanation
from nbtrack.sweeps.measured_code import metrics_of
from nbtrack.sweeps.namespace_copy import NamespaceCopies
from nbtrack.sweeps.program_changes import Code, ProgramChanges
from nbtrack.tracking import changes, run_annotations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.entities import Run
    from nbtrack.sweeps.explanation import Explanation
    from nbtrack.tracking import MlflowClient

ACCEPTED = "two runs, --metric METRIC and --yes"


class _Asked(NamedTuple):
    runs: list[str]
    metric: str | None
    yes: bool


def explain(rest: str) -> Explanation | str:
    """Return which changes between two runs have moved a metric, and by how much.

    The cell runs again in temporary copies of the notebook's names, together with the earlier cells which it depends
    on, with some of the changes of parameters and code applied; what it prints is not shown. Without ``--yes`` it asks
    first. An interrupt ends it, and nothing is recorded.

    Raises
    ------
    NotFound
        When there is no such run, or no run of the same cell before it.
    WrongState
        When a run has not recorded its code, or the code is the same.
    InvalidValue
        When the code does not compute the metric.
    """
    asked = _parsed(rest)
    session = session_registry.current()
    if session is not None:
        session.background.close()
    client, before, after = changes.two_runs(*asked.runs) if asked.runs else changes.two_runs(None, None)
    program = ProgramChanges(_code(client, before), _code(client, after))
    if not program.labels:
        raise WrongState(f"The code of {_name(before)} and {_name(after)} is the same: see %track diff for the rest.")
    metric = asked.metric or _moved_metric(client, before, after)
    if not asked.yes and not _may(len(program.labels), after):
        return "Nothing was executed."
    found = explanation.explained(metric, program.labels, _Measure(program, metric))
    return found._replace(remarks=tuple(_remarks(found, before, after)))


def _parsed(rest: str) -> _Asked:
    words, metric, yes = shlex.split(rest), None, False
    runs: list[str] = []
    while words:
        word = words.pop(0)
        if word == "--yes":
            yes = True
        elif word == "--metric" and words:
            metric = words.pop(0)
        elif word.startswith("--") or len(runs) == 2:
            raise UsageError(f"%track explain: {word!r} is not understood; accepted are {ACCEPTED}")
        else:
            runs.append(word)
    if len(runs) == 1:
        raise UsageError("%track explain takes two runs, or none: then this cell's last run and the one before")
    return _Asked(runs, metric, yes)


def _code(client: MlflowClient, run: Run) -> Code:
    context = recorded_context.of_run(run, client.artifact_folder)
    if context.code is None:
        raise WrongState(f"{_name(run)} has not recorded its code, so it can't be executed again.")
    return Code(context.code, context.earlier or ())


def _name(run: Run) -> str:
    return short(run.info.run_name or run.info.run_id)


def _moved_metric(client: MlflowClient, before: Run, after: Run) -> str:
    """Return the default metric: one that has moved, preferably with a goal."""
    old, new = before.data.metrics, after.data.metrics
    moved = [each for each in new if each in old and old[each] != new[each]]
    if not moved:
        raise WrongState(f"No metric has moved from {_name(before)} to {_name(after)}: name one by --metric.")
    goals = run_annotations.goals(client, after.info.experiment_id)
    return next((each for each in moved if metric_goals.goal_of(each, goals)), moved[0])


def _may(count: int, run: Run) -> bool:
    """Ask whether the code may be executed, with an estimate of the time."""
    times = explanation.executions(count)
    once = (run.info.end_time or run.info.start_time) - run.info.start_time
    question = (
        f"{counted(count, 'change')}: the cell and the earlier cells that it depends on will run up to"
        f" {counted(times, 'time')}, the cell for about {duration(once * times)} in all. Files that they"
        " write are written again. Continue? [y/N] "
    )
    try:
        return input(question).strip().lower() in {"y", "yes"}
    except (StdinNotImplementedError, EOFError):
        raise UsageError("%track explain executes code, and can't ask here: add --yes") from None


class _Measure:
    """Computes the metric with some of the changes applied."""

    def __init__(self, program: ProgramChanges, metric: str) -> None:
        shell = get_ipython()
        if shell is None:
            raise WrongState("%track explain needs the notebook whose cells it executes.")
        self._program, self._metric = program, metric
        everything = frozenset(range(len(program.labels)))
        trees = [part(some) for part in (program.earlier, program.cell) for some in (frozenset[int](), everything)]
        self._copies = NamespaceCopies(shell.user_ns, {each for tree in trees for each in _identifiers(tree)})

    def __call__(self, applied: frozenset[int]) -> float:
        names = self._copies.new()
        output = TrialOutput(names)
        output.begin()
        try:
            found = metrics_of(self._program.earlier(applied), self._program.cell(applied), names)
        except Exception as error:  # noqa: BLE001 # the user's code may raise any error
            raise InvalidValue(
                f"with {self._described(applied)}, the code fails: {type(error).__name__}: {error}"
            ) from None
        finally:
            output.end(...)
        if self._metric not in found:
            there = ", ".join(found) or "none"
            raise InvalidValue(
                f"with {self._described(applied)}, there is no metric {self._metric!r}; there are {there}"
            )
        return float(found[self._metric])

    def _described(self, applied: frozenset[int]) -> str:
        return "; ".join(self._program.labels[each] for each in sorted(applied)) or "none of the changes"


def _identifiers(tree: ast.Module) -> Iterator[str]:
    return (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _remarks(found: Explanation, before: Run, after: Run) -> Iterator[str]:
    for run, value in ((before, found.before), (after, found.after)):
        recorded = run.data.metrics.get(found.metric)
        if recorded is not None and recorded != value:
            yield (
                f"Executed again with seed 0, {_name(run)} gives {number(value)}, and not the {number(recorded)} that"
                " was recorded: chance, files or packages play a part."
            )
