"""Active runs: a stack per thread and task, and a default for the whole process.

Threads and tasks that have no run of their own log to the run that was started on the main thread.
`start_run` considers only the runs that its own thread or task started.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self

from nbtrack import process
from nbtrack.entities import Run
from nbtrack.errors import NbtrackError
from nbtrack.tracking import alert_watch, live_runs, watched_points
from nbtrack.tracking.active_model import ActiveModels
from nbtrack.tracking.client import now
from nbtrack.tracking.events import Events

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from nbtrack.tracking.client import MlflowClient
    from nbtrack.tracking.system_metrics import SystemMetricsMonitor


class ActiveRun(Run):
    """An active run: the fluent functions log to it until it ends.

    As a context manager it ends the run with status FINISHED; FAILED if an exception leaves the block; KILLED if
    that is an interrupt or the cancellation of the task. A block that joined an active run does not end it.
    """

    __slots__ = (
        "active_models",
        "append",
        "appender",
        "client",
        "events",
        "joined",
        "keys",
        "live",
        "measured",
        "models",
    )

    def __init__(self, run: Run, client: MlflowClient, *, joined: bool = False) -> None:
        super().__init__(run.info, run.data, run.inputs)
        self.client, self.joined = client, joined
        self.events, self.active_models = process.state(Events), process.state(ActiveModels)
        self.keys: set[str] = set()
        """Keys of metrics that have been validated."""
        self.models = _models(run)
        """By step, the ids of the logged models that metrics at this step measure."""
        self.measured = {each.model_id for each in run.inputs.model_inputs}.union(*self.models.values())
        """The ids of the logged models that the run read or created."""
        self.live = live_runs.values_of(run.info.run_id)
        """The live values that the code has asked for."""
        self.renew_appender()

    def renew_appender(self) -> None:
        """Use the appender that fits the current alert rules."""
        run_id = self.info.run_id
        self.appender = watched_points.appender(run_id, self.client.store.appender(run_id))
        self.append = self.appender.point

    def __enter__(self) -> Self:
        """Return the run."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the run, unless it was joined."""
        if not self.joined:
            end(self.info.run_id, status_after(error), error)


def _models(run: Run) -> dict[int, list[str]]:
    """Return the logged models that a run has created so far, by step."""
    models: dict[int, list[str]] = {}
    for each in run.outputs.model_outputs:
        models.setdefault(each.step, []).append(each.model_id)
    return models


def status_after(error: BaseException | None) -> str:
    """Return the status of a run that ended with an exception, or without one."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return "FINISHED"
    interrupted = isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError"
    return "KILLED" if interrupted else "FAILED"


class Scope:
    """An entry of the stack of active runs.

    An `implicit` run belongs to a cell: explicit runs become its children instead of joining it. An `automatic` run
    was started by a logging function.
    """

    __slots__ = ("automatic", "below", "ended", "implicit", "monitor", "owner", "run")

    def __init__(self, run: ActiveRun, below: Scope | None, *, implicit: bool, automatic: bool) -> None:
        self.run, self.below, self.owner = run, below, _thread_and_task()
        self.implicit, self.automatic, self.ended = implicit, automatic, False
        self.monitor: SystemMetricsMonitor | None = None


class RunStack:
    """The active runs of the process, its last run, and the factories of implicit runs."""

    def __init__(self) -> None:
        self.innermost: ContextVar[Scope | None] = ContextVar("nbtrack_active_run", default=None)
        self.of_process: list[Scope] = []
        self.implicit_run_factories: list[Callable[[], ActiveRun | None]] = []
        self.last: tuple[MlflowClient, str] | None = None


def _thread_and_task() -> tuple[int, object]:
    """Return the current thread and task; tasks of the kernel itself count as none."""
    return threading.get_ident(), _task()


def _task() -> object:
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return None
    try:
        task: Any = asyncio.current_task()
    except RuntimeError:
        return None
    frame = getattr(task.get_coro(), "cr_frame", None) if task is not None else None
    module = frame.f_globals.get("__name__", "") if frame is not None else ""
    return None if str(module).partition(".")[0] in {"ipykernel", "IPython", "tornado", "nbclient"} else task


def _not_ended(scope: Scope | None) -> Scope | None:
    while scope is not None and scope.ended:
        scope = scope.below
    return scope


def current_scope() -> Scope | None:
    """Return the entry of the run that the fluent functions log to, or None."""
    runs = process.state(RunStack)
    mine = _not_ended(runs.innermost.get())
    if mine is not None:
        return mine
    while runs.of_process and runs.of_process[-1].ended:
        runs.of_process.pop()
    return runs.of_process[-1] if runs.of_process else None


def add_implicit_run_factory(factory: Callable[[], ActiveRun | None]) -> None:
    """Let `factory` create the run when the main thread logs without one; the factory added last is used."""
    process.state(RunStack).implicit_run_factories.append(factory)


def remove_implicit_run_factory(factory: Callable[[], ActiveRun | None]) -> None:
    """Remove a factory, if it was added."""
    with contextlib.suppress(ValueError):
        process.state(RunStack).implicit_run_factories.remove(factory)


def implicit_run() -> ActiveRun | None:
    """Return the run that a factory creates for logging without one, or None."""
    factories = process.state(RunStack).implicit_run_factories
    on_main_thread = threading.current_thread() is threading.main_thread()
    return factories[-1]() if factories and on_main_thread else None


def own_scope() -> Scope | None:
    """Return the entry of the current run if this thread and task started it, else None."""
    scope = current_scope()
    return scope if scope is not None and scope.owner == _thread_and_task() else None


def push(run: ActiveRun, *, implicit: bool = False, automatic: bool = False) -> Scope:
    """Make a run the active one."""
    runs = process.state(RunStack)
    scope = Scope(run, _not_ended(runs.innermost.get()), implicit=implicit, automatic=automatic)
    runs.innermost.set(scope)
    if scope.owner == (threading.main_thread().ident, None):
        runs.of_process.append(scope)
    return scope


def remove(scope: Scope) -> None:
    """Remove a run from the stack, wherever it is."""
    runs = process.state(RunStack)
    scope.ended = True
    runs.innermost.set(_not_ended(runs.innermost.get()))
    if scope in runs.of_process:
        runs.of_process.remove(scope)


def open_scopes() -> list[Scope]:
    """Return the runs that are still active on the main thread, innermost first."""
    return [each for each in reversed(process.state(RunStack).of_process) if not each.ended]


def renew_appenders() -> None:
    """Apply new alert rules to the runs that this thread logs to, and to those of the process."""
    scope = current_scope()
    for each in (scope, *open_scopes()):
        if each is not None:
            each.run.renew_appender()


def end(run_id: str, status: str = "FINISHED", error: BaseException | None = None) -> None:
    """End a run if it is still active in this process, and record the exception that ended it."""
    scope = current_scope()
    while scope is not None and scope.run.info.run_id != run_id:
        scope = scope.below
    if scope is None or scope.ended:
        return
    remove(scope)
    if scope.monitor is not None:
        scope.monitor.close()
    alert_watch.end(run_id)
    live_runs.end(run_id)
    if status != "FINISHED" and error is not None:
        with contextlib.suppress(NbtrackError):
            from nbtrack.tracking import run_errors

            run_errors.record(scope.run.client, run_id, error)
    # The duration is not negative even if the clock was set back meanwhile.
    ended = max(now(), scope.run.info.start_time)
    scope.run.client.set_terminated(run_id, status, ended)
