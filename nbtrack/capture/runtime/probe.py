"""The run-time half of a plan: it reads values while and after the cell runs, and never raises into it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbtrack.capture.facts import Fact, Facts
from nbtrack.capture.runtime import loop_length, snapshot, value_reading
from nbtrack.capture.runtime.curve_recorder import CurveRecorder
from nbtrack.capture.runtime.loop_control import LoopControl
from nbtrack.capture.runtime.probe_points import Bound, Branch, End, Mark, ProbePoint, Show, Tap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from nbtrack.capture.plan import Plan
    from nbtrack.capture.points import Points

_NO_RESULT = ...
_NO_ENTRY = snapshot.Entry({}, {}, frozenset(), frozenset())


class Probe:
    """Reads what a plan asks for.

    `enter` before the cell, `hooks` while it runs, `leave` after it; `take` may be called at any time
    and from any thread.

    Attributes
    ----------
    hooks
        What the instrumented cell calls, by number: at a statement a hook returns whether the last of them
        has an error that the cell must raise, around an expression the value that it was given.
    control
        Stops and pauses the loops that give curves, and those that log.
    """

    def __init__(
        self,
        plan: Plan,
        namespace: Mapping[str, Any],
        *,
        clock: Callable[[], int] | None,
        redact: Callable[[str, object], object] | None,
    ) -> None:
        self._plan = plan
        self.namespace = namespace
        self._redact = redact
        self._problems: dict[str, None] = {}
        self.branches: set[int] = set()
        self.bound: dict[str, bool] = {}
        """For names that may end up with a result or without one: which of the two it was."""
        self.shown: dict[int, object] = {}
        self.tables: set[int] = set()
        """The displays that showed a frame or a Series."""
        self._entered: snapshot.Entry | None = None
        self._interruption: BaseException | None = None
        self.control = LoopControl()
        points = plan.points
        self._recorder = CurveRecorder(
            points.slots, points.tracks(), namespace, _ticking(clock), self._problems, self._fault, self.control
        )
        self.hooks: tuple[Callable[..., Any], ...] = (
            *(self._hook(point) for point in points.points),
            self._is_pending,
            self._pending,
        )

    # --- hooks

    def _hook(self, point: ProbePoint) -> Callable[..., Any]:
        """Return what is called at a point."""
        if isinstance(point, End):
            return self._recorder.ender(point)
        if isinstance(point, Mark):
            return self._recorder.marker(point.slots)
        if isinstance(point, Tap):
            return self._recorder.tapper(point.slots)
        if isinstance(point, Show):
            return self._shower(point.display)
        if isinstance(point, Bound):
            return self._judge(point)
        return self._brancher(point)

    def _judge(self, point: Bound) -> Callable[[], bool]:
        bound, name, result = self.bound, point.name, point.result

        def judge() -> bool:
            bound[name] = result
            return False

        return judge

    def _shower(self, display: int) -> Callable[[Any], Any]:
        def show(value: Any) -> Any:
            try:
                self.shown[display] = value_reading.metric(value)
                self.tables.update([display] if value_reading.is_table(value) else ())
            except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
                self._note(error, "in what the cell displays")
            return value

        return show

    def _brancher(self, point: Branch) -> Callable[..., Any]:
        branches, number = self.branches, point.branch

        def enter_branch(*value: Any) -> Any:
            branches.add(number)
            return value[0] if value else False

        return enter_branch

    def _fault(self, error: BaseException) -> bool:
        """Keep an error that came over a hook; tell whether the cell has to raise it."""
        if isinstance(error, Exception) and _innermost(error.__traceback__) == __package__:
            self._note(error, "while the cell ran")
            return False
        self._interruption = error.with_traceback(None)
        return True

    def _is_pending(self) -> bool:
        """Tell whether a hook was interrupted by an error that the cell has to raise."""
        return self._interruption is not None

    def _pending(self) -> BaseException:
        """Return the error that a hook was interrupted by."""
        error, self._interruption = self._interruption, None
        return error or KeyboardInterrupt()

    def _note(self, error: Exception, where: str) -> None:
        self._problems[f"{type(error).__name__} {where}"] = None

    def turns(self) -> int | None:
        """Return how many turns the first loop that gives curves, or else logs, will have; None if unknown."""
        loops = self._plan.points.loops
        return loop_length.turns(loops[0], self.namespace) if loops else None

    def done(self) -> int | None:
        """Return how many turns of that loop have ended; None where the points of its curves tell, or there is none."""
        points = self._plan.points
        return self._recorder.ended(0) if points.loops and not self._plan.curves else None

    @property
    def can_stop(self) -> bool:
        """Whether there is a loop that `halt` can stop and pause."""
        return any(isinstance(point, End) for point in self._plan.points.points)

    # --- the cell's beginning, its points, and its end

    def enter(self) -> None:
        """Read what the cell takes from earlier cells, before its code runs."""
        try:
            self._entered = snapshot.enter(self._plan, self.namespace, self._problems)
            self._recorder.enter()
        except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
            self._note(error, "on entry")

    def take(self) -> list[Points]:
        """Return the points gathered since the last call, one column each curve; safe in any thread."""
        return self._recorder.take()

    def settled(self) -> list[Fact]:
        """Return the parameters that are sure while the cell still runs; safe in any thread."""
        try:
            found = snapshot.settled(self._plan, self.namespace, self._entered or _NO_ENTRY)
            return snapshot.redacted(found, self._redact)
        except Exception:  # noqa: BLE001 # nothing of ours may break the user's cell; they are read again at its end
            return []

    def leave(self, result: Any = _NO_RESULT, failed: bool = False) -> Facts:  # part of the agreed face
        """Read the final values.

        Parameters
        ----------
        result
            The value of the cell's last expression; ``...`` when there is none.
        failed
            Whether the cell ended with an exception.

        Returns
        -------
        Facts
            What the cell gave.
        """
        try:
            entry = self._entered or _NO_ENTRY
            end = snapshot.End(
                self._plan,
                self.namespace,
                entry,
                self._recorder,
                self.branches,
                self.bound,
                self.shown,
                self.tables,
                result,
                failed=failed,
            )
            params, metrics = snapshot.leave(end, self._redact, self._problems)
        except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
            self._note(error, "at the end")
            params, metrics = [], []
        return Facts(params, metrics, self.take(), self._recorder.curves, list(self._problems))


def _ticking(clock: Callable[[], int] | None) -> Callable[[], int]:
    """Return a clock of nanoseconds."""
    return time.time_ns if clock is None else lambda: clock() * 1_000_000


def _innermost(trace: TracebackType | None) -> str | None:
    """Return the package of the code that raised an error."""
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_globals.get("__package__")
