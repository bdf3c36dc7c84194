"""The difference of two runs as data, with its views: text, HTML, sections of a panel, JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbtrack.presentation import section_painting, sections
from nbtrack.presentation.formatting import short
from nbtrack.presentation.metric_goals import NO_GOALS
from nbtrack.statistics.data_diff import SEPARATOR
from nbtrack.statistics.run_diff import METRIC, Change, changes_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.statistics.run_diff import Files

MOST_IN_LINE = 4
"""Changes that are named in one line."""
MOST_CODE_LINES = 40
"""Lines of one diff that are printed as text."""


@dataclass(frozen=True, slots=True, repr=False)
class RunDiff:
    """What changed from one run to another, the most informative first.

    It prints as text, and shows as HTML in a notebook; `to_dict` gives it as plain data.
    """

    before: str
    """The name of the first run."""
    after: str
    before_id: str
    after_id: str
    changes: tuple[Change, ...]
    remarks: tuple[str, ...] = ()
    """Notes on what could not be compared."""

    @property
    def causes(self) -> tuple[Change, ...]:
        """The changes that may have moved a metric."""
        return tuple(each for each in self.changes if each.is_cause)

    @property
    def metrics(self) -> tuple[Change, ...]:
        """The metrics that differ."""
        return tuple(each for each in self.changes if each.kind == METRIC)

    def line(self) -> str:
        """Return the causes in one line: ``lr 0.1 → 0.01, code (2 lines)``; empty where there are none."""
        return one_line(self.changes)

    def __str__(self) -> str:
        return "\n".join([f"{self.before} → {self.after}", *self._lines()])

    def __repr__(self) -> str:
        return str(self)

    def _lines(self) -> Iterator[str]:
        width = max((len(_heading(each)) for each in self.changes), default=0)
        for change in self.changes:
            yield f"  {_heading(change):{width}}  {change.description}"
            yield from (f"    {sign} {line}" for sign, line in _printed(change))
        yield from (f"  {each}" for each in self._remarks())

    def _remarks(self) -> Iterator[str]:
        if not self.changes:
            yield "No recorded difference."
        yield from (f"Note: {each}" for each in self.remarks)

    def causes_section(self) -> sections.Values:
        """Return everything but the metrics as a section of a panel."""
        rows = [row for each in self.changes if each.kind != METRIC for row in _rows(each)]
        rows = rows or [("", "nothing that was recorded, except for metrics")]
        return sections.Values("what changed", (*rows, *(("note", each) for each in self.remarks)))

    def code_sections(self, *kinds: str) -> list[sections.Code]:
        """Return the lines that differ as sections of a panel, for these kinds of changes."""
        found = [each for each in self.changes if each.lines and each.kind in kinds]
        return [sections.Code(f"{each.key}: {self.before} → {self.after}", each.lines, "python") for each in found]

    def _repr_html_(self) -> str:
        rows = [row for each in self.changes for row in _rows(each)]
        rows += [("", each) for each in self._remarks()]
        codes = self.code_sections("code", "earlier code")
        shown: list[sections.Section] = [sections.Values("what changed", tuple(rows)), *codes]
        return section_painting.static_html(f"{self.before} → {self.after}", shown, "")

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, as it may be written as JSON."""
        return {
            "before": {"run_id": self.before_id, "name": self.before},
            "after": {"run_id": self.after_id, "name": self.after},
            "changes": [{**each._asdict(), "lines": [list(line) for line in each.lines]} for each in self.changes],
            "remarks": list(self.remarks),
        }


def diff_runs(before: Run, after: Run, files: Files, goals: Mapping[str, str] = NO_GOALS) -> RunDiff:
    """Return what changed from one run to another, according to their store.

    Parameters
    ----------
    before, after : Run
        The two runs.
    files : callable
        Gives the artifacts of a run, by its id.
    goals : mapping, optional
        ``min`` or ``max`` for metrics whose better direction the user has set.
    """
    changes, remarks = changes_between(before, after, files, goals)
    old, new = before.info, after.info
    return RunDiff(old.run_name, new.run_name, old.run_id, new.run_id, tuple(changes), tuple(remarks))


def one_line(changes: Iterable[Change]) -> str:
    """Return the changes that may have moved a metric in one line."""
    causes = [each for each in changes if each.is_cause]
    more = len(causes) - MOST_IN_LINE
    named = [_in_line(each) for each in causes[:MOST_IN_LINE]]
    return ", ".join([*named, *([f"and {more} more"] if more > 0 else [])])


def _in_line(change: Change) -> str:
    description = change.description
    if change.before is None and change.after is None:
        description = f"({description})"
    return f"{short(_heading(change), 40)} {short(description, 60)}"


def _rows(change: Change) -> list[tuple[str, str]]:
    """Return a change as rows of a table: several where much has changed in the data."""
    descriptions = change.description.split(SEPARATOR) if change.kind == "data" else [change.description]
    return [(_heading(change), each) for each in descriptions]


def _heading(change: Change) -> str:
    return f"{change.kind} {change.key}" if change.kind in {"data", "git", "package"} else change.key


def _printed(change: Change) -> Sequence[tuple[str, str]]:
    """Return the lines of a diff that are printed: those that differ."""
    lines = [each for each in change.lines if each[0] in "+-"]
    more = len(lines) - MOST_CODE_LINES
    return [*lines[:MOST_CODE_LINES], *([("", f"and {more} more lines")] if more > 0 else [])]
