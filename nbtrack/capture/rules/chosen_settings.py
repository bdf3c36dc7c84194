"""A setting that the cell chose by its results is a parameter, like the settings that a search found.

A cell::

    errors = {}
    for degree in (1, 2, 3):
        errors[degree] = train(degree) * (degree - 2) ** 2
    best_degree = min(errors, key=errors.get)

Parameters::

    best_degree = 2
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import choices
from nbtrack.capture.analysis.constant_folding import Missing
from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.analysis.kinds import Level
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Definition, Graph
    from nbtrack.capture.rules.rule import CellCode, CellValues


class ChosenSettings(Rule):
    """Names bound to one of several settings because of its result."""

    code = "P6"
    origin = "chosen by its results on line {line}"

    def __init__(self, code: CellCode) -> None:
        held = {name: code.graph.reaching(name) for name in code.graph.exit if not name.startswith("_")}
        chosen = {name: made for name, made in held.items() if made and all(_is_chosen(one, code) for one in made)}
        self._lines = {name: made[-1].line for name, made in chosen.items()}
        code.bound_settings.update(self._lines)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the choices that were made."""
        for name, line in self._lines.items():
            value = values.setting(name)
            if not isinstance(value, list | tuple | Missing):
                yield Fact(name, value, self.code, line)


def _is_chosen(definition: Definition, code: CellCode) -> bool:
    """Return whether a binding chooses one of the settings that the cell goes through."""
    options = choices.chosen_from(definition, code.graph)
    if options is None:
        return False
    if isinstance(definition.value, ast.Subscript):
        return _is_setting(options, code)
    keys = list(_keys(options, code.graph))
    measured = code.kinds.of(options).level is Level.COMPUTED
    return measured and bool(keys) and all(_is_setting(key, code) for key in keys)


def _keys(options: ast.expr, graph: Graph) -> Iterator[ast.expr | None]:
    """Yield the keys that a cell puts into a dict; None for those that the code does not show."""
    for one in (one for reference in graph.references.get(id(options), ()) for one in reference.definitions):
        value = one.value
        if one.binding is Binding.STORED and isinstance(one.node, ast.Subscript):
            yield one.node.slice if value is not None else None
        elif isinstance(value, ast.DictComp):
            yield value.key
        elif isinstance(value, ast.Dict):
            yield from value.keys
        else:
            yield None


def _is_setting(node: ast.expr | None, code: CellCode) -> bool:
    kind = code.kinds.of(node)
    return node is not None and kind.level is Level.SETTING and not kind.open
