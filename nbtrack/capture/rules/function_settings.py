"""A constant in a function that the cell calls, and that gives results or trains a model, is a parameter.

An earlier cell::

    def main():
        epochs = 2
        model = Model()
        for epoch in range(epochs):
            loss = model.fit(epoch)
            print(loss)

A cell::

    main()

Parameters::

    epochs = 2
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nbtrack.capture.facts import Fact
from nbtrack.capture.rules import constant_names
from nbtrack.capture.rules.call_arguments import ANY, counts
from nbtrack.capture.rules.call_keys import keyed
from nbtrack.capture.rules.call_parameters import settings_of
from nbtrack.capture.rules.rule import FunctionConstants, Rule

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from nbtrack.capture.rules.rule import CalledCode, CellCode, CellValues


def constants_of(body: CellCode) -> FunctionConstants:
    """Return the constants in a function whose body was analysed like a cell."""
    experiment = body.calls.experiment
    calls = [call for call in _calls(body) if experiment.is_class(call) or experiment.training.trains(call)]
    given = (one for call in calls if experiment.includes(call) for one in body.calls.of(call))
    arguments = [one for one in given if any(one.keyword == keyword.arg for keyword in one.call.keywords)]
    return FunctionConstants(dict(constant_names.known(body)), arguments)


def evaluates(body: CellCode) -> bool:
    """Return whether a function trains or evaluates a model."""
    return any(map(body.calls.experiment.training.evaluates, _calls(body)))


def _calls(body: CellCode) -> Iterator[ast.Call]:
    made = (source for one in body.graph.definitions for source in one.sources)
    for node in (*made, *body.graph.bare.values()):
        yield from body.graph.parts(node).calls


class FunctionSettings(Rule):
    """Constants inside the functions that the cell calls."""

    code = "P7"
    origin = "constant in the function called on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._functions = [(one, frozenset(_roots(one, code)), list(_branches(one, code))) for one in code.called]
        named = {(name, str(value)) for one in code.called for name, value in one.constants.names.items()}
        self._ambiguous = {name for name, held in Counter(name for name, _ in named).items() if held > 1}

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the constants of the functions that led to something recorded."""
        for one, roots, branches in self._functions:
            if counts(roots, values) and (not branches or any(map(values.entered, branches))):
                for name, value in one.constants.names.items():
                    key = f"{one.name}.{name}" if name in self._ambiguous else name
                    yield Fact(key, value, self.code, one.line)
                for each in keyed(settings_of(one.constants.arguments, values)):
                    yield Fact(each.key, each.value, self.code, one.line)


def _roots(function: CalledCode, code: CellCode) -> Iterator[str]:
    """Yield the roots of the results of a function: of what it gives itself, and of what its calls are used for."""
    yield from (f"function:{key}" for known in function.recorded_as for key in known.values())
    calls = set(map(id, function.calls))
    for root, expressions in code.slices.items():
        if root != ANY and any(id(call) in calls for each in expressions for call in code.graph.parts(each).calls):
            yield root


def _branches(function: CalledCode, code: CellCode) -> Iterator[tuple[int, ...]]:
    """Yield the numbers of the conditional blocks around each call; hooks note whether they were entered."""
    for call in function.calls:
        yield code.points.watch(place for place in code.graph.calls.get(id(call), ()) if place.conditional)
