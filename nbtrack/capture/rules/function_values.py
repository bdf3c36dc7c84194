"""What a function displays without a name, and the results of training calls inside it, are results of the cell.

An earlier cell::

    import math

    class Booster:
        def fit(self, evals_result):
            evals_result["valid"] = {"rmse": [0.5, 0.25]}

    def boost(booster):
        progress = {}
        booster.fit(evals_result=progress)
        scores = {"mae": math.hypot(3, 4), "bias": math.sqrt(4)}
        print(scores)

A cell::

    boost(Booster())

Metrics::

    valid.rmse = 0.25
    scores.mae = 5.0
    scores.bias = 2.0

Curves::

    valid.rmse = {0: 0.5, 1: 0.25}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.capture.facts import Fact
from nbtrack.capture.rules import displayed_values
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.facts import Recorded
    from nbtrack.capture.rules.rule import CellCode, CellValues, FunctionKeys


class FunctionValues(Rule):
    """Reports, tables and histories inside the functions that the cell calls."""

    code = "K2v"
    origin = "inside the function called on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._functions = code.functions

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield what was observed in the last call of each."""
        recorded = frozenset(values.metric_keys)
        for function in self._functions:
            for key, value in self._numbers(function, values):
                if key not in recorded:
                    yield Fact(key, value, self.code, function.line)

    def _numbers(self, function: FunctionKeys, values: CellValues) -> Iterator[tuple[str, Recorded]]:
        for fact in function.training.facts(values):
            yield fact.key, fact.value
        for one in function.displayed:
            number = id(one.expression)
            found = values.displayed(number, None, last=False)
            if isinstance(found, dict) and function.is_measured(number, one):
                yield from displayed_values.entries(one, found, values.metric_keys)
            yield from values.reported(number, None, last=False).items()
