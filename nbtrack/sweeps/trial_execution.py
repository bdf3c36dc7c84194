"""Executes one trial: the earlier cells that it needs, then the cell itself, observed as a tracked cell is."""

from __future__ import annotations

import ast
import builtins
import linecache
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from nbtrack import capture, redaction
from nbtrack.sweeps import seeding
from nbtrack.sweeps.swept_code import history_with
from nbtrack.sweeps.trial_run import Recorded, TrialRun
from nbtrack.sweeps.trials import Outcome
from nbtrack.tracking import run_errors
from nbtrack.tracking.captured_execution import CapturedExecution, ProbeObservation
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from nbtrack.capture import NotebookHistory
    from nbtrack.sweeps.swept_code import TrialCode

HOOK = "__nbtrack_trial_hook__"
"""The name that the instrumented code of a trial calls; it is in `builtins` while the trial runs."""
FILE = "<trial of a sweep>"


class Output(Protocol):
    """Takes what a trial prints and displays."""

    def begin(self) -> None:
        """Capture output from now on; the notebook does not show it."""

    def end(self, result: object) -> Mapping[str, bytes]:
        """Stop capturing, and return files by artifact path; `result` is the value of the last expression."""


class TrialTask(NamedTuple):
    """One trial as it is executed, in whatever process."""

    code: TrialCode
    source: str
    """The code of the cell as it was typed."""
    seed: int
    modules: frozenset[str]
    """The packages that its code uses."""
    recorded: Recorded


def execute(task: TrialTask, history: NotebookHistory, namespace: dict[str, Any], output: Output) -> Outcome:
    """Execute a trial in this namespace, and return its outcome; only `KeyboardInterrupt` is raised.

    `history` is what is known of the notebook, with the values that it has there. A request to stop the run ends the
    trial, too, and is not raised.
    """
    run = TrialRun(task.recorded)
    execution = CapturedExecution(run)
    if execution.open() is None:
        return Outcome("", "FAILED", {}, error="its run could not be created")
    error: BaseException | None = None
    result: object = ...
    output.begin()
    try:
        result = _executed(task, history, namespace, execution)
    except BaseException as raised:  # noqa: BLE001 # whatever a cell raises ends this trial, not the sweep
        error = raised.with_traceback(_of_cell(raised.__traceback__))
    finally:
        known = redaction.known_secrets(namespace) | redaction.secrets_in(task.source)
        _close(_Ended(execution, result, error, known), task, output)
    if isinstance(error, KeyboardInterrupt) and not run.was_stopped:
        raise error
    return _outcome(run, error)


def _executed(
    task: TrialTask, history: NotebookHistory, namespace: dict[str, Any], execution: CapturedExecution
) -> object:
    namespace.update(task.code.entry)
    for tree in task.code.earlier.values():
        seeding.seed_all(task.seed, task.modules)
        run_code(tree, namespace)
    seeding.seed_all(task.seed, task.modules)
    options = task.recorded.options
    plan = capture.plan(
        task.code.tree,
        history_with(history, task.code.earlier),
        every=options.every,
        infer=options.infer,
        params=options.params,
        metrics=options.metrics,
    )
    probe = plan.probe(namespace, redact=redaction.redact_value)
    execution.observe(ProbeObservation(probe, execution.run, raises=options.stop == "raise"))
    linecache.cache[FILE] = (len(task.source), None, task.source.splitlines(keepends=True), FILE)
    with called_by_code(probe.hooks):
        return run_code(plan.instrument(task.code.tree, HOOK), namespace)


@contextmanager
def called_by_code(hooks: object) -> Iterator[None]:
    """Let instrumented code call these hooks by `HOOK` in the block."""
    setattr(builtins, HOOK, hooks)
    try:
        yield
    finally:
        vars(builtins).pop(HOOK, None)


def run_code(tree: ast.Module, namespace: dict[str, Any]) -> object:
    """Run code in a namespace, and return the value of its last expression; ``...`` if it ends with a statement."""
    end = tree.body[-1] if tree.body else None
    last = end.value if isinstance(end, ast.Expr) else None
    body = tree.body if last is None else tree.body[:-1]
    exec(compile(ast.Module(list(body), []), FILE, "exec"), namespace)  # noqa: S102 # the user's own cell, as IPython would run it
    return ... if last is None else eval(compile(ast.Expression(last), FILE, "eval"), namespace)  # noqa: S307 # the user's own cell


class _Ended(NamedTuple):
    """An execution whose code has ended, and the secrets that it knew."""

    execution: CapturedExecution
    result: object
    error: BaseException | None
    secrets: frozenset[str]


def _close(ended: _Ended, task: TrialTask, output: Output) -> None:
    """Record the results of a trial, and end its run."""
    execution, result, error, secrets = ended
    files: Mapping[str, bytes] = {}
    with error_boundary("the output of this trial was not stored"):
        files = output.end(result)
    try:
        execution.leave()
        if execution.settle(result if result is not None else ..., failed=error is not None):
            with error_boundary("the code and the output of this trial were not stored"):
                code = redaction.redact_source(ast.unparse(task.code.tree), secrets).encode("utf-8", "replace")
                execution.run.keep({"cell.py": code, **files})()
    finally:
        execution.close(error, partial(redaction.redact_text, known=secrets))


def _of_cell(frames: TracebackType | None) -> TracebackType | None:
    """Return the frames from the code of the trial on."""
    first = frames
    while frames is not None and frames.tb_frame.f_code.co_filename != FILE:
        frames = frames.tb_next
    return frames or first


def _outcome(run: TrialRun, error: BaseException | None) -> Outcome:
    known = run.client.get_run(run.run_id)
    said = run_errors.summary(error) if error is not None else ""
    return Outcome(run.run_id, known.info.status, dict(known.data.metrics), seeding.seeded(), said)
