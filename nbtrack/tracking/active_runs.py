"""Which run is active, and how it ends: a stack for each thread and task, and one run of the process for plain logging.

A run that was started on the main thread is the default of the process: threads and tasks without a
run of their own log to it. `start_run` looks only at runs that its own thread or task started.
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
from nbtrack.tracking import run_errors
from nbtrack.tracking.client import now
from nbtrack.tracking.events import Events

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from nbtrack.tracking.client import MlflowClient
    from nbtrack.tracking.system_metrics import SystemMetricsMonitor


class ActiveRun(Run):
    """A run of this process that logging goes to until it ends.

    As a context manager it ends FINISHED, FAILED when an exception leaves the block, KILLED when that is an
    interrupt or the cancellation of its task. The run that a second `start_run` joined is not ended by the inner
    block.
    """

    __slots__ = ("append", "appender", "client", "events", "joined", "keys")

    def __init__(self, run: Run, client: MlflowClient, *, joined: bool = False) -> None:
        super().__init__(run.info, run.data, run.inputs)
        self.client, self.joined = client, joined
        self.events = process.state(Events)
        self.keys: set[str] = set()
        """Keys of metrics that have been found valid."""
        self.appender = client.store.appender(run.info.run_id)
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


def status_after(error: BaseException | None) -> str:
    """Return the status of a run that an exception ended, or nothing did."""
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return "FINISHED"
    interrupted = isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError"
    return "KILLED" if interrupted else "FAILED"


class Scope:
    """One active run on the stack, and the one below it.

    `implicit` runs belong to a cell: explicit runs become their children instead of being joined to them.
    `automatic` runs were started by logging without one.
    """

    __slots__ = ("automatic", "below", "ended", "implicit", "monitor", "owner", "run")

    def __init__(self, run: ActiveRun, below: Scope | None, *, implicit: bool, automatic: bool) -> None:
        self.run, self.below, self.owner = run, below, _thread_and_task()
        self.implicit, self.automatic, self.ended = implicit, automatic, False
        self.monitor: SystemMetricsMonitor | None = None


class RunStack:
    """The active runs of the process, the last run that it started, and who makes a run for logging without one."""

    def __init__(self) -> None:
        self.innermost: ContextVar[Scope | None] = ContextVar("nbtrack_active_run", default=None)
        self.of_process: list[Scope] = []
        self.implicit_run_factories: list[Callable[[], ActiveRun | None]] = []
        self.last: tuple[MlflowClient, str] | None = None


def _thread_and_task() -> tuple[int, object]:
    """Return what tells this thread and task from others; a kernel's own tasks count as none."""
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
    """Return the scope that logging goes to."""
    runs = process.state(RunStack)
    mine = _not_ended(runs.innermost.get())
    if mine is not None:
        return mine
    while runs.of_process and runs.of_process[-1].ended:
        runs.of_process.pop()
    return runs.of_process[-1] if runs.of_process else None


def add_implicit_run_factory(factory: Callable[[], ActiveRun | None]) -> None:
    """Have `factory` make the run that logging without one goes to, on the main thread; the last one added is asked."""
    process.state(RunStack).implicit_run_factories.append(factory)


def remove_implicit_run_factory(factory: Callable[[], ActiveRun | None]) -> None:
    """Ask a factory no longer; nothing happens when it was not added."""
    with contextlib.suppress(ValueError):
        process.state(RunStack).implicit_run_factories.remove(factory)


def implicit_run() -> ActiveRun | None:
    """Return the run that a factory makes for what is logged without one, or None."""
    factories = process.state(RunStack).implicit_run_factories
    on_main_thread = threading.current_thread() is threading.main_thread()
    return factories[-1]() if factories and on_main_thread else None


def own_scope() -> Scope | None:
    """Return the scope of this thread or task that `start_run` looks at."""
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
    """Take a run off, wherever in the stack it is."""
    runs = process.state(RunStack)
    scope.ended = True
    runs.innermost.set(_not_ended(runs.innermost.get()))
    if scope in runs.of_process:
        runs.of_process.remove(scope)


def open_scopes() -> list[Scope]:
    """Return the scopes that are still open on the main thread, the innermost first."""
    return [each for each in reversed(process.state(RunStack).of_process) if not each.ended]


def end(run_id: str, status: str = "FINISHED", error: BaseException | None = None) -> None:
    """End a run of this process, when it is still active; the exception that ended it is kept with it."""
    scope = current_scope()
    while scope is not None and scope.run.info.run_id != run_id:
        scope = scope.below
    if scope is None or scope.ended:
        return
    remove(scope)
    if scope.monitor is not None:
        scope.monitor.close()
    if status != "FINISHED" and error is not None:
        with contextlib.suppress(NbtrackError):
            run_errors.record(scope.run.client, run_id, error)
    # A clock that went back meanwhile makes no negative duration.
    ended = max(now(), scope.run.info.start_time)
    scope.run.client.set_terminated(run_id, status, ended)
