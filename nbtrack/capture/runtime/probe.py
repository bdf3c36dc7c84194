"""Observes a running cell: its hooks are called by the cell, and never raise into it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture.analysis.probe_points import (
    Bound,
    Branch,
    Call,
    Defined,
    End,
    Enter,
    Fill,
    Leave,
    Mark,
    Show,
    Tap,
    Trained,
)
from nbtrack.capture.facts import Fact, Facts, Points
from nbtrack.capture.runtime import loop_length
from nbtrack.capture.runtime.carried_results import CarriedResults
from nbtrack.capture.runtime.curve_columns import CurveColumns
from nbtrack.capture.runtime.curve_recorder import CurveRecorder, Recording
from nbtrack.capture.runtime.followed_functions import FollowedFunctions
from nbtrack.capture.runtime.function_hooks import Shared
from nbtrack.capture.runtime.hook import LeavingHook
from nbtrack.capture.runtime.loop_control import LoopControl
from nbtrack.capture.runtime.loop_nesting import LoopNesting, RunningLoop
from nbtrack.capture.runtime.snapshot import Observed, Snapshot
from nbtrack.capture.runtime.sweep_rows import SweepRows
from nbtrack.capture.runtime.value_hooks import ValueHooks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from nbtrack.capture.analysis.probe_points import ProbePoint, ProbePoints
    from nbtrack.capture.facts import PassedOver, Recorded
    from nbtrack.capture.rules.function_results import FollowedFunction
    from nbtrack.capture.rules.passed_over import Candidates
    from nbtrack.capture.rules.rule import Rule
    from nbtrack.capture.rules.training_results import TrainingResults
    from nbtrack.capture.runtime.snapshot import Names


class Rules(NamedTuple):
    """The rules of one cell, with what they found in its code."""

    parameters: Sequence[Rule]
    metrics: Sequence[Rule]
    candidates: Candidates
    """Of what no rule records."""
    training: TrainingResults


class ProbeTargets(NamedTuple):
    """Where a cell, and the functions that it calls, are observed."""

    points: ProbePoints
    functions: Sequence[FollowedFunction]
    innermost: bool
    """Whether the innermost of nested loops gives points, and not the outermost."""


class Probe:
    """Reads the values that a plan needs.

    `enter` before the cell, `hooks` while it runs, `restore` and `leave` after it; `take` may be called at any
    time and from any thread. The instrumented cell calls `hooks` by number: at a statement a hook returns whether the
    cell has to raise an error, which the last of the hooks has; around an expression, the value that it was given.
    `control` stops and pauses the loops that give curves, and those that log.
    """

    def __init__(
        self,
        rules: Rules,
        places: ProbeTargets,
        names: Names,
        namespace: Mapping[str, Any],
        *,
        clock: Callable[[], int] | None,
        redact: Callable[[str, object], object] | None,
        printed: Callable[[], str],
    ) -> None:
        self._rules, self._points, self._redact = rules, places.points, redact
        self.namespace = namespace
        self._problems: dict[str, None] = {}
        self._interruption: BaseException | None = None
        self._clock = _ticking(clock)
        self.control = LoopControl()
        self._nesting = LoopNesting(innermost=places.innermost)
        recording = self._recording(places, self._clock)
        self._columns = recording.columns
        self._recorder = CurveRecorder(places.points.slots, places.points.numberings(), namespace, recording)
        self._rows = SweepRows(self._recorder, dict.get.__get__(namespace))
        sweeping = places.points.sweeping
        self._loops = {number: RunningLoop(sweeps=number in sweeping) for number in places.points.around_calls}
        pending = (self._is_pending, self._pending)
        self._observed = Observed(self._recorder, set(), {}, {}, set(), {}, {}, {})
        self._values = ValueHooks(self._observed, namespace, self._note)
        shared = Shared(recording, self._nesting, self._values)
        self._functions = FollowedFunctions(places.functions, namespace, shared, pending)
        self._snapshot = Snapshot(names, namespace, self._observed, self._problems, printed)
        self.hooks: tuple[Callable[..., Any], ...] = (*(self._hook(point) for point in places.points.points), *pending)

    def _recording(self, places: ProbeTargets, clock: Callable[[], int]) -> Recording:
        in_functions = (key for one in places.functions for known in one.recorded_as for key in known.values())
        columns = CurveColumns([*(slot.key for slot in places.points.slots), *in_functions])
        carried = CarriedResults(columns.by_key, self._nesting, clock)
        return Recording(columns, carried, clock, self._problems, self._fault, self.control)

    # --- hooks

    def _hook(self, point: ProbePoint) -> Callable[..., Any]:
        if isinstance(point, End | Mark | Tap | Fill):
            return self._recording_hook(point)
        if isinstance(point, Enter | Leave | Call | Defined):
            return self._following_hook(point)
        if isinstance(point, Show | Trained):
            values = self._values
            return values.shower(point.display) if isinstance(point, Show) else values.trainer(point)
        return self._judge(point) if isinstance(point, Bound) else self._brancher(point)

    def _recording_hook(self, point: End | Mark | Tap | Fill) -> Callable[..., Any]:
        if isinstance(point, End):
            finish, settings = self._recorder.ender(point), self._points.settings.get(point.loop, ())
            return self._row_adder(point, settings, finish) if settings else finish
        if isinstance(point, Mark):
            return self._recorder.marker(point.slots)
        return self._recorder.tapper(point.slots) if isinstance(point, Tap) else self._recorder.filler(point.slot)

    def _row_adder(self, end: End, settings: tuple[str, ...], finish: Callable[[], bool]) -> Callable[[], bool]:
        def finish_row() -> bool:
            try:
                self._rows.add(settings, end)
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                if self._fault(error):
                    return True
            return finish()

        return finish_row

    def _following_hook(self, point: Enter | Leave | Call | Defined) -> Callable[..., Any]:
        if isinstance(point, Call):
            return self._functions.caller(point)
        return self._definer(point) if isinstance(point, Defined) else self._nester(point)

    def _nester(self, point: Enter | Leave) -> Callable[[], bool]:
        loop = self._loops[point.loop]
        change = self._nesting.enter if isinstance(point, Enter) else self._nesting.leave

        def nest() -> bool:
            try:
                change(loop)
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                return self._fault(error)
            return False

        return nest if isinstance(point, Enter) else LeavingHook(nest)

    def _definer(self, point: Defined) -> Callable[[Any], bool]:
        def define(value: Any) -> bool:
            try:
                self._functions.defined(point.name, value)
            except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
                self._note(error, f"in following {point.name}")
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                return self._fault(error)
            return False

        return define

    def _judge(self, point: Bound) -> Callable[[], bool]:
        results, name, result = self._observed.results, point.name, point.result

        def judge() -> bool:
            results[name] = result
            return False

        return judge

    def _brancher(self, point: Branch) -> Callable[..., Any]:
        branches, number = self._observed.branches, point.branch

        def enter_branch(*value: Any) -> Any:
            branches.add(number)
            return value[0] if value else False

        return enter_branch

    def _fault(self, error: BaseException) -> bool:
        """Keep an error that occurred in a hook; return whether the cell has to raise it."""
        if isinstance(error, Exception) and _innermost(error.__traceback__) == __package__:
            self._note(error, "while the cell ran")
            return False
        self._interruption = error.with_traceback(None)
        return True

    def _is_pending(self) -> bool:
        """Return whether a hook was interrupted by an error that the cell has to raise."""
        return self._interruption is not None

    def _pending(self) -> BaseException:
        """Return the error that interrupted a hook."""
        error, self._interruption = self._interruption, None
        return error or KeyboardInterrupt()

    def _note(self, error: Exception, where: str) -> None:
        self._problems[f"{type(error).__name__} {where}"] = None

    # --- the loops

    def turns(self) -> int | None:
        """Return the number of iterations of the first loop that gives curves, or else logs; None if unknown."""
        loops = self._points.loops
        return loop_length.turns(loops[0], self.namespace) if loops else None

    def done(self) -> int | None:
        """Return how many iterations of that loop have ended; None if its curves have points, or there is no loop."""
        has_curves = self._points.slots or self._points.around_calls
        return self._recorder.ended(0) if self._points.loops and not has_curves else None

    @property
    def can_stop(self) -> bool:
        """Whether there is a loop that `control` can stop and pause."""
        return any(isinstance(point, End) for point in self._points.points) or self._functions.have_loops

    # --- the cell's beginning, its points, and its end

    def enter(self) -> None:
        """Read what the cell takes from earlier cells, before its code runs."""
        try:
            self._snapshot.enter()
            self._recorder.enter()
            self._functions.enter()
        except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
            self._note(error, "on entry")

    def restore(self) -> None:
        """Give the followed functions their own code back; calls from now on give no points."""
        self._functions.restore()

    def take(self) -> list[Points]:
        """Return the points since the last call, one column per curve; thread-safe."""
        return self._columns.take()

    def early_params(self) -> list[Fact]:
        """Return the parameters that are certain while the cell is still running; thread-safe."""
        try:
            found = [fact for rule in self._rules.parameters for fact in rule.early_facts(self._snapshot)]
        except Exception:  # noqa: BLE001 # nothing of ours may break the user's cell; they are read again at its end
            return []
        return self._redacted(found)

    def leave(self, result: Any = ..., failed: bool = False) -> Facts:
        """Read the final values; `result` is the value of the cell's last expression, ``...`` when there is none."""
        params: list[Fact] = []
        metrics: list[Fact] = []
        passed_over: list[PassedOver] = []
        trained = True
        try:
            self._functions.leave()
            self._values.finish()
            self._snapshot.leave(result, failed=failed)
            metrics = self._facts(self._rules.metrics, self._snapshot.metric_keys)
            params = self._redacted(self._facts(self._rules.parameters, set()))
            trained = bool(self._columns.curves) or self._rules.training.came_about(self._snapshot)
            keys = [each.key for each in (*metrics, *params)]
            passed_over = self._rules.candidates.passed_over(self._snapshot, keys, has_metrics=bool(metrics))
        except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
            self._note(error, "at the end")
            params, metrics = [], []
        whole, rows = self._whole_curves(), self._redacted_rows()
        columns, curves = [*self.take(), *whole], self._columns.curves | {one.key for one in whole}
        return Facts(params, metrics, columns, curves, list(self._problems), passed_over, rows, trained)

    def _whole_curves(self) -> list[Points]:
        """Return the curves that were recorded as a whole, with the current time for all points."""
        moment = self._clock() // 1_000_000
        return [
            Points(key, list(one.steps), [moment] * len(one.values), one.values)
            for key, one in self._observed.series.items()
        ]

    def _facts(self, rules: Sequence[Rule], keys: set[str]) -> list[Fact]:
        """Return what the rules found, each key only once; the keys are added to `keys`."""
        found: dict[str, Fact] = {}
        for rule in rules:
            for fact in rule.facts(self._snapshot):
                found.setdefault(fact.key, fact)
            keys.update(found)
        return list(found.values())

    def _rows_of_search(self) -> list[dict[str, Recorded | None]]:
        """Return the rows of the search that ended last."""
        kept = [one.rows for call in self._observed.trained.values() for one in call.values() if one.rows]
        return [dict(row) for row in kept[-1]] if kept else []

    def _redacted_rows(self) -> list[dict[str, Recorded | None]]:
        redact, rows = self._redact, self._rows.rows or self._rows_of_search()
        if redact is None:
            return rows
        return [{key: _redacted(Fact(key, each, "", 1), redact).value for key, each in row.items()} for row in rows]

    def _redacted(self, facts: Sequence[Fact]) -> list[Fact]:
        redact = self._redact
        return list(facts) if redact is None else [_redacted(one, redact) for one in facts]


def _redacted(fact: Fact, redact: Callable[[str, object], object]) -> Fact:
    try:
        return fact._replace(value=redact(fact.key, fact.value))  # type: ignore[arg-type] # as the caller wants it kept
    except Exception:  # noqa: BLE001 # a secret must not get out because its redaction failed
        return fact._replace(value="***")


def _ticking(clock: Callable[[], int] | None) -> Callable[[], int]:
    return time.time_ns if clock is None else lambda: clock() * 1_000_000


def _innermost(trace: TracebackType | None) -> str | None:
    """Return the package of the code that raised an error."""
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_globals.get("__package__")
