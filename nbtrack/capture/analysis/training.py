"""Which calls train or evaluate a model, directly or inside the functions of the notebook that they call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEEPEST = 4
_EVALUATING = known_names.TRAINING | known_names.STEPPING | known_names.EVALUATING


class TrainingCalls:
    """Tells these calls from others; `functions` are those of the notebook, by name."""

    def __init__(self, functions: Mapping[str, ast.AST]) -> None:
        self._functions = functions
        self._known: dict[tuple[str, frozenset[str]], bool] = {}

    def trains(self, call: ast.Call) -> bool:
        """Return whether a call trains a model, or takes a step of its training."""
        return self._does(call, known_names.TRAINING, known_names.STEPPING)

    def evaluates(self, call: ast.Call) -> bool:
        """Return whether a call trains a model or applies one."""
        return self._does(call, _EVALUATING, _EVALUATING)

    def _does(self, call: ast.Call, own: frozenset[str], inner: frozenset[str]) -> bool:
        name = syntax.last_name(call.func)
        if name is None:
            return False
        return name in own or (isinstance(call.func, ast.Name | ast.Attribute) and self._inside(name, own | inner, 0))

    def _inside(self, name: str, wanted: frozenset[str], depth: int) -> bool:
        """Return whether a function or class of the notebook makes such a call."""
        key = name, wanted
        if key not in self._known:
            self._known[key] = False
            function = self._functions.get(name)
            called = () if function is None or depth == _DEEPEST else _called(function)
            self._known[key] = any(one in wanted or self._inside(one, wanted, depth + 1) for one in called)
        return self._known[key]


def _called(function: ast.AST) -> Iterator[str]:
    """Yield what the calls inside a function or class are named."""
    for node in ast.walk(function):
        name = syntax.last_name(node.func) if isinstance(node, ast.Call) else None
        if name is not None:
            yield name
