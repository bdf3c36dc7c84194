"""Curves at run time: the numbering of iterations, and the points they give."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from nbtrack.lineage import values

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Mapping, Sequence

    from nbtrack.lineage.sites import End, Slot, Track

_ABSENT: Any = object()


class _Counter:
    """Numbers the iterations of one loop: by its variable while that is an int that grows, else from 0."""

    __slots__ = ("_grows", "_index", "_latest", "_nested", "_variable", "first", "shifts", "waiting")

    def __init__(self, track: Track) -> None:
        self._variable = track.variable
        self._grows = track.grows
        self._nested = track.nested
        self._index = 0
        self._latest: int | None = None
        self.first = 0
        self.shifts: defaultdict[int, int] = defaultdict(int)
        """For each slot, what is added to the step, since the curve went on elsewhere or the loop began again."""
        self.waiting: list[tuple[int, int, float]] = []
        """The points of a first iteration whose step the second one will decide."""

    def step(self, namespace: Mapping[str, Any]) -> int:
        """Return the step of the iteration that ends now."""
        index = self._index
        self._index = index + 1
        if self._variable is None:
            return index
        value, latest = namespace.get(self._variable), self._latest
        if type(value) is int and latest is not None and value > latest and self._grows:
            self._latest = value
            return value
        return self._find(index, namespace)

    def _find(self, index: int, namespace: Mapping[str, Any]) -> int:
        """Return the step where it takes a closer look."""
        value = self.current(namespace)
        if value is None:
            return self._count(index)
        if self._latest is None:
            self.first = value if self._grows else 0
        elif value > self._latest:
            self._decide(index)
        elif not (self._grows and self._nested):
            return self._count(index)
        self._latest = value
        return value

    def current(self, namespace: Mapping[str, Any]) -> int | None:
        """Return the loop's variable, where it is an int."""
        value = namespace.get(self._variable, _ABSENT) if self._variable is not None else None
        return value if type(value) is int else values.whole(value)

    def _decide(self, index: int) -> None:
        """Note that the variable grows."""
        if index == 1 and self._latest is not None:
            self.first = self._latest
        self._grows = True

    def _count(self, index: int) -> int:
        """Give up the variable, which does not grow, and count on from what there is."""
        self._variable = None
        if self._grows and self._latest is not None:
            index = self._latest + 1
            self._index = index + 1
        return index

    @property
    def undecided(self) -> bool:
        """Whether nobody can know yet if the variable grows."""
        return self._variable is not None and not self._grows and self._index == 1


class Series:
    """The points of all curves of a cell."""

    def __init__(
        self,
        slots: Sequence[Slot],
        tracks: Sequence[Track],
        namespace: Mapping[str, Any],
        clock: Callable[[], int],
        points: deque[tuple[str, int, int, float]],
        problems: dict[str, None],
    ) -> None:
        self._slots = slots
        self._counters = [_Counter(track) for track in tracks]
        self._namespace = namespace
        self._clock = clock
        self._points = points
        self._problems = problems
        self._marked = [False] * len(slots)
        self._tapped: list[object] = [None] * len(slots)
        self._seen: list[object] = [_ABSENT] * len(slots)
        self.steps: dict[str, int] = {}
        """The last step of each curve that has points."""
        self.values: dict[str, float] = {}
        """The last value of each."""

    def enter(self) -> None:
        """Remember what the curves' names hold before the cell runs."""
        for number, slot in enumerate(self._slots):
            if slot.name is not None:
                self._seen[number] = values.token(self._namespace.get(slot.name, _ABSENT))

    # --- what the hook does

    def marker(self, slots: tuple[int, ...]) -> Callable[[], None]:
        """Return an action that notes that names were bound."""
        marked = self._marked

        def mark() -> None:
            for slot in slots:
                marked[slot] = True

        return mark

    def tapper(self, slots: tuple[int, ...]) -> Callable[[object], None]:
        """Return an action that takes the value of an expression."""
        marked, tapped = self._marked, self._tapped

        def tap(value: object) -> None:
            number = value if type(value) is float else values.number(value)
            for slot in slots:
                marked[slot] = number is not None
                tapped[slot] = number

        return tap

    def ender(self, end: End) -> Callable[[], None]:
        """Return an action that ends an iteration."""
        counter, namespace, marked = self._counters[end.loop], self._namespace, self._marked
        surely, perhaps, keep = end.surely, end.perhaps, self._keep
        untouched = [
            slot
            for slot, one in enumerate(self._slots)
            if one.loop == end.loop and slot not in surely and slot not in perhaps
        ]

        def finish() -> None:
            step = counter.step(namespace)
            if counter.waiting and not counter.undecided:
                self._release(counter, counter.first)
            for slot in surely:
                keep(slot, step, counter)
            for slot in perhaps:
                if marked[slot]:
                    keep(slot, step, counter)
                    marked[slot] = False
            for slot in untouched:
                marked[slot] = False

        return finish

    # --- points

    def _keep(self, slot: int, step: int, counter: _Counter) -> None:
        """Give a curve a point, if its name holds a number."""
        key, _, name, _ = self._slots[slot]
        value = self._namespace.get(name, _ABSENT) if name is not None else self._tapped[slot]
        if type(value) is not float:
            value = self._numeric(key, value)
            if value is None:
                return
        self._seen[slot] = value
        if counter.undecided:
            counter.waiting.append((slot, self._clock(), value))
        else:
            self._add(slot, step, self._clock(), value, counter.shifts)

    def _numeric(self, key: str, value: object) -> float | None:
        try:
            found = None if value is _ABSENT else values.number(value)
            return None if found is None else float(found)
        except Exception:  # noqa: BLE001 # whatever a tensor raises that cannot be read
            self._problems[key] = None
            return None

    def _add(self, slot: int, step: int, timestamp: int, value: float, shifts: defaultdict[int, int]) -> None:
        key = self._slots[slot].key
        last = self.steps.get(key)
        step += shifts[slot]
        if last is not None and step <= last:
            shifts[slot] += last + 1 - step
            step = last + 1
        self.steps[key] = step
        self.values[key] = value
        self._points.append((key, step, timestamp, value))

    def _release(self, counter: _Counter, step: int) -> None:
        """Give out the points of a first iteration, now that its step is known."""
        waiting, counter.waiting = counter.waiting, []
        for slot, timestamp, value in waiting:
            self._add(slot, step, timestamp, value, counter.shifts)

    # --- the end of the cell

    def finish(self, *, failed: bool) -> None:
        """Give the points that are still due: an undecided first iteration, the one that failed, and K4's."""
        for counter in self._counters:
            self._release(counter, 0)
        for slot, one in enumerate(self._slots):
            if one.name is not None:
                self._finish_name(slot, one, failed=failed)
            elif failed and self._marked[slot]:
                self._add_final(slot, self._tapped[slot], failed=True)

    def _finish_name(self, slot: int, one: Slot, *, failed: bool) -> None:
        held = self._namespace.get(one.name or "", _ABSENT)
        last = self.values.get(one.key)
        if last is None:
            if failed and one.fresh and not values.is_same(self._seen[slot], held):
                self._add_final(slot, held, failed=True)
            return
        value = self._numeric(one.key, held)
        if value is not None and (
            not _equal(last, value) or (failed and type(held) is float and held is not self._seen[slot])
        ):
            self._add_final(slot, value, failed=failed)

    def _add_final(self, slot: int, value: object, *, failed: bool) -> None:
        key = self._slots[slot].key
        number = self._numeric(key, value)
        if number is None:
            return
        step = self.steps.get(key, -1) + 1
        if failed:
            step = max(step, self._counters[self._slots[slot].loop].current(self._namespace) or 0)
        self.steps[key], self.values[key] = step, number
        self._points.append((key, step, self._clock(), number))


def _equal(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)  # noqa: PLR0124 # a NaN is not itself
