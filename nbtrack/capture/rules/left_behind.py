"""What a training call returns or leaves in objects is read once, after the call: histories, scores, found settings.

A cell::

    class History:
        history = {}

    class Net:
        def fit(self, epochs):
            self.history = History()
            self.history.history = {"loss": [0.5, 0.25], "val_loss": [0.6, 0.4]}
            return self.history

    net = Net()
    history = net.fit(epochs=2)

Curves::

    loss = {0: 0.5, 1: 0.25}
    val_loss = {0: 0.6, 1: 0.4}
"""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import known_names, result_words, syntax
from nbtrack.capture.analysis.def_use import loops_of
from nbtrack.capture.analysis.probe_points import Trained
from nbtrack.capture.analysis.training_calls import training_calls
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.rule import Outcome, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from nbtrack.capture.analysis.def_use import Graph
    from nbtrack.capture.analysis.training_calls import TrainingCall
    from nbtrack.capture.facts import Training
    from nbtrack.capture.rules.rule import CellCode, CellValues


class _Kept(NamedTuple):
    """A series or number that a training call left in what `holder` names."""

    holder: str
    key: str
    named: bool
    """Whether the key tells nothing without the holder."""
    call: ast.Call
    value: list[float] | int | float

    @property
    def is_curve(self) -> bool:
        return isinstance(self.value, list)


class LeftBehind(Rule):
    """Histories, and the final values that are not curves."""

    code = "K5"
    origin = "left behind by training on line {line}"
    _anew = False
    """Whether the points of a curve must be those of no other."""
    _of_cell = True
    """Whether the cell itself makes the calls, so that their objects can be read by name."""

    def __init__(self, code: CellCode) -> None:
        self._calls = code.training = list(training_calls(code.tree, code.graph))
        self._code = code
        values = (one.value for one in code.graph.definitions)
        self._bound = frozenset(value.attr for value in values if isinstance(value, ast.Attribute))
        for one in self._calls:
            holder = one.name or one.receiver or code.graph.callee(one.call) or ""
            code.points.train(Trained(id(one.call), holder, one.receiver, one.given, one.evaluates), one.call)
            code.outcomes.append(Outcome(_root(one.call), (), (one.call,)))
            if self._of_cell:
                code.holders.update(_holders(one))

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the last value of each curve, and the numbers."""
        kept = [one for one in self._kept(values) if one.key not in self._bound]
        for key, one in _by_key(kept, self._code.is_named_result).items():
            if isinstance(one.value, list):
                if not values.add_curve(key, one.value, anew=self._anew):
                    continue
                final: int | float = one.value[-1]
            else:
                final = one.value
            values.came_about.add(_root(one.call))
            yield Fact(key, final, self.code, one.call.lineno)

    def _kept(self, values: CellValues) -> Iterator[_Kept]:
        for one, holder, training in (*_trained(self._calls, values), *self._unfinished(values)):
            looped = bool(loops_of(self._code.graph.calls[id(one.call)]))
            named = training.named and not result_words.holds_results(holder)
            for key, series in training.curves.items():
                if not (looped and key.endswith("_")):
                    yield _Kept(holder, key, named, one.call, series)
            if one.unpacked and training.named:
                continue
            for key, value in training.numbers.items():
                if key not in training.curves and not (type(value) is int and not result_words.measures(key)):
                    yield _Kept(holder, key, training.named and one.name is not None, one.call, value)

    def _unfinished(self, values: CellValues) -> Iterator[tuple[TrainingCall, str, Training]]:
        """Yield what was filled by calls that ended by an error or an interrupt."""
        if values.failed and self._of_cell:
            for one in self._calls:
                if not values.trained(id(one.call)):
                    yield from ((one, holder, values.left_unfinished(holder)) for holder in _holders(one))


def _holders(call: TrainingCall) -> Iterator[str]:
    """Yield the paths of what a call fills."""
    if not call.evaluates:
        yield from (call.receiver,) if call.receiver else ()
        yield from call.given


class LeftBehindInFunction(LeftBehind):
    """The same in a function, whose caller may have recorded what it returns."""

    _anew = True
    _of_cell = False


class FittedNumbers(Rule):
    """Numbers that a fitted object keeps, if the cell has no other result."""

    code = "M5"
    origin = "kept by what was fitted on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._calls = code.training

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield these numbers."""
        if values.metric_keys:
            return
        kept = [
            _Kept(holder, key, False, one.call, value)
            for one, holder, training in _trained(self._calls, values)
            for key, value in training.fitted.items()
        ]
        for key, one in _by_key(kept, lambda _: False).items():
            values.came_about.add(_root(one.call))
            yield Fact(key, one.value, self.code, one.call.lineno)  # type: ignore[arg-type] # what was fitted is always a number


class FoundSettings(Rule):
    """The settings that a search found: a search that the cell runs, or one whose choice it displays."""

    code = "P5"
    origin = "found by the search on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._calls = code.training
        self._shown = list(_shown_choices(code.graph))

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield them."""
        for one, _, training in _trained(self._calls, values):
            for key, value in training.settings.items():
                yield Fact(key, value, self.code, one.call.lineno)
        for path, line in self._shown:
            for key, value in values.left_behind(path).settings.items():
                yield Fact(key, value, self.code, line)


def _shown_choices(graph: Graph) -> Iterator[tuple[str, int]]:
    """Yield the path of each search whose best settings are displayed: ``print(search.best_params_)``."""
    for shown in graph.shown.values():
        for node in ast.walk(shown.expression):
            if isinstance(node, ast.Attribute) and known_names.is_chosen(node.attr) and syntax.path(node):
                yield ".".join(syntax.path(node)[:-1]), node.lineno


def _trained(calls: Iterable[TrainingCall], values: CellValues) -> Iterator[tuple[TrainingCall, str, Training]]:
    """Yield the executed calls, with each object that recorded the training, and its name."""
    for one in calls:
        for holder, training in values.trained(id(one.call)).items():
            yield one, holder, training


def _root(call: ast.Call) -> str:
    return f"trained:{id(call)}"


def _by_key(kept: Iterable[_Kept], is_taken: Callable[[str], bool]) -> Mapping[str, _Kept]:
    """Return what was kept, by its key, which includes the holder if two would otherwise be equal.

    If a curve and a number share a key, the curve gets it.
    """
    latest = {(one.holder, one.key): one for one in kept}.values()
    curves = Counter(one.key for one in latest if one.is_curve)
    numbers = Counter(one.key for one in latest)
    found = {}
    for one in latest:
        shared = (curves if one.is_curve else numbers)[one.key] > 1
        found[f"{one.holder}.{one.key}" if one.named or shared or is_taken(one.key) else one.key] = one
    return found
