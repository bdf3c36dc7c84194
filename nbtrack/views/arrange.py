"""Runs in groups, or below the run that they are nested in: the lines of a table, closed ones left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


class Line(NamedTuple):
    """One line: a run, or the heading of a group.

    `key` names what may be closed, `runs` says how many are below it, and `depth` how far it is set in.
    """

    run_id: str = ""
    label: str = ""
    depth: int = 0
    key: str = ""
    runs: int = 0
    closed: bool = False


def grouped(run_ids: Sequence[str], labels: Sequence[str | None], closed: Collection[str]) -> list[Line]:
    """Return a heading for each label, in the order in which they first come, and below it its runs."""
    groups: dict[str, list[str]] = {}
    for run_id, label in zip(run_ids, labels, strict=True):
        groups.setdefault("–" if label is None else label, []).append(run_id)
    lines = []
    for label, members in groups.items():
        key = f"group:{label}"
        lines.append(Line("", label, 0, key, len(members), key in closed))
        if key not in closed:
            lines += [Line(each, depth=1) for each in members]
    return lines


def nested(run_ids: Sequence[str], parents: Mapping[str, str], closed: Collection[str]) -> list[Line]:
    """Return each run below its parent, where that is one of these; a circle begins with its first run."""
    there, children = set(run_ids), dict[str, list[str]]()
    for each in run_ids:
        parent = parents.get(each)
        if parent in there and parent != each:
            children.setdefault(str(parent), []).append(each)
    below = {each for those in children.values() for each in those}
    tops = [each for each in run_ids if each not in below]
    seen: set[str] = set()
    lines = list(_descended(tops, children, closed, seen))
    return lines + list(_descended([each for each in run_ids if each not in seen], children, closed, seen))


def _descended(
    tops: Iterable[str], children: Mapping[str, Sequence[str]], closed: Collection[str], seen: set[str]
) -> Iterable[Line]:
    """Yield the lines below some runs; what is closed counts as seen all the same."""
    waiting = [(each, 0, True) for each in reversed(list(tops))]
    while waiting:
        run_id, depth, shown = waiting.pop()
        if run_id in seen:
            continue
        seen.add(run_id)
        own = children.get(run_id, ())
        if shown:
            yield Line(run_id, "", depth, run_id if own else "", len(own), run_id in closed)
        waiting += [(each, depth + 1, shown and run_id not in closed) for each in reversed(own)]
