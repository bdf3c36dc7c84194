r"""The averages in a printed ``classification_report`` are metrics; so are the statistics of a displayed summary.

A cell::

    def classification_report(truth, predicted):
        return (
            "              precision    recall  f1-score   support\n\n"
            "    accuracy                           0.90        10\n"
            "   macro avg       0.91      0.89      0.88        10\n"
            "weighted avg       0.92      0.90      0.87        10\n"
        )

    report = classification_report([1, 0], [1, 1])
    print(report)

Metrics::

    accuracy = 0.9
    macro_precision = 0.91
    macro_recall = 0.89
    macro_f1 = 0.88
    weighted_precision = 0.92
    weighted_recall = 0.9
    weighted_f1 = 0.87
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import result_words, syntax
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules import reported_accuracy
from nbtrack.capture.rules.rule import Outcome, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.capture.analysis.def_use import Definition, Graph
    from nbtrack.capture.rules.rule import CellCode, CellValues


class TextReports(Rule):
    """Reports among what the cell displays."""

    code = "M4"
    origin = "in the report displayed on line {line}"

    def __init__(self, code: CellCode) -> None:
        self._reports = [
            _Report(number, one.name, one.last, one.line, _summarised(one.expression))
            for number, one in enumerate(code.displayed)
        ]
        self._bound = list(_bound_reports(code.graph))
        self._accuracies = frozenset(reported_accuracy.names(code.graph))
        for one in self._bound:
            code.outcomes.append(Outcome(f"report:{one.name}", (one,)))

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the results in them."""
        for one in self._reports:
            found = values.reported(one.number, one.name, last=one.last)
            if found:
                values.came_about.add(f"display:{one.number}")
            exact = values.left_behind(one.summarised).fitted if found and one.summarised else {}
            for key, value in self._not_named(found, values):
                yield Fact(key, exact.get(key, value), self.code, one.line)
        for bound in self._bound:
            for key, value in self._not_named(values.reported(-1, bound.name, last=False), values):
                values.came_about.add(f"report:{bound.name}")
                yield Fact(key, value, self.code, bound.line)

    def _not_named(self, found: Mapping[str, float], values: CellValues) -> Iterator[tuple[str, float]]:
        """Yield the results of a report, except an accuracy that is recorded under a name of the cell."""
        is_named = not self._accuracies.isdisjoint(values.metric_keys)
        return ((key, value) for key, value in found.items() if not (is_named and key == reported_accuracy.KEY))


class _Report(NamedTuple):
    number: int
    name: str | None
    last: bool
    line: int
    summarised: str | None
    """The path of what ``….summary()`` sums up."""


def _bound_reports(graph: Graph) -> Iterator[Definition]:
    """Yield the bindings of reports that names hold at the end: ``report = classification_report(y, p)``."""
    for name in graph.exit:
        for one in graph.reaching(name):
            if isinstance(one.value, ast.Call) and "report" in result_words.words(graph.callee(one.value) or ""):
                yield one


def _summarised(node: ast.expr) -> str | None:
    if isinstance(node, ast.Call) and syntax.last_name(node.func) == "summary":
        return ".".join(syntax.path(node.func)[:-1]) or None
    return None
