"""Records curves: the values of an iteration become points when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture.runtime import value_reading
from nbtrack.capture.runtime.element import Element
from nbtrack.capture.runtime.step_numbering import Getter, Numbering, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbtrack.capture.analysis.loop_numbering import LoopNumbering
    from nbtrack.capture.analysis.probe_points import End, Slot
    from nbtrack.capture.runtime.carried_results import CarriedResults
    from nbtrack.capture.runtime.curve_columns import CurveColumns
    from nbtrack.capture.runtime.loop_control import LoopControl


class _Waiting(NamedTuple):
    """A point of a first iteration, whose step is decided by the second one."""

    slot: int
    moment: int
    value: float


class Recording(NamedTuple):
    """What the recorders of a cell and of the functions that it calls share."""

    columns: CurveColumns
    carried: CarriedResults
    clock: Callable[[], int]
    """Returns nanoseconds since the epoch (UTC)."""
    problems: dict[str, None]
    """Takes names that cannot be read."""
    fault: Callable[[BaseException], bool]
    """Is called with an error in a hook, and returns whether the cell has to raise it."""
    control: LoopControl


class CurveRecorder:
    """The points of the curves of a cell or function: `slots` are the keys of its loops."""

    def __init__(
        self,
        slots: Sequence[Slot],
        numberings: Sequence[LoopNumbering],
        namespace: Mapping[str, Any],
        recording: Recording,
    ) -> None:
        self._slots = slots
        self._get: Getter = dict.get.__get__(namespace)
        """Reads the namespace without running its code, so that only a signal can interrupt a hook."""
        self._columns, self._carried, self._clock, self._problems, self._fault, self._control = recording
        self.columns = self._columns.by_key
        self._numberings = [Numbering(each) for each in numberings]
        self._waiting: list[list[_Waiting]] = [[] for _ in numberings]
        self._marked = [False] * len(slots)
        self._tapped: list[float | Element | None] = [None] * len(slots)
        self._shifts = [0] * len(slots)
        """What is added to the step, since the curve went on elsewhere or the loop began again."""
        self._before: list[object] = [None] * len(slots)
        loops: dict[str, set[int]] = {}
        for slot in slots:
            loops.setdefault(slot.key, set()).add(slot.loop)
        turns = [some for some in loops.values() if len(some) > 1 and any(numberings[loop].nested for loop in some)]
        self._interleaved = frozenset().union(*turns)
        """Loops that come round again while another one, maybe around them, has gone on with a curve of theirs."""

    def enter(self) -> None:
        """Note what the names of the curves hold before the cell runs."""
        for number, slot in enumerate(self._slots):
            if slot.name is not None:
                self._before[number] = value_reading.token(self._get(slot.name))

    # --- what the hooks do; they return whether the cell has to raise an error of its own

    def marker(self, slots: tuple[int, ...]) -> Callable[[], bool]:
        """Return the hook that notes that names were bound."""
        marked, fault = self._marked, self._fault

        def mark() -> bool:
            try:
                for slot in slots:
                    marked[slot] = True
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                return fault(error)
            return False

        return mark

    def tapper(self, slots: tuple[int, ...]) -> Callable[[Any], Any]:
        """Return the hook that reads the value of an expression and returns it."""
        marked, tapped = self._marked, self._tapped

        def tap(value: Any) -> Any:
            for slot in slots:
                number = value if type(value) is float else self.numeric(self._slots[slot].key, value)
                marked[slot] = number is not None
                tapped[slot] = number
            return value

        return tap

    def filler(self, slot: int) -> Callable[[Any, Any], bool]:
        """Return the hook that notes that an element was stored."""
        marked, tapped, fault = self._marked, self._tapped, self._fault

        def fill(container: Any, index: Any) -> bool:
            try:
                tapped[slot] = Element(container, index)
                marked[slot] = True
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                return fault(error)
            return False

        return fill

    def ender(  # noqa: C901 # flat, since each call would take a fifth of its time
        self, end: End, places: Mapping[str, int] | None = None
    ) -> Callable[..., bool]:
        """Return the hook that ends an iteration; it also returns whether the loop is to be left.

        With `places`, it is given a function that returns the value at a place; otherwise it reads the namespace.
        """
        control, own = self._control, self._get
        numbering, marked = self._numberings[end.loop], self._marked
        clock, numeric, shifts, fault = self._clock, self.numeric, self._shifts, self._fault
        counted, followed = Way.COUNTED, Way.FOLLOWED
        pending, flush = self._carried.pending, self._carried.flush
        surely, perhaps = [self._lane(slot, places) for slot in end.surely], [self._lane(slot) for slot in end.perhaps]
        variable: Any = numbering.variable if places is None else places.get(numbering.variable or "")
        untouched = self._untouched(end)
        marking = bool(perhaps or untouched)

        def finish(get: Callable[[Any], Any] = own) -> bool:
            try:
                way = numbering.way
                if way is counted:
                    step = numbering.index
                    numbering.index = step + 1
                elif way is followed:
                    step = get(variable)
                    if type(step) is not int or step <= numbering.latest:  # type: ignore[operator] # a followed loop always has a latest step
                        return end_undecided(get)
                    numbering.latest = step
                else:
                    return end_undecided(get)
                if surely:
                    moment = clock()
                    for slot, name, key, add_step, add_moment, add_value in surely:
                        value = get(name)
                        if type(value) is not float:
                            value = numeric(key, value)
                            if value is None:
                                continue
                        add_step(step + shifts[slot])
                        add_moment(moment)
                        add_value(value)
                if marking or pending:
                    finish_others(step)
            except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
                self._columns.drop_incomplete()
                return fault(error)
            return control.asked and self._obey()

        def finish_marked(step: int) -> None:
            for slot, name, key, add_step, add_moment, add_value in perhaps:
                if marked[slot]:
                    marked[slot] = False
                    value = self.value(slot) if name is None else numeric(key, own(name))
                    if value is not None:
                        add_step(step + shifts[slot])
                        add_moment(clock())
                        add_value(value)
            for slot in untouched:
                marked[slot] = False
            if pending:
                flush(step)

        def end_undecided(get: Callable[[Any], Any]) -> bool:
            read = own if places is None else lambda name: get(places[name]) if name in places else own(name)
            self._end_undecided(end, untouched, read)
            return control.asked and self._obey()

        finish_others = finish_marked if marking else flush
        return finish

    def _obey(self) -> bool:
        """Stop or pause the loop as requested; return whether it is to be left."""
        try:
            return self._control.obey()
        except BaseException as error:  # noqa: BLE001 # a signal may raise anything, anywhere
            return self._fault(error)

    def _untouched(self, end: End) -> list[int]:
        """Return the slots of a loop whose names are not bound by an iteration that ends at this point."""
        slots = (slot for slot, one in enumerate(self._slots) if one.loop == end.loop)
        return [slot for slot in slots if slot not in end.surely and slot not in end.perhaps]

    def _lane(self, slot: int, places: Mapping[str, int] | None = None) -> tuple[Any, ...]:
        """Return everything that is needed to add a point, so that it is looked up only once."""
        key, _, name, _ = self._slots[slot]
        column = self.columns[key]
        return (
            slot,
            name if places is None else places[name or ""],
            key,
            column.steps.append,
            column.moments.append,
            column.values.append,
        )

    def ended(self, loop: int) -> int:
        """Return how many iterations of a loop have ended, if they are counted."""
        return self._numberings[loop].index

    # --- points whose steps are not known yet

    def _end_undecided(self, end: End, untouched: Sequence[int], read: Getter) -> None:
        """End an iteration whose step is not known yet."""
        numbering, waiting = self._numberings[end.loop], self._waiting[end.loop]
        step, moment = numbering.step(read), self._clock()
        if waiting and not numbering.undecided:
            self._release(end.loop, numbering.first)
        for slot in (*end.surely, *(slot for slot in end.perhaps if self._marked[slot])):
            value = self.value(slot, read)
            if value is not None and numbering.undecided:
                waiting.append(_Waiting(slot, moment, value))
            elif value is not None:
                self._add(slot, step, moment, value)
        for slot in (*end.perhaps, *untouched):
            self._marked[slot] = False
        if self._carried.pending:
            self._carried.flush(step)
        numbering.choose_way(plain=self._is_plain(end.loop, step))

    def _is_plain(self, loop: int, step: int) -> bool:
        """Return whether the next steps will be greater than all recorded ones, as long as they grow."""
        if loop in self._interleaved:
            return False
        last = [(slot, self.columns[one.key].step) for slot, one in enumerate(self._slots) if one.loop == loop]
        return all(one is None or one <= step + self._shifts[slot] for slot, one in last)

    def key(self, slot: int) -> str:
        """Return the key that a slot gives points to."""
        return self._slots[slot].key

    def value(self, slot: int, read: Getter | None = None) -> float | None:
        """Return the current number for a slot, or None; `read` returns the value of a name."""
        key, _, name, _ = self._slots[slot]
        if name is not None:
            return self.numeric(key, (read or self._get)(name))
        tapped = self._tapped[slot]
        return self.numeric(key, tapped.value()) if isinstance(tapped, Element) else tapped

    def numeric(self, key: str, value: object) -> float | None:
        """Return the number that a value is, or None."""
        if type(value) is float:
            return value
        try:
            found = value_reading.number(value)
            return None if found is None else float(found)
        except Exception:  # noqa: BLE001 # whatever a tensor raises that cannot be read
            self._problems[key] = None
            return None

    def _add(self, slot: int, step: int, moment: int, value: float) -> None:
        one = self._slots[slot]
        column, shifts = self.columns[one.key], self._shifts
        step += shifts[slot]
        last = column.step
        if last is not None and step <= last:
            shifts[slot] += last + 1 - step
            step = last + 1
        column.add(step, moment, value)

    def marked(self, slots: Sequence[int]) -> list[int]:
        """Return which of these slots were marked in this iteration."""
        return [slot for slot in slots if self._marked[slot]]

    def unmark(self, slots: Sequence[int]) -> None:
        """Begin another iteration, in which none of these slots is marked yet."""
        for slot in slots:
            self._marked[slot] = False

    def _release(self, loop: int, step: int) -> None:
        """Add the points of a first iteration, now that its step is known."""
        for slot, moment, value in self._waiting[loop]:
            self._add(slot, step, moment, value)
        self._waiting[loop].clear()

    # --- the end of the cell

    def release(self) -> None:
        """Add the points of first iterations that were not followed by a second one."""
        for loop in range(len(self._numberings)):
            self._release(loop, 0)

    def finish(self, *, failed: bool) -> None:
        """Add the remaining points: of an undecided first iteration, of one that failed, and the final values."""
        self.release()
        for slot, one in enumerate(self._slots):
            if one.name is not None:
                self._finish_name(slot, one, failed=failed)
            elif failed and self._marked[slot]:
                self._add_final(slot, self.value(slot), failed=True)

    def _finish_name(self, slot: int, one: Slot, *, failed: bool) -> None:
        held = self._get(one.name or "")
        last = self.columns[one.key].value
        if last is None:
            if failed and one.fresh and not value_reading.is_same(self._before[slot], held):
                self._add_final(slot, held, failed=True)
            return
        value = self.numeric(one.key, held)
        if value is not None and (not _equal(last, value) or (failed and type(held) is float and held is not last)):
            self._add_final(slot, value, failed=failed)

    def _add_final(self, slot: int, value: object, *, failed: bool) -> None:
        one = self._slots[slot]
        number, column = self.numeric(one.key, value), self.columns[one.key]
        if number is None:
            return
        step = 0 if column.step is None else column.step + 1
        if failed:
            step = max(step, self._numberings[one.loop].current(self._get) or 0)
        column.add(step, self._clock(), number)


def _equal(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)  # noqa: PLR0124 # a NaN is not itself
