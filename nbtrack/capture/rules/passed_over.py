"""Names that looked like results but were recorded by no rule, each with the reason in words.

A cell::

    import math
    loss = math.exp(0) * 0.5
    acc = math.exp(loss)

Passed over::

    loss = used by acc, line 3
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import result_words
from nbtrack.capture.analysis.def_use import Binding, Use
from nbtrack.capture.analysis.kinds import Level, is_computed
from nbtrack.capture.analysis.recurrence import accumulates
from nbtrack.capture.facts import PassedOver
from nbtrack.capture.rules.results import may_be_metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.capture.analysis.def_use import Definition, Reference
    from nbtrack.capture.rules.rule import CellCode, CellValues

MOST = 5
"""How many names the card lists for one cell, the most likely results first."""
_COMPUTED = frozenset({Binding.ASSIGNED, Binding.UNPACKED, Binding.UPDATED})
_PLAIN = {
    Level.SETTING: "follows from settings alone",
    Level.COUNT: "a count",
    Level.INDEX: "an index",
}
"""The reason why a value that is not computed from data is not a result."""


class _Candidate(NamedTuple):
    name: str
    reason: str
    line: int
    computed: bool
    """Whether it is computed from data."""

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Sorts the most likely results first: words for results, then computed values, then the later in the code."""
        return not result_words.measures(self.name), not self.computed, -self.line


class Candidates:
    """The names of a cell that look like results but are not, according to the rules."""

    def __init__(self, code: CellCode) -> None:
        found = (_candidate(name, code) for name in code.graph.exit) if code.infer else ()
        self._found = sorted((one for one in found if one is not None), key=lambda one: one.rank)
        code.bound_results.update(one.name for one in self._found)

    def passed_over(self, values: CellValues, recorded: Iterable[str], *, has_metrics: bool) -> list[PassedOver]:
        """Return those that hold a number and were not recorded.

        If the cell has metrics, a value that is not computed from data counts only if its name is a word for a result.
        """
        taken = {part for key in recorded for part in (key, key.rpartition(".")[2])}
        return [
            PassedOver(one.name, one.reason, one.line, value)
            for one in self._found
            if one.name not in taken and (one.computed or not has_metrics or result_words.measures(one.name))
            if (value := values.number(one.name)) is not None
        ][:MOST]


def _candidate(name: str, code: CellCode) -> _Candidate | None:
    held = code.graph.reaching(name)
    if not held or not may_be_metric(name) or not all(one.binding in _COMPUTED for one in held):
        return None
    if all(code.graph.is_live_value(one.value) for one in held):
        return None
    computed = [one for one in held if is_computed(code.kinds.of_definition(one))]
    latest = held[-1]
    if not computed:
        reason = _PLAIN.get(max(code.kinds.of_definition(one).level for one in held))
        return _Candidate(name, reason, latest.line, computed=False) if reason is not None else None
    used = _use(computed, name)
    if used is not None:
        return _Candidate(name, used, latest.line, computed=True)
    if all(code.kinds.of_definition(one).open for one in computed):
        return _Candidate(name, _PLAIN[Level.SETTING], latest.line, computed=False)
    return None


def _use(definitions: Sequence[Definition], name: str) -> str | None:
    """Return in words what computes with a value: "used by acc, line 6"."""
    references = [one for definition in definitions for one in definition.references if _computes(one)]
    for one in sorted(references, key=_line):
        user = next((made.name for made in one.feeds if made.name != name), None)
        return f"used by {user}, line {_line(one)}" if user is not None else f"used on line {_line(one)}"
    return None


def _computes(reference: Reference) -> bool:
    return reference.use is Use.COMPUTED and not accumulates(reference)


def _line(reference: Reference) -> int:
    return getattr(reference.node, "lineno", 1)
