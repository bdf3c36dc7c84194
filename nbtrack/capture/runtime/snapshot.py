"""Reading a cell's namespace before and after it ran, by its plan."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture.analysis import known_names
from nbtrack.capture.analysis.constant_folding import MISSING, Missing, Value
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules import call_arguments
from nbtrack.capture.runtime import value_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from nbtrack.capture.plan import Plan
    from nbtrack.capture.rules.metrics import Display
    from nbtrack.capture.rules.params import Constant, Earlier
    from nbtrack.capture.rules.settings_containers import Container
    from nbtrack.capture.runtime.curve_recorder import CurveRecorder

_ABSENT: Any = object()


class Entry(NamedTuple):
    """What the namespace held before the cell ran."""

    tokens: Mapping[str, object]
    """For each name that the cell may bind: what tells whether it did."""
    settings: Mapping[str, dict[str, Value]]
    """For each name that P3 reads: its settings, by key."""
    chosen: frozenset[str]
    """The names of earlier cells that hold settings."""
    present: frozenset[str]
    """The names that the cell reads and that were there."""


class End(NamedTuple):
    """What is known when the cell has ended."""

    plan: Plan
    namespace: Mapping[str, Any]
    entry: Entry
    recorder: CurveRecorder
    branches: set[int]
    bound: Mapping[str, bool]
    shown: Mapping[int, object]
    tables: set[int]
    result: object
    failed: bool


def enter(plan: Plan, namespace: Mapping[str, Any], problems: dict[str, None]) -> Entry:
    """Read what P3 needs, and remember what the names that the cell binds hold before."""
    bound = (
        [one.name for one in plan.metrics]
        + [one.name for one in plan.constants]
        + [one.name for one in plan.containers]
    )
    tokens = {
        name: value_reading.token(namespace[name])
        for name in (*bound, *plan.asked_params, *plan.asked_metrics)
        if name in namespace
    }
    plain = _plain(plan, namespace)
    settings = {}
    for one in plan.earlier:
        if _is_starred(one.name, plan.stars, namespace):
            continue
        found = _settings(one.name, namespace.get(one.name, _ABSENT), plain, problems, as_class=one.as_class)
        if found:
            settings[one.name] = found
    return Entry(
        tokens, settings, frozenset(_chosen(plan, namespace, plain, problems)), frozenset(plan.reads & namespace.keys())
    )


def _is_starred(name: str, stars: Iterable[str], namespace: Mapping[str, Any]) -> bool:
    """Tell whether a name came from ``from module import *``."""
    value = namespace.get(name, _ABSENT)
    return any(vars(sys.modules[module]).get(name) is value for module in stars if module in sys.modules)


def _plain(plan: Plan, namespace: Mapping[str, Any]) -> list[type]:
    found = (namespace.get(name) for name in plan.plain)
    return [one for one in found if type(one) is type]


def _chosen(plan: Plan, namespace: Mapping[str, Any], plain: list[type], problems: dict[str, None]) -> Iterator[str]:
    for name in plan.reads:
        try:
            if name in namespace and value_reading.is_setting(namespace[name], plain):
                yield name
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            problems[name] = None


def _settings(
    name: str, value: object, plain: Iterable[type], problems: dict[str, None], *, as_class: bool
) -> dict[str, Value]:
    """Return the parameters that a value makes under a name, by key."""
    try:
        known = MISSING if value is _ABSENT or (as_class and type(value) is not type) else value_reading.setting(value)
        if not isinstance(known, Missing):
            return {name: known}
        fields = value_reading.settings(value, plain) if value is not _ABSENT else None
        return {f"{name}.{key}": content for key, content in (fields or {}).items()}
    except Exception:  # noqa: BLE001 # whatever a foreign value raises
        problems[name] = None
        return {}


def settled(plan: Plan, namespace: Mapping[str, Any], entry: Entry) -> Iterator[Fact]:
    """Yield the parameters that are sure while the cell still runs.

    They are the one constant that a name is ever bound to, and settings of earlier cells that the cell does not bind.
    """
    for one in plan.constants:
        held = namespace.get(one.name, _ABSENT)
        known = MISSING if held is _ABSENT or len(one.values) > 1 or one.initial else value_reading.setting(held)
        if type(known) is type(one.values[0]) and known == one.values[0]:
            yield Fact(one.name, one.values[0], one.rule, one.line)
    own: Iterable[Constant | Container] = (*plan.constants, *plan.containers)
    bound = {one.name for one in own} | set(plan.asked_params)
    for earlier in plan.earlier:
        if earlier.name not in bound:
            for key, value in entry.settings.get(earlier.name, {}).items():
                yield Fact(key, value, "P3", earlier.line)


def redacted(facts: Iterable[Fact], redact: Callable[[str, object], object] | None) -> list[Fact]:
    """Return facts without secrets."""
    return [_redacted(one, redact) for one in facts]


def leave(
    end: End, redact: Callable[[str, object], object] | None, problems: dict[str, None]
) -> tuple[list[Fact], list[Fact]]:
    """Return the parameters and the metrics of a cell that has ended."""
    reader = _Leaver(end, problems)
    metrics = reader.metrics()
    params = reader.params()
    return redacted(params, redact), metrics


def _redacted(fact: Fact, redact: Callable[[str, object], object] | None) -> Fact:
    if redact is None:
        return fact
    try:
        return fact._replace(value=redact(fact.key, fact.value))  # type: ignore[arg-type] # as the caller wants it kept
    except Exception:  # noqa: BLE001 # a secret must not get out because its keeper failed
        return fact._replace(value="***")


class _Leaver:
    """Reads the final values; knows which results came about."""

    def __init__(self, end: End, problems: dict[str, None]) -> None:
        self.end = end
        self.plan = end.plan
        self.problems = problems
        self.roots: set[str] = set()

    def _held(self, name: str) -> Any:
        """Return what a name holds if this run of the cell bound it."""
        value = self.end.namespace.get(name, _ABSENT)
        known = self.end.entry.tokens.get(name, _ABSENT)
        untouched = known is not _ABSENT and value_reading.is_same(known, value)
        if untouched and (self.end.failed or name not in self.plan.surely_bound):
            return _ABSENT
        return value

    def _rests_on_settings(self, earlier: frozenset[str]) -> bool:
        return bool(earlier) and all(name in self.end.entry.chosen or self._came_as_setting(name) for name in earlier)

    def _came_as_setting(self, name: str) -> bool:
        """Tell whether a name that was not there on entry holds a setting by now."""
        value = self.end.namespace.get(name, _ABSENT)
        return name not in self.end.entry.present and (value is _ABSENT or value_reading.is_setting(value))

    # --- metrics

    def metrics(self) -> list[Fact]:
        """Return the final value of every metric."""
        self.end.recorder.finish(failed=self.end.failed)
        found: dict[str, Fact] = {}
        for fact in (*self._curves(), *self._named(), *self._asked()):
            found.setdefault(fact.key, fact)
        for fact in self._displayed(set(found)):
            found.setdefault(fact.key, fact)
        return list(found.values())

    def _curves(self) -> Iterator[Fact]:
        columns = self.end.recorder.columns
        for curve in self.plan.curves:
            latest = columns[curve.key].value
            if latest is not None:
                self.roots.add(f"curve:{curve.key}")
                yield Fact(curve.key, latest, curve.rule, curve.line)

    def _named(self) -> Iterator[Fact]:
        for metric in self.plan.metrics:
            if self._rests_on_settings(metric.earlier) or (metric.others and not self.end.bound.get(metric.name)):
                continue
            value = self._number(metric.name, self._held(metric.name))
            if value is not None and not (type(value) is int and known_names.is_tally(metric.name)):
                self.roots.add(f"metric:{metric.name}")
                yield Fact(metric.name, value, "M1", metric.line)

    def _number(self, name: str, value: object) -> int | float | None:
        try:
            return None if value is _ABSENT else value_reading.number(value)
        except Exception:  # noqa: BLE001 # whatever a tensor raises that cannot be read
            self.problems[name] = None
            return None

    def _asked(self) -> Iterator[Fact]:
        for name in self.plan.asked_metrics:
            value = self._number(name, _looked_up(name, self.end.namespace))
            if value is not None:
                yield Fact(name, value, "asked", self.plan.lines.get(name, 1))

    def _displayed(self, recorded: set[str]) -> Iterator[Fact]:
        for number, display in enumerate(self.plan.displays):
            if self._rests_on_settings(display.earlier):
                continue
            for key, value in self._shown(number, display).items():
                known = display.known.get(key, "")
                if known is not None and known not in recorded and _may_be_shown(key):
                    self.roots.add(f"display:{number}")
                    yield Fact(f"{display.prefix}.{key}" if display.prefix else key, value, "M2", display.line)

    def _shown(self, number: int, display: Display) -> dict[str, int | float]:
        """Return the numbers that a displayed expression gives, by key."""
        found = self._displayed_value(number, display)
        if isinstance(found, dict):
            return found
        return {display.key: found} if found is not None and display.key is not None and display.name is None else {}

    def _displayed_value(self, number: int, display: Display) -> int | float | dict[str, int | float] | None:
        try:
            if display.name is not None:
                held = self.end.namespace.get(display.name, _ABSENT)
                return None if held is _ABSENT else value_reading.entries(held)
            if display.last:
                return None if self.end.result is ... else value_reading.metric(self.end.result)
            return self.end.shown.get(number)  # type: ignore[return-value] # what the probe put there
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            self.problems[display.name or display.key or "a displayed value"] = None
            return None

    # --- parameters

    def params(self) -> list[Fact]:
        """Return the parameters, each key once."""
        found: dict[str, Fact] = {}
        made: set[int] = set()
        for fact in (*self._asked_params(), *self._constants(), *self._containers(made), *self._earlier()):
            found.setdefault(fact.key, fact)
        for fact in self._given(made):
            found.setdefault(fact.key, fact)
        return list(found.values())

    def _asked_params(self) -> Iterator[Fact]:
        for name in self.plan.asked_params:
            value = _looked_up(name, self.end.namespace)
            for key, content in _settings(
                name, value, _plain(self.plan, self.end.namespace), self.problems, as_class=False
            ).items():
                yield Fact(key, content, "asked", self.plan.lines.get(name, 1))

    def _constants(self) -> Iterator[Fact]:
        for constant in self.plan.constants:
            if self._is_shown_only(constant):
                continue
            value = constant.values[0] if constant.initial else self._in_force(constant)
            if not isinstance(value, Missing):
                yield Fact(constant.name, value, constant.rule, constant.line)

    def _is_shown_only(self, one: Constant | Earlier) -> bool:
        """Tell whether a setting was only read for display, be it to show a table, and no metric came of that."""
        if any(f"display:{number}" in self.roots for number in one.looks):
            return False
        return one.shown or (bool(one.looks) and all(map(self._is_table, one.looks)))

    def _is_table(self, number: int) -> bool:
        display = self.plan.displays[number]
        return value_reading.is_table(self.end.result) if display.last else number in self.end.tables

    def _in_force(self, constant: Constant) -> Value | Missing:
        """Return the constant that a name holds at the end, if the cell came as far as binding it."""
        held = self.end.namespace.get(constant.name, _ABSENT)
        if held is _ABSENT:
            return MISSING
        known = value_reading.setting(held)
        matching = [value for value in constant.values if type(value) is type(known) and value == known]
        return matching[0] if matching else MISSING

    def _containers(self, made: set[int]) -> Iterator[Fact]:
        plain = _plain(self.plan, self.end.namespace)
        for container in self.plan.containers:
            fields = self._fields(container, plain)
            if fields:
                made.update(container.calls)
            for key, value in fields.items():
                yield Fact(f"{container.name}.{key}", value, "P2", container.line)

    def _fields(self, container: Container, plain: list[type]) -> dict[str, Value]:
        """Return the settings of a container that the cell bound."""
        value = self._held(container.name)
        try:
            found = value_reading.settings(value, plain) if value is not _ABSENT else None
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            self.problems[container.name] = None
            return {}
        if found is None:
            return {}
        wanted = container.keys
        kept = {k: v for k, v in found.items() if (wanted is None or k in wanted) and k not in container.without}
        return {**kept, **container.initial}

    def _earlier(self) -> Iterator[Fact]:
        plain = _plain(self.plan, self.end.namespace)
        for one in self.plan.earlier:
            fields = self.end.entry.settings.get(one.name)
            if fields is not None and not self._is_shown_only(one):
                by_now = {f"{one.name}.{key}" for key in one.stored}
                held = self.end.namespace.get(one.name, _ABSENT) if by_now else _ABSENT
                now = _settings(one.name, held, plain, self.problems, as_class=one.as_class)
                stored = {key: value for key, value in now.items() if key in by_now}
                yield from (Fact(key, value, "P3", one.line) for key, value in {**fields, **stored}.items())

    def _given(self, made: set[int]) -> Iterator[Fact]:
        counted = [
            one.given
            for one in self.plan.calls
            if id(one.given.call) not in made and self._counts(one.roots, one.branches)
        ]
        for key, one in call_arguments.keys(counted).items():
            yield Fact(key, one.value, "P4", one.line)

    def _counts(self, roots: frozenset[str], branches: tuple[int, ...]) -> bool:
        """Tell whether a call was made, and something came of it."""
        if not set(branches) <= self.end.branches:
            return False
        trained = any(
            root.startswith("name:") and self.end.namespace.get(root[5:], _ABSENT) is not _ABSENT for root in roots
        )
        return bool(roots & self.roots) or trained or ("trained" in roots and not self.end.failed)


def _may_be_shown(key: str) -> bool:
    return not key.startswith("_") and key not in {"count", "nunique", "size"}


def _looked_up(path: str, namespace: Mapping[str, Any]) -> Any:
    """Return what a dotted path names: a name, or an entry of a dict or of a plain object."""
    name, *rest = path.split(".")
    value = namespace.get(name, _ABSENT)
    for part in rest:
        fields: Mapping[str, Any] = value if type(value) is dict else _instance(value)
        value = fields.get(part, _ABSENT)
    return value


def _instance(value: object) -> dict[str, object]:
    try:
        found: dict[str, object] = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found
