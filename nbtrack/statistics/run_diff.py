"""What changed between two runs, from their store alone: parameters, code, data, packages, git, seeds, metrics."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.presentation import formatting, metric_goals
from nbtrack.statistics import data_diff, explained_code, recorded_context
from nbtrack.statistics.code_diff import compare_cells, compare_code
from nbtrack.statistics.seeds import is_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.entities import Run
    from nbtrack.statistics.code_diff import CodeChange, Line
    from nbtrack.statistics.recorded_context import Context

    Held = Mapping[str, str]
    Files = Callable[[str], ArtifactFolder]
    """Gives the artifacts of a run, by its id."""

CAUSES = ("parameter", "code", "earlier code", "data", "package", "git", "seed", "layout")
"""The kinds of changes that may have moved a metric, the most informative first."""
METRIC = "metric"
MOST_OF_NAME = 40
"""Characters of a commit or a branch that are shown."""


class Change(NamedTuple):
    """One thing that differs between two runs."""

    kind: str
    """One of `CAUSES`, or `METRIC`."""
    key: str
    before: str | None
    """None where the first run has none; also where only `note` describes the difference."""
    after: str | None
    note: str = ""
    lines: tuple[Line, ...] = ()
    """For code: the lines that differ, each with its sign."""

    @property
    def is_cause(self) -> bool:
        """Whether it may have moved a metric."""
        return self.kind in CAUSES and self.kind != "layout"

    @property
    def description(self) -> str:
        """The change without its key: ``0.1 → 0.01``, or `note`."""
        if self.before is None and self.after is None:
            return self.note
        sides = ["none" if each is None else each for each in (self.before, self.after)]
        rounded = [formatting.parameter(each) for each in sides]
        shown = (formatting.short(each, 80) for each in (sides if rounded[0] == rounded[1] else rounded))
        return " → ".join(shown) + (f"  {self.note}" if self.note else "")


def changes_between(before: Run, after: Run, files: Files, goals: Mapping[str, str]) -> tuple[list[Change], list[str]]:
    """Return what differs, the most informative first, and remarks on what could not be compared.

    Parameters
    ----------
    before, after : Run
        The two runs.
    files : callable
        Gives the artifacts of a run, by its id.
    goals : mapping
        ``min`` or ``max`` for metrics whose better direction the user has set.
    """
    old, new = (recorded_context.of_run(each, files) for each in (before, after))
    params = list(_params(before.data.params, after.data.params))
    found = [
        *(each for each in params if each.kind == "parameter"),
        *_code(old, new, params),
        *(Change("data", name, None, None, note) for name, note in data_diff.differences(before, after)),
        *(Change("package", *each) for each in _pairs(old.packages, new.packages)),
        *_git(before, after, old, new),
        *(each for each in params if each.kind == "seed"),
    ]
    found.sort(key=lambda each: CAUSES.index(each.kind))
    return [*found, *_metrics(before, after, goals)], [*_one_sided(old, new), *_sampled(before, after)]


def _one_sided(old: Context, new: Context) -> Iterator[str]:
    """Yield remarks on what only one of two runs has recorded."""
    if (old.code is None) != (new.code is None):
        yield "only one of the runs has recorded its code"
    if (old.packages is None) != (new.packages is None):
        yield "only one of the runs has recorded its packages"


def _sampled(before: Run, after: Run) -> Iterator[str]:
    names = [formatting.short(each, 40) for each in data_diff.compared_by_samples(before, after)]
    if names:
        yield f"only samples were compared of {', '.join(names)}"


def params_and_code(before: Held, after: Held, old: Context, new: Context) -> list[Change]:
    """Return the changes of parameters and code between two runs; `old` and `new` have their code."""
    params = list(_params(before, after))
    found = [*params, *_code(old, new, params)]
    return sorted(found, key=lambda each: CAUSES.index(each.kind))


# --- the parts


def _pairs(old: Held | None, new: Held | None) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield the keys whose values differ, where both runs have recorded any, with the two values."""
    if old is None or new is None:
        return
    for key in dict.fromkeys([*new, *old]):
        if not _is_same(old.get(key), new.get(key)):
            yield key, old.get(key), new.get(key)


def _is_same(old: str | None, new: str | None) -> bool:
    """Return whether two texts are equal, or denote the same number."""
    if old == new or old is None or new is None:
        return old == new
    try:
        return float(old) == float(new)
    except ValueError:
        return False


def _params(before: Held, after: Held) -> Iterator[Change]:
    """Yield the parameters that differ: the user's own names before the keywords of calls."""
    found = _pairs(before, after)
    for key, old, new in sorted(found, key=lambda each: each[0].count(".")):
        yield Change("seed" if is_seed(key) else "parameter", key, old, new)


def _code(old: Context, new: Context, params: list[Change]) -> Iterator[Change]:
    explains = explained_code.by_parameters((each.key, each.before, each.after) for each in params)
    found: list[tuple[str, CodeChange | None]] = []
    if old.code is not None and new.code is not None:
        found.append(("code", compare_code(old.code, new.code, explains)))
    if old.earlier is not None and new.earlier is not None:
        found.append(("earlier code", compare_cells(old.earlier, new.earlier, explains)))
    yield from (_as_change(kind, change) for kind, change in found if change is not None)


def _as_change(kind: str, change: CodeChange) -> Change:
    key = "code" if kind == "code" else "code of earlier cells"
    is_layout = not change.matters and not change.moved
    return Change("layout" if is_layout else kind, key, None, None, str(change), change.lines)


def _git(before: Run, after: Run, old: Context, new: Context) -> Iterator[Change]:
    for name, tag in (("branch", reserved.GIT_BRANCH), ("commit", reserved.GIT_COMMIT)):
        was, now = (each.data.tags.get(tag) for each in (before, after))
        if was and now and was != now:
            yield Change("git", name, was[:MOST_OF_NAME], now[:MOST_OF_NAME])
    # They are stored after the packages: without these, it is not known whether there are any.
    if None not in (old.packages, new.packages) and old.uncommitted != new.uncommitted:
        words = {(True, True): "others", (True, False): "none now", (False, True): "none before"}
        note = words[bool(old.uncommitted), bool(new.uncommitted)]
        yield Change("git", "uncommitted changes", None, None, note)


def _metrics(before: Run, after: Run, goals: Mapping[str, str]) -> Iterator[Change]:
    for key in dict.fromkeys([*after.data.metrics, *before.data.metrics]):
        old, new = before.data.metrics.get(key), after.data.metrics.get(key)
        if metric_goals.is_system_metric(key) or old == new or _both_nan(old, new):
            continue
        yield Change(METRIC, key, _number(old), _number(new), _verdict(key, old, new, goals))


def _number(value: float | None) -> str | None:
    return None if value is None else formatting.number(value)


def _both_nan(old: float | None, new: float | None) -> bool:
    return old is not None and new is not None and math.isnan(old) and math.isnan(new)


def _verdict(key: str, old: float | None, new: float | None, goals: Mapping[str, str]) -> str:
    """Return the direction and size of a change, and whether it is an improvement, if that is known."""
    difference = "" if old is None or new is None else formatting.change(old, new)
    if not difference:
        return ""
    goal, rises = metric_goals.goal_of(key, goals), difference.startswith("+")
    sign = f"{'▲' if rises else '▼'} {difference}"
    return sign if goal is None else f"{sign}, {'better' if rises == (goal == 'max') else 'worse'}"
