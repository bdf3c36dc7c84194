"""Names given with ``--params`` and ``--metrics`` are recorded regardless of the other rules.

A cell, with ``--params depth --metrics size``::

    depth = 3
    size = depth * 2

Parameters::

    depth = 3

Metrics::

    size = 6
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.rules.rule import CellCode, CellValues


class AskedMetrics(Rule):
    """Names of ``--metrics``, dotted for entries of containers."""

    code = "asked"
    origin = "asked for by name, line {line}"
    inferred = False

    def __init__(self, code: CellCode) -> None:
        self._lines = {name: code.lines.get(name, 1) for name in code.asked_metrics}

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield those that hold a number."""
        for name, line in self._lines.items():
            value = values.number_at(name)
            if value is not None:
                yield Fact(name, value, self.code, line)


class AskedParameters(Rule):
    """Names of ``--params``, dotted for entries of containers."""

    code = AskedMetrics.code
    origin = AskedMetrics.origin
    inferred = False

    def __init__(self, code: CellCode) -> None:
        self._lines = {name: code.lines.get(name, 1) for name in code.asked_params}

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the settings that they hold."""
        for name, line in self._lines.items():
            for key, content in values.settings(name).items():
                yield Fact(key, content, self.code, line)
