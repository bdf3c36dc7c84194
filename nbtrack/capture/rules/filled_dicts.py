"""The results that a loop stores under the names of what it compares are metrics, each with its own key.

A cell::

    import math
    errors = {}
    for name, size in {"small": 9, "large": 16}.items():
        errors[name] = math.sqrt(size)

Metrics::

    errors.small = 3.0
    errors.large = 4.0
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import result_words
from nbtrack.capture.analysis.def_use import Binding, Definition, loops_of
from nbtrack.capture.analysis.kinds import is_computed
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.expression_names import unwrapped
from nbtrack.capture.rules.results import may_be_metric
from nbtrack.capture.rules.rule import Outcome, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.rules.rule import CellCode, CellValues

MOST_KEYS = 20
"""A dict with more entries is data."""


class FilledDicts(Rule):
    """Dicts of results that the cell makes and fills under keys that are not constant."""

    code = "M6"
    origin = "stored in a loop on line {line}"

    def __init__(self, code: CellCode) -> None:
        followed = {one.key for one in code.followed}
        self._filled: dict[str, Definition] = {}
        for one in code.graph.definitions:
            if one.name not in followed and _stores_result(one, code) and _is_made_here(one.name, code):
                self._filled.setdefault(one.name, one)
        for name, one in self._filled.items():
            code.outcomes.append(Outcome(f"dict:{name}", (), one.sources))

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the numbers whose keys are text."""
        recorded = frozenset(values.metric_keys)
        for name, one in self._filled.items():
            found = values.displayed(-1, name, last=False)
            if not isinstance(found, dict) or len(found) > MOST_KEYS:
                continue
            keys = {key: f"{name}.{key}" for key in found}
            if recorded.isdisjoint({*found, *keys.values()}):
                values.came_about.add(f"dict:{name}")
                yield from (Fact(keys[key], value, self.code, one.line) for key, value in found.items())


def _stores_result(definition: Definition, code: CellCode) -> bool:
    """``scores[name] = evaluate(model)`` in a loop."""
    node, value = definition.node, definition.value
    if definition.binding is not Binding.STORED or not isinstance(node, ast.Subscript) or value is None:
        return False
    if not isinstance(node.value, ast.Name) or isinstance(node.slice, ast.Constant | ast.Slice):
        return False
    if isinstance(unwrapped(value), ast.Name):
        return False  # it has a curve under its own name
    name = node.value.id
    says = result_words.measures(name) or result_words.holds_results(name)
    called = (code.graph.callee(call) or "" for call in code.graph.parts(value).calls)
    measured = says or any(map(result_words.gives_results, called))
    return bool(loops_of(definition.places)) and measured and may_be_metric(name) and is_computed(code.kinds.of(value))


def _is_made_here(name: str, code: CellCode) -> bool:
    """Return whether the cell itself binds a name to an empty dict."""
    values = [one.value for one in code.graph.definitions if one.real and one.name == name]
    return bool(values) and all(
        (isinstance(value, ast.Dict) and not value.keys)
        or (isinstance(value, ast.Call) and code.graph.callee(value) in {"dict", "defaultdict", "OrderedDict"})
        for value in values
    )
