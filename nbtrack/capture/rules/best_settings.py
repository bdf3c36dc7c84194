"""The settings that a search written as a loop keeps as its best are parameters, like those that a library finds.

A cell::

    best_error, best_params = 10, None
    for trial in range(3):
        params = {"depth": trial + 1, "rate": 0.5}
        error = train(**params)
        if error <= best_error:
            best_error, best_params = error, params

Parameters::

    best.depth = 3
    best.rate = 0.5
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, result_words
from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Definition
    from nbtrack.capture.rules.rule import CellCode, CellValues


class BestSettings(Rule):
    """Dicts of settings that a condition in a loop chose."""

    code = "P8"
    origin = "kept as the best on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._lines: dict[str, int] = {}
        for name in sorted(code.graph.exit):
            if known_names.is_chosen(name) and result_words.is_best(name):
                chosen = [one for one in code.graph.reaching(name) if _is_chosen(one)]
                self._lines.update((name, one.line) for one in chosen)
        code.bound_settings.update(self._lines)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the settings that were kept last."""
        for name, line in self._lines.items():
            for key, value in values.fields(name).items():
                yield Fact(f"best.{key}", value, self.code, line)


def _is_chosen(definition: Definition) -> bool:
    """Return whether a condition in a loop decided that a name is given its value."""
    gives = definition.binding in {Binding.ASSIGNED, Binding.UNPACKED}
    in_condition = any(isinstance(place.node, ast.If) for place in definition.branches)
    return gives and in_condition and bool(definition.loops)
