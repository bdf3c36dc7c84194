"""What changed between two runs, and groups of runs compared, as answers of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.entities import ViewType
from nbtrack.statistics.diff_views import diff_runs
from nbtrack.summaries import budget
from nbtrack.summaries.recorded_text import line, number
from nbtrack.tracking.group_comparison import MOST_RUNS, compare_groups
from nbtrack.tracking.run_annotations import goals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
    from nbtrack.statistics.run_diff import Change
    from nbtrack.summaries.run_source import RunSource

MOST_CODE_LINES = 400
REMARK = 400
"""Characters of a sentence."""


def diff(source: RunSource, before: str, after: str, tokens: int = budget.DEFAULT) -> dict[str, Any]:
    """Return what changed from one run to another, the most informative first; see `budget.answer`."""
    old, new = source.run(before), source.run(after)
    found = diff_runs(old, new, source.files, goals(source.client, new.info.experiment_id))
    facts = {
        "before": _named(old),
        "after": _named(new),
        "changes": [_change(each) for each in found.changes if each not in found.metrics] or "none recorded",
        "metrics": [_change(each) for each in found.metrics],
        "code_lines": [line(f"{sign} {text}") for each in found.changes for sign, text in each.lines if sign in "+-"][
            :MOST_CODE_LINES
        ],
        "remarks": [line(each, REMARK) for each in found.remarks],
    }
    return budget.answer(facts, tokens, {"code_lines": "the tool code shows each run's code"})


def _named(run: Run) -> dict[str, str]:
    return {"run": line(run.info.run_name, 80), "run_id": run.info.run_id}


def _change(change: Change) -> dict[str, str]:
    said = {"before": change.before, "after": change.after, "note": change.note or None}
    known = {key: line(value) for key, value in said.items() if value is not None}
    return {"kind": change.kind, "key": line(change.key), **known}


def compare(
    source: RunSource,
    runs: Sequence[str] = (),
    *,
    filter: str = "",
    experiment: str | None = None,
    by: Sequence[str] = (),
    metric: str | None = None,
    tokens: int = budget.DEFAULT,
) -> dict[str, Any]:
    """Return groups of runs compared over their seeds by a metric; see `compare_groups` and `budget.answer`.

    Without `runs`, those that a filter finds in an experiment, or in all.
    """
    chosen: Sequence[Run | str] = runs or _found(source, filter, experiment)
    compared = compare_groups(chosen, by=by, metric=metric, client=source.client)
    facts = {
        "metric": line(compared.metric),
        "better": compared.goal,
        "conclusion": line(compared.conclusion(), REMARK),
        "groups": [_cleaned(each) for each in compared.records()],
        "remarks": [line(each, REMARK) for each in compared.remarks],
    }
    return budget.answer(facts, tokens, {"groups": "the best come first; group by fewer columns"})


def _found(source: RunSource, filter: str, experiment: str | None) -> Sequence[Run]:
    query = source.client.parse_query(filter)
    ids = source.experiment_ids(experiment)
    return source.client.store.search_runs(ids, query, ViewType.ACTIVE_ONLY, MOST_RUNS)


def _cleaned(record: dict[str, Any]) -> dict[str, Any]:
    return {line(key, 80): _value(value) for key, value in record.items() if value not in (None, "")}


def _value(value: Any) -> Any:
    if isinstance(value, float):
        return number(value)
    return line(value) if isinstance(value, str) else value
