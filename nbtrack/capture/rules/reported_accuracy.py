"""An accuracy that a cell displays beside a report of the same data is the same metric, ``accuracy``.

``print(classification_report(y, p)); print("Accuracy:", accuracy_score(y, p))``. One that the cell binds to a name,
``acc = accuracy_score(y, p)``, has that name.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import result_words
from nbtrack.capture.rules.expression_names import unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.capture.analysis.def_use import Graph
    from nbtrack.capture.rules.display import Display

KEY, _SCORE = "accuracy", "accuracy_score"
_DATA = ("y_true", "y_pred")


def under_one_key(displays: Sequence[Display], graph: Graph) -> Sequence[Display]:
    """Return the displays; an accuracy of the data of a report gets the key that the report uses.

    Its value is exact, while that in the report is rounded.
    """
    scores = {data: one for one in displays if one.key == _SCORE and (data := _scored(one.expression))}
    if len(scores) != 1 or KEY in graph.exit or any(one.key == KEY for one in displays):
        return displays
    if scores.keys().isdisjoint(_reported(graph)):
        return displays
    return [one._replace(key=KEY) if one.key == _SCORE else one for one in displays]


def names(graph: Graph) -> Iterator[str]:
    """Yield the names that hold an accuracy of the data of a report at the end of the cell."""
    reported = frozenset(_reported(graph)) - {""}
    for name in graph.exit if reported else ():
        held = graph.reaching(name)
        if held and all(one.value is not None and _accuracy(one.value, graph) in reported for one in held):
            yield name


def _accuracy(expression: ast.expr, graph: Graph) -> str:
    """Return the data whose accuracy an expression computes; empty if it computes anything else."""
    node = unwrapped(expression)
    return _scored(node) if isinstance(node, ast.Call) and graph.callee(node) == _SCORE else ""


def _scored(expression: ast.expr) -> str:
    """Return the data whose accuracy is the value of an expression; empty for anything else."""
    node = unwrapped(expression)
    is_share = isinstance(node, ast.Call) and len(node.args) + len(node.keywords) == len(_DATA)
    return _data(node) if is_share and isinstance(node, ast.Call) else ""


def _reported(graph: Graph) -> Iterator[str]:
    """Yield the data of the reports that the cell displays or binds."""
    shown = (one.expression for one in graph.shown.values())
    bound = (source for one in graph.definitions for source in one.sources)
    for expression in (*shown, *bound):
        for call in graph.parts(expression).calls:
            if "report" in result_words.words(graph.callee(call) or ""):
                yield _data(call)


def _data(call: ast.Call) -> str:
    """Return the code of the true and the predicted labels that a call is given."""
    given = dict(zip(_DATA, call.args, strict=False)) | {
        one.arg: one.value for one in call.keywords if one.arg in _DATA
    }
    return " ".join(ast.dump(given[name]) for name in _DATA if name in given)
