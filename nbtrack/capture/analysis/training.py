"""Which calls train or evaluate a model, directly or inside the functions of the notebook that they call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEEPEST = 4
_OF_MODELS = known_names.TRAINING | known_names.STEPPING | {"parameters", "zero_grad", "forward", "weights", "coef_"}
_EVALUATING = known_names.TRAINING | known_names.STEPPING | known_names.EVALUATING


class TrainingCalls:
    """Recognises these calls; `functions` are those of the notebook, by name."""

    def __init__(self, functions: Mapping[str, ast.AST]) -> None:
        self._functions = functions
        self._known: dict[tuple[str, frozenset[str]], bool] = {}

    def trains(self, call: ast.Call) -> bool:
        """Return whether a call trains a model, or does a step of its training."""
        return self._does(call, known_names.TRAINING, known_names.STEPPING)

    def evaluates(self, call: ast.Call) -> bool:
        """Return whether a call trains a model or applies one."""
        return self._does(call, _EVALUATING, _EVALUATING)

    def trained_by(self, call: ast.Call) -> frozenset[str]:
        """Return the names of the objects that a function of the notebook trains, by calling such methods of them."""
        function = self._functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            return frozenset()
        subjects = frozenset(_subjects(function))
        given = (*zip(syntax.parameters(function.args), call.args, strict=False), *_by_keyword(call))
        return frozenset(argument.id for name, argument in given if name in subjects and isinstance(argument, ast.Name))

    def _does(self, call: ast.Call, own: frozenset[str], inner: frozenset[str]) -> bool:
        name = syntax.last_name(call.func)
        if name is None:
            return False
        return name in own or (isinstance(call.func, ast.Name | ast.Attribute) and self._inside(name, own | inner, 0))

    def _inside(self, name: str, wanted: frozenset[str], depth: int) -> bool:
        """Return whether a function or class of the notebook contains such a call."""
        key = name, wanted
        if key not in self._known:
            self._known[key] = False
            function = self._functions.get(name)
            called = () if function is None or depth == _DEEPEST else _called(function)
            self._known[key] = any(one in wanted or self._inside(one, wanted, depth + 1) for one in called)
        return self._known[key]


def _subjects(function: ast.AST) -> Iterator[str]:
    """Yield the names whose methods that train a function calls, and those that it moves or configures, and calls."""
    paths = [syntax.path(call.func) for call in syntax.calls(function)]
    called = {path[0] for path in paths if len(path) == 1}
    for path in paths:
        if len(path) > 1 and (path[1] in _OF_MODELS or path[0] in called):
            yield path[0]


def _by_keyword(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    return ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg is not None)


def _called(function: ast.AST) -> Iterator[str]:
    """Yield the names of the calls inside a function or class."""
    return (name for call in syntax.calls(function) if (name := syntax.last_name(call.func)) is not None)
