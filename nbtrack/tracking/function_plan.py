"""How a tracked function is followed: its loops give curves, as those of a function that a tracked cell calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack import redaction
from nbtrack.capture import NotebookHistory, plan
from nbtrack.tracking import program_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FunctionType

    from nbtrack.capture import Plan, Probe


class FunctionPlan:
    """What to follow while a function runs."""

    def __init__(self, function: FunctionType, plan: Plan) -> None:
        self._function, self._plan = function, plan

    def probe(self) -> Probe:
        """Return the probe of one call."""
        names = {**self._function.__globals__, self._function.__name__: self._function}
        return self._plan.probe(names, redact=redaction.redact_value)


def of_function(function: FunctionType, decorator: str) -> FunctionPlan | None:
    """Return the plan of a function that is under a decorator of this name; None if none of its loops gives curves.

    Only functions at the top level of a module or a cell are followed, and only if their source is available.
    """
    try:
        tree = program_source.executed(function.__code__.co_filename, function.__globals__)
    except (SyntaxError, ValueError, RecursionError):
        return None
    definition = next(
        (each for each in _definitions(tree) if _first_line(each) == function.__code__.co_firstlineno), None
    )
    if definition is None or definition.name != function.__name__:
        return None
    _undecorate(definition, decorator)
    history = NotebookHistory()
    history.learn(tree)
    # The last expression of a cell would be displayed.
    made = plan(ast.parse(f"{function.__name__}()\npass"), history)
    return FunctionPlan(function, made) if made.curve_keys else None


def _definitions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (each for each in tree.body if isinstance(each, ast.FunctionDef))


def _first_line(definition: ast.FunctionDef) -> int:
    """Return the line that the code of a function begins on: that of its first decorator."""
    return definition.decorator_list[0].lineno if definition.decorator_list else definition.lineno


def _undecorate(definition: ast.FunctionDef, decorator: str) -> None:
    """Remove the first decorator of a definition if it has this name; the first line stays the same."""
    first = definition.decorator_list[0] if definition.decorator_list else None
    called = first.func if isinstance(first, ast.Call) else first
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
    if first is not None and name == decorator and len(definition.decorator_list) == 1:
        definition.lineno, definition.col_offset = first.lineno, max(0, first.col_offset - 1)
        definition.decorator_list.clear()
