"""The values of a cell before and after it ran, as the plain settings and numbers that rules can query."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture.analysis.constant_folding import MISSING, Missing, Value
from nbtrack.capture.facts import Training
from nbtrack.capture.runtime import (
    library_results,
    progress_lines,
    signatures,
    text_reports,
    training_results,
    value_reading,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbtrack.capture.runtime.curve_recorder import CurveRecorder

_ABSENT: Any = object()


class Names(NamedTuple):
    """Which names of the notebook are read, and for what."""

    reads: frozenset[str]
    """The names that the cell reads from before itself."""
    bound: frozenset[str]
    """Names that it may bind."""
    surely_bound: frozenset[str]
    """Names that it binds in any case."""
    from_before: Mapping[str, bool]
    """Names whose settings count as they were on entry; true for classes."""
    plain_classes: frozenset[str]
    """Classes of the notebook that hold nothing but settings."""
    stars: frozenset[str]
    """Modules of which everything was imported."""
    objects: frozenset[str] = frozenset()
    """Names of objects of which the attributes count that hold settings."""
    holders: frozenset[str] = frozenset()
    """Paths of the objects and containers that training fills."""


class Entry(NamedTuple):
    """What the namespace held before the cell ran."""

    tokens: Mapping[str, object] = {}
    """For each name that the cell may bind: what shows whether it did."""
    settings: Mapping[str, dict[str, Value]] = {}
    """For each name that is read for its settings: these, by key."""
    chosen: frozenset[str] = frozenset()
    """The names of earlier cells that hold settings."""
    present: frozenset[str] = frozenset()
    """The names that the cell reads and that were there."""
    attributes: Mapping[str, dict[str, Value] | None] = {}
    """For each name that may hold an object: its attributes that hold settings; None where it holds data."""
    curves: Mapping[str, Mapping[str, list[float]]] = {}
    """For each path that training fills: the curves that were there."""


class WholeCurve(NamedTuple):
    """A curve that is recorded as a whole; `values` and `steps` have equal lengths."""

    values: list[float]
    steps: Sequence[int]


class Observed(NamedTuple):
    """What the hooks of the running cell have noted."""

    recorder: CurveRecorder
    branches: set[int]
    """The conditional blocks that were entered."""
    results: dict[str, bool]
    """For names that may end up with a result or without one: which of the two it was."""
    shown: dict[int, object]
    """The numbers in what was displayed."""
    tables: set[int]
    """The displays that showed a frame or a Series."""
    reports: dict[int, Mapping[str, float]]
    """The results in the text reports that were displayed."""
    trained: dict[int, Mapping[str, Training]]
    """What each training call (by ``id``) gave the last time, by the name of what holds it."""
    series: dict[str, WholeCurve]
    """Curves that are there as a whole."""


class Snapshot:
    """The values of one cell, for its rules; see `CellValues`.

    `observed` is what the hooks have noted, `printed` returns the text that the cell printed so far; names that can't
    be read are added to `problems`.
    """

    def __init__(
        self,
        names: Names,
        namespace: Mapping[str, Any],
        observed: Observed,
        problems: dict[str, None],
        printed: Callable[[], str],
    ) -> None:
        self._printed = printed
        self._names, self._namespace, self._observed, self._problems = names, namespace, observed, problems
        self._entry = Entry()
        self._result: object = ...
        self.failed = False
        self.came_about: set[str] = set()
        self.metric_keys: set[str] = set()
        self.setting_keys: set[str] = set()

    # --- before and after

    def enter(self) -> None:
        """Read what the cell uses of earlier cells, and note what the names that it binds hold."""
        names, namespace = self._names, self._namespace
        tokens = {name: value_reading.token(namespace[name]) for name in names.bound if name in namespace}
        plain = self._plain()
        settings = {}
        for name, as_class in names.from_before.items():
            if not self._is_starred(name):
                found = self._settings(name, namespace.get(name, _ABSENT), plain, as_class=as_class)
                if found:
                    settings[name] = found
        present = frozenset(names.reads & namespace.keys())
        attributes = {name: value_reading.attributes(namespace[name]) for name in names.objects if name in namespace}
        curves = {path: self._curves(path) for path in names.holders}
        self._entry = Entry(tokens, settings, frozenset(self._chosen(plain)), present, attributes, curves)

    def leave(self, result: object, *, failed: bool) -> None:
        """Note how the cell ended; `result` is ``...`` if its last expression has no value."""
        self._result, self.failed = result, failed
        self._observed.recorder.finish(failed=failed)

    def _is_starred(self, name: str) -> bool:
        """Return whether a name came from ``from module import *``."""
        value = self._namespace.get(name, _ABSENT)
        modules = (sys.modules.get(module) for module in self._names.stars)
        return any(module is not None and vars(module).get(name) is value for module in modules)

    def _plain(self) -> list[type]:
        found = (self._namespace.get(name) for name in self._names.plain_classes)
        return [one for one in found if type(one) is type]

    def _chosen(self, plain: list[type]) -> Iterator[str]:
        for name in self._names.reads:
            try:
                if name in self._namespace and value_reading.is_setting(self._namespace[name], plain):
                    yield name
            except Exception:  # noqa: BLE001 # whatever a foreign value raises
                self._problems[name] = None

    def _settings(self, path: str, value: object, plain: Iterable[type], *, as_class: bool) -> dict[str, Value]:
        """Return the parameters that a value gives under a name, by key."""
        try:
            skipped = value is _ABSENT or (as_class and type(value) is not type)
            known = MISSING if skipped else value_reading.setting(value)
            if not isinstance(known, Missing):
                return {path: known}
            fields = value_reading.settings(value, plain) if value is not _ABSENT else None
            return {f"{path}.{key}": content for key, content in (fields or {}).items()}
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            self._problems[path] = None
            return {}

    # --- names

    def exists(self, name: str) -> bool:
        """See `CellValues`."""
        return self._namespace.get(name, _ABSENT) is not _ABSENT

    def _bound(self, name: str) -> Any:
        """Return the value of a name if this execution of the cell bound it."""
        value = self._namespace.get(name, _ABSENT)
        known = self._entry.tokens.get(name, _ABSENT)
        untouched = known is not _ABSENT and value_reading.is_same(known, value)
        return _ABSENT if untouched and (self.failed or name not in self._names.surely_bound) else value

    def setting(self, name: str) -> Value | Missing:
        """See `CellValues`."""
        held = self._namespace.get(name, _ABSENT)
        return MISSING if held is _ABSENT else value_reading.setting(held)

    def settings(self, path: str, *, as_class: bool = False) -> dict[str, Value]:
        """See `CellValues`."""
        return self._settings(path, self._looked_up(path), self._plain(), as_class=as_class)

    def settings_before(self, name: str) -> dict[str, Value] | None:
        """See `CellValues`."""
        return self._entry.settings.get(name)

    def attributes_before(self, name: str) -> dict[str, Value] | None:
        """See `CellValues`."""
        return self._entry.attributes.get(name)

    def parameters(self, path: tuple[str, ...]) -> list[str]:
        """See `CellValues`."""
        return signatures.parameters(path, self._namespace)

    def fields(self, name: str) -> dict[str, Value]:
        """See `CellValues`."""
        value = self._bound(name)
        try:
            return {} if value is _ABSENT else value_reading.settings(value, self._plain()) or {}
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            self._problems[name] = None
            return {}

    def number(self, name: str) -> int | float | None:
        """See `CellValues`."""
        return self._number(name, self._bound(name))

    def number_at(self, path: str) -> int | float | None:
        """See `CellValues`."""
        return self._number(path, self._looked_up(path))

    def _number(self, path: str, value: object) -> int | float | None:
        try:
            return None if value is _ABSENT else value_reading.number(value)
        except Exception:  # noqa: BLE001 # whatever a tensor raises that cannot be read
            self._problems[path] = None
            return None

    def _looked_up(self, path: str) -> Any:
        return value_reading.looked_up(self._namespace, path, _ABSENT)

    def rest_on_settings(self, names: frozenset[str]) -> bool:
        """See `CellValues`."""
        return bool(names) and all(name in self._entry.chosen or self._came_as_setting(name) for name in names)

    def _came_as_setting(self, name: str) -> bool:
        """Return whether a name that did not exist when the cell started holds a setting now."""
        value = self._namespace.get(name, _ABSENT)
        return name not in self._entry.present and (value is _ABSENT or value_reading.is_setting(value))

    # --- what was observed

    def is_result(self, name: str) -> bool:
        """See `CellValues`."""
        return self._observed.results.get(name, False)

    def trained(self, call: int) -> Mapping[str, Training]:
        """See `CellValues`."""
        return self._observed.trained.get(call, {})

    def series(self, name: str) -> Mapping[str, list[float]]:
        """See `CellValues`."""
        value = self._bound(name)
        try:
            return {} if value is _ABSENT else training_results.series_in(value)
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            self._problems[name] = None
            return {}

    def add_curve(
        self, key: str, values: list[float], *, anew: bool = False, steps: Sequence[int] | None = None
    ) -> bool:
        """See `CellValues`."""
        columns, series = self._observed.recorder.columns, self._observed.series
        taken = key in series or (key in columns and columns[key].step is not None)
        if taken or any(column.is_equal(values) for column in columns.values()):
            return False
        if anew and any(one.values == values for one in series.values()):
            return False
        series[key] = WholeCurve(values, range(len(values)) if steps is None else steps)
        return True

    def printed_rounds(self) -> Mapping[str, dict[int, float]]:
        """See `CellValues`."""
        return progress_lines.read(self._printed())

    def last_point(self, key: str) -> float | None:
        """See `CellValues`."""
        return self._observed.recorder.columns[key].value

    def entered(self, branches: Iterable[int]) -> bool:
        """See `CellValues`."""
        return self._observed.branches.issuperset(branches)

    def displays_table(self, number: int, *, last: bool) -> bool:
        """See `CellValues`."""
        return value_reading.is_table(self._result) if last else number in self._observed.tables

    def reported(self, number: int, name: str | None, *, last: bool) -> Mapping[str, float]:
        """See `CellValues`."""
        try:
            if name is not None:
                return text_reports.results(self._namespace.get(name))
            return text_reports.results(self._result) if last else self._observed.reports.get(number, {})
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            self._problems["a report"] = None
            return {}

    def left_behind(self, path: str) -> Training:
        """See `CellValues`."""
        try:
            return library_results.read(self._looked_up(path))
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            self._problems[path] = None
            return Training()

    def left_unfinished(self, path: str) -> Training:
        """See `CellValues`."""
        before = self._entry.curves.get(path, {})
        found = self._curves(path).items()
        return Training({key: values for key, values in found if values != before.get(key)})

    def _curves(self, path: str) -> Mapping[str, list[float]]:
        held = self._looked_up(path)
        if held is _ABSENT:
            return {}
        try:
            known = training_results.of_container(held).curves
            return known or library_results.curves_in_attributes(held)
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            return {}

    def displayed(self, number: int, name: str | None, *, last: bool) -> int | float | dict[str, int | float] | None:
        """See `CellValues`."""
        try:
            if name is not None:
                held = self._namespace.get(name, _ABSENT)
                return None if held is _ABSENT else value_reading.entries(held)
            if last:
                return None if self._result is ... else value_reading.metric(self._result)
            return self._observed.shown.get(number)  # type: ignore[return-value] # what the probe put there
        except Exception:  # noqa: BLE001 # whatever a foreign value raises
            self._problems[name or "a displayed value"] = None
            return None
