"""Reads the results of training calls: after each call while that takes little time, otherwise at the end of the cell.

A loop may train a model further ten thousand times, and its history grows with each call. What a call returned is not
kept alive until the end of the cell: if it no longer exists then, nothing of it is recorded.
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING, Any

from nbtrack.capture.analysis.constant_folding import MISSING
from nbtrack.capture.runtime import training_results
from nbtrack.capture.runtime.training_results import Call
from nbtrack.capture.runtime.value_reading import MOST_KEYS, SCALARS, weak_offset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.capture.analysis.probe_points import Trained
    from nbtrack.capture.facts import Training

FREE_SECONDS = 0.02
"""How long reading may take in a cell in any case."""
SHARE = 0.01
"""And of the time since the first call."""


class TrainingReader:
    """Reads the calls of a cell into `trained`, by the number of the call; a later execution replaces earlier ones."""

    def __init__(self, trained: dict[int, Mapping[str, Training]], note: Callable[[Exception, str], None]) -> None:
        self._trained, self._note = trained, note
        self._postponed: dict[int, tuple[Trained, Call]] = {}
        self._began = self._spent = 0.0

    def read(self, point: Trained, value: object, names: Mapping[str, Any]) -> None:
        """Read a call that has returned this value, or postpone that; `names` are those of the surrounding code."""
        has_time = self._has_time()
        postponed = self._postponed.get(point.call)
        if not has_time and postponed is not None and _repeats(postponed[1], value):
            return
        call = training_results.call(point, value, names)
        if not has_time:
            unheld = _unheld(call)
            if unheld is not None:
                self._postponed[point.call] = point, unheld
                return
        self._postponed.pop(point.call, None)
        began = time.perf_counter()
        self._trained[point.call] = training_results.read(point, call)
        self._spent += time.perf_counter() - began

    def _has_time(self) -> bool:
        if not self._began:
            self._began = time.perf_counter()
        return self._spent < FREE_SECONDS + SHARE * (time.perf_counter() - self._began)

    def finish(self) -> None:
        """Read the calls that were postponed."""
        for point, unheld in self._postponed.values():
            try:
                self._trained[point.call] = training_results.read(point, _held(unheld))
            except Exception as error:  # noqa: BLE001 # whatever a foreign value raises
                self._note(error, "in what a training call left behind")
        self._postponed.clear()


def _repeats(postponed: Call, value: object) -> bool:
    """Return whether a call that has returned this value only trained the same object further."""
    reference = postponed.receiver
    return type(reference) is weakref.ref and reference() is value and not postponed.given


def _unheld(call: Call) -> Call | None:
    """Return a call with weak references to what it gave, or short copies; None if something allows neither."""
    value, receiver, given = call
    found = Call(_reference(value), _reference(receiver), {name: _reference(part) for name, part in given.items()})
    return None if MISSING in (found.value, found.receiver, *found.given.values()) else found


def _reference(part: object) -> object:
    """Return a reference that does not keep a value alive, or `MISSING`."""
    if type(part) in SCALARS:
        return part
    return weakref.ref(part) if weak_offset(type(part)) else _copied(part)


def _copied(part: Any) -> object:
    """Return a copy of a short container of plain values, or `MISSING`."""
    kind = type(part)
    if kind not in {dict, list, tuple} or len(part) > MOST_KEYS:
        return MISSING
    values = part.values() if kind is dict else part
    return kind(part) if SCALARS.issuperset(map(type, values)) else MISSING


def _held(call: Call) -> Call:
    """Return a call with the objects of it that still exist."""
    value, receiver, given = call
    return Call(_object(value), _object(receiver), {name: _object(part) for name, part in given.items()})


def _object(reference: object) -> object:
    return reference() if type(reference) is weakref.ref else reference
