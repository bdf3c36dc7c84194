"""Which run is active: a stack for each thread and task, and one run of the process for plain logging.

A run that was started on the main thread is the default of the process: threads and tasks without a
run of their own log to it. `start_run` looks only at runs that its own thread or task started.
"""

from __future__ import annotations

import sys
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.tracking.monitor import Monitor
    from nbtrack.tracking.run import ActiveRun


class Scope:
    """One active run on the stack, and the one below it.

    `implicit` runs belong to a cell: explicit runs become their children instead of being joined to them.
    `automatic` runs were started by logging without one.
    """

    __slots__ = ("automatic", "below", "ended", "implicit", "monitor", "owner", "run")

    def __init__(self, run: ActiveRun, below: Scope | None, *, implicit: bool, automatic: bool) -> None:
        self.run, self.below, self.owner = run, below, _owner()
        self.implicit, self.automatic, self.ended = implicit, automatic, False
        self.monitor: Monitor | None = None


makers: list[Callable[[], ActiveRun | None]] = []
"""Who can make the run that logging without one starts; the last is asked, on the main thread alone."""

_stack: ContextVar[Scope | None] = ContextVar("nbtrack_active_run", default=None)
_process: list[Scope] = []


def _owner() -> tuple[int, object]:
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


def _living(scope: Scope | None) -> Scope | None:
    while scope is not None and scope.ended:
        scope = scope.below
    return scope


def current() -> Scope | None:
    """Return the scope that logging goes to."""
    mine = _living(_stack.get())
    if mine is not None:
        return mine
    while _process and _process[-1].ended:
        _process.pop()
    return _process[-1] if _process else None


def offered() -> ActiveRun | None:
    """Return the run that somebody makes for what is logged without one, or None."""
    here = threading.current_thread() is threading.main_thread()
    return makers[-1]() if makers and here else None


def own() -> Scope | None:
    """Return the scope of this thread or task that `start_run` looks at."""
    scope = current()
    return scope if scope is not None and scope.owner == _owner() else None


def push(run: ActiveRun, *, implicit: bool = False, automatic: bool = False) -> Scope:
    """Make a run the active one."""
    scope = Scope(run, _living(_stack.get()), implicit=implicit, automatic=automatic)
    _stack.set(scope)
    if scope.owner == (threading.main_thread().ident, None):
        _process.append(scope)
    return scope


def leave(scope: Scope) -> None:
    """Take a run off, wherever in the stack it is."""
    scope.ended = True
    _stack.set(_living(_stack.get()))
    if scope in _process:
        _process.remove(scope)


def everything() -> list[Scope]:
    """Return the scopes that are still open on the main thread, the innermost first."""
    return [each for each in reversed(_process) if not each.ended]
