"""The hooks of one followed function: they are given the values of its names, and pass them on to its curves."""

from __future__ import annotations

import weakref
from threading import get_ident
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture.analysis.function_points import (
    Hand,
    HandedEnd,
    HandedMark,
    HandedShow,
    HandedTap,
    HandedTraining,
    Return,
)
from nbtrack.capture.analysis.probe_points import Enter, Fill
from nbtrack.capture.runtime.curve_recorder import CurveRecorder
from nbtrack.capture.runtime.hook import ExpressionHook, HandingHook, Hook, LeavingHook
from nbtrack.capture.runtime.loop_nesting import RunningLoop
from nbtrack.capture.runtime.value_reading import weak_offset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.capture.analysis.function_points import FunctionPoint
    from nbtrack.capture.rules.function_results import FollowedFunction
    from nbtrack.capture.runtime.curve_recorder import Recording
    from nbtrack.capture.runtime.loop_nesting import LoopNesting
    from nbtrack.capture.runtime.value_hooks import ValueHooks


class Shared(NamedTuple):
    """What the hooks of all functions of a cell share."""

    recording: Recording
    nesting: LoopNesting
    values: ValueHooks


class Unheld(weakref.ref):  # type: ignore[type-arg] # whatever a name holds
    """A value that can be read while the function still holds it, so that following it keeps no large tensor alive."""

    __slots__ = ()


class _LastTurn(NamedTuple):
    """How an iteration of a loop ended whose results are handed to the surrounding loop."""

    surely: tuple[tuple[str, str], ...]
    """The names that it has bound, and their keys."""
    perhaps: tuple[int, ...]
    """The slots that count if they were marked in it."""


class FunctionHooks:
    """What a function yields: points of its own loops, or results for the loop around its calls if that governs.

    `keys` says under which key each of its results is recorded.
    """

    def __init__(self, function: FollowedFunction, keys: Mapping[str, str], shared: Shared) -> None:
        points, recording = function.points, shared.recording
        self._keys, self._recording, self._nesting, self._values = keys, *shared
        self._is_used = function.used
        self._held: dict[str, Any] = {}
        """The values of its names, as they were handed over in this iteration."""
        self._slots = [slot._replace(key=keys[slot.key]) for slot in points.slots]
        self._recorder = CurveRecorder(self._slots, points.numberings, self._held, recording)
        self._loops = [RunningLoop() for _ in points.numberings]
        self._last_turn: list[_LastTurn | None] = [None] * len(self._loops)
        """For each loop that does not govern: how its last iteration ended."""
        self.hooks = [self._hook(point) for point in points.points]

    def release(self) -> None:
        """Add the remaining points."""
        self._recorder.release()

    def _hook(self, point: FunctionPoint) -> Hook:
        if isinstance(point, HandedTap | HandedShow):
            return ExpressionHook(self._tapper(point) if isinstance(point, HandedTap) else self._shower(point))
        if isinstance(point, HandedTraining):
            return HandingHook(self._handed(point)) if point.names else ExpressionHook(self._trained(point))
        if isinstance(point, HandedEnd):
            return Hook(self._ender(point))
        if isinstance(point, HandedMark):
            return Hook(self._guarded(self._marker(point)))
        if isinstance(point, Fill):
            return Hook(self._guarded(self._recorder.filler(point.slot)))
        if isinstance(point, Return | Hand):
            return Hook(self._returner(point.keys))
        return Hook(self._entered(point.loop)) if isinstance(point, Enter) else LeavingHook(self._left(point.loop))

    def _guarded(self, act: Callable[..., object]) -> Callable[..., bool]:
        """Return a hook that acts only in the thread of the cell, and never raises."""
        nesting, fault = self._nesting, self._recording.fault

        def hook(*values: Any) -> bool:
            try:
                if get_ident() == nesting.thread:
                    act(*values)
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                return fault(error)
            return False

        return hook

    # --- loops

    def _entered(self, number: int) -> Callable[[], bool]:
        loop, nesting, last_turn, fault = self._loops[number], self._nesting, self._last_turn, self._recording.fault

        def entered() -> bool:
            try:
                if get_ident() == nesting.thread:
                    last_turn[number] = None
                    nesting.enter(loop)
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                return fault(error)
            return False

        return entered

    def _left(self, number: int) -> Callable[[], bool]:
        loop, nesting, last_turn, fault = self._loops[number], self._nesting, self._last_turn, self._recording.fault

        def left() -> bool:
            try:
                if get_ident() == nesting.thread:
                    turn = last_turn[number]
                    if turn is not None and loop.depth == 1 and not loop.governs:
                        self._hand_over(turn)
                    nesting.leave(loop)
                    self._let_go()
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                return fault(error)
            return False

        return left

    def _let_go(self) -> None:
        """Keep no values when no loop of the function is running."""
        for loop in self._loops:
            if loop.depth:
                return
        self._held.clear()

    def _hand_over(self, turn: _LastTurn) -> None:
        """Hand the results of a loop to the one that gives the points."""
        held, hand, numeric = self._held, self._recording.carried.hand, self._recorder.numeric
        for name, key in turn.surely:
            value = held.get(name)
            if type(value) is not float:
                value = numeric(key, value() if type(value) is Unheld else value)
            if value is not None:
                hand(key, value)
        for slot in self._recorder.marked(turn.perhaps) if turn.perhaps else ():
            value = self._recorder.value(slot)
            if value is not None:
                hand(self._recorder.key(slot), value)
        self._recorder.unmark(turn.perhaps)

    def _ender(self, point: HandedEnd) -> Callable[..., bool]:
        number, end = point.end.loop, point.end
        places = {name: place for place, name in enumerate(point.names)}
        finish = self._recorder.ender(end, places)
        loop, nesting, held, fault = self._loops[number], self._nesting, self._held, self._recording.fault
        surely = [(slot.name or "", slot.key) for slot in (self._slots[each] for each in end.surely)]
        kept = [(name, places[name]) for name, _ in surely]
        last_turn, turn, is_used = self._last_turn, _LastTurn(tuple(surely), end.perhaps), self._is_used

        def finish_handed(*values: Any) -> bool:
            if get_ident() != nesting.thread:
                return False
            try:
                if loop.governs:
                    return finish(values.__getitem__)
                if not is_used:
                    last_turn[number] = turn
                    for name, place in kept:
                        value = values[place]
                        plain = type(value) is float or not weak_offset(type(value))
                        held[name] = value if plain else Unheld(value)
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                return fault(error)
            return False

        return finish_handed

    def _marker(self, point: HandedMark) -> Callable[[Any], None]:
        mark, held, name = self._recorder.marker((point.slot,)), self._held, point.name

        def mark_handed(value: Any) -> None:
            held[name] = value
            mark()

        return mark_handed

    def _tapper(self, point: HandedTap) -> Callable[[Any], Any]:
        tap, nesting, loop = self._recorder.tapper(point.tap.slots), self._nesting, self._loops[point.loop]
        is_used = self._is_used

        def tap_handed(value: Any) -> Any:
            if get_ident() == nesting.thread and (loop.governs or not is_used):
                tap(value)
            return value

        return tap_handed

    # --- expressions

    def _shower(self, point: HandedShow) -> Callable[[Any], Any]:
        """Return the hook around a displayed expression: its number may be a result of its own."""
        show, key, nesting = self._values.shower(point.display), self._keys.get(point.key or ""), self._nesting
        numeric, hand = self._recorder.numeric, self._recording.carried.hand

        def show_number(value: Any) -> Any:
            if get_ident() != nesting.thread:
                return value
            number = numeric(key, value) if key is not None else None
            if number is None or key is None:
                return show(value)
            hand(key, number)
            return value

        return show_number

    def _trained(self, point: HandedTraining) -> Callable[[Any], Any]:
        """Return the hook around a training call that is given no values of names."""
        read, nesting = self._values.trainer(point.point), self._nesting
        return lambda value: read(value) if get_ident() == nesting.thread else value

    def _handed(self, point: HandedTraining) -> Callable[[tuple[Any, ...]], Any]:
        """Return the hook around a training call that is given its value and those of names."""
        read, nesting = self._values.trainer(*point), self._nesting
        return lambda values: read(*values) if get_ident() == nesting.thread else values[0]

    # --- results

    def _returner(self, keys: tuple[str, ...]) -> Callable[..., bool]:
        recorded = [self._keys[key] for key in keys]
        numeric, carried = self._recorder.numeric, self._recording.carried
        hand, pending, governing = carried.hand, carried.pending, carried.governing
        nesting, fault = self._nesting, self._recording.fault

        def returned(*values: Any) -> bool:
            try:
                if get_ident() == nesting.thread:
                    for key, value in zip(recorded, values, strict=True):
                        if type(value) is float and governing:
                            pending[key] = value
                        elif (number := numeric(key, value)) is not None:
                            hand(key, number)
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                return fault(error)
            return False

        return returned
