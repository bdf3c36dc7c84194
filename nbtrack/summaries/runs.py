"""Experiments, searches and runs as answers of bounded size."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.alerting.alert import from_tags
from nbtrack.entities import ViewType
from nbtrack.errors import NbtrackError
from nbtrack.presentation import metric_goals, run_values
from nbtrack.presentation.formatting import counted, duration, moment
from nbtrack.stores import live_values
from nbtrack.summaries import budget
from nbtrack.summaries.recorded_text import PARAGRAPH, line, lines, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.alerting.alert import Alert
    from nbtrack.entities import Experiment, Overview, Run
    from nbtrack.summaries.run_source import RunSource

MOST_RUNS = 500
"""Runs of one search."""
MOST_COLUMNS = 6
"""Parameters, and metrics, that a search shows when none are chosen."""
MOST_FILES = 100
SHORT = 60
"""Characters of a value in a table."""


def experiments(source: RunSource, filter: str = "", tokens: int = budget.DEFAULT) -> dict[str, Any]:
    """Return the experiments that a filter finds, the newest first; see `budget.answer`."""
    found = source.client.search_experiments(ViewType.ACTIVE_ONLY, MOST_RUNS, filter)
    facts = {"experiments": [_experiment(each) for each in found]}
    return budget.answer(facts, tokens, {"experiments": "narrow it down, as in filter=\"name LIKE 'fraud%'\""})


def _experiment(found: Experiment) -> dict[str, Any]:
    note = found.tags.get(reserved.NOTE)
    changed = found.last_update_time
    return {
        "id": found.experiment_id,
        "name": line(found.name),
        **({"updated": moment(changed)} if changed else {}),
        **({"note": line(note)} if note else {}),
    }


def search(
    source: RunSource,
    filter: str = "",
    *,
    experiment: str | None = None,
    order_by: Sequence[str] = (),
    columns: Sequence[str] = (),
    limit: int = 20,
    offset: int = 0,
    tokens: int = budget.DEFAULT,
) -> dict[str, Any]:
    """Return the runs that a filter finds as a table; see `budget.answer`.

    Parameters
    ----------
    source : RunSource
        The store.
    filter : str
        In MLflow's grammar, such as ``metrics.acc > 0.9 and params.model = 'svm'``.
    experiment : str, optional
        An experiment, by id or name; by default all.
    order_by : sequence of str
        Such as ``metrics.acc DESC``; by default the newest run comes first.
    columns : sequence of str
        Such as ``params.lr`` and ``metrics.acc``; by default the parameters that differ and some metrics.
    limit, offset : int
        How many runs to return at most, and how many to skip before.
    tokens : int
        The budget of the answer.
    """
    client, ids = source.client, source.experiment_ids(experiment)
    query = client.parse_query(filter, list(order_by))
    found = client.store.search_runs(ids, query, ViewType.ACTIVE_ONLY, max(1, min(limit, MOST_RUNS)), None, offset)
    overview = client.store.overview(ids, query, ViewType.ACTIVE_ONLY)
    total, names = overview.total, list(columns) or _default_columns(overview, found, source)
    facts = {
        "total": total,
        "offset": offset,
        "columns": ["run", "run_id", "status", *(line(each, SHORT) for each in names)],
        "rows": [_row(run, names) for run in found],
    }
    if overview.estimated:
        facts["total_is_estimated"] = True
    following = offset + len(found)
    rest = [f"{counted(total - following, 'more run')}: offset={following}"] if following < total else []
    more = {"rows": "choose columns, or ask for fewer runs with limit and offset"}
    return budget.answer(facts, tokens, more, rest)


def _default_columns(overview: Overview, runs: Sequence[Run], source: RunSource) -> list[str]:
    """Return the parameters that differ in all runs that are found, and metrics of those that are shown."""
    goals = metric_goals.from_experiments(
        source.client.get_experiment(each) for each in dict.fromkeys(run.info.experiment_id for run in runs)
    )
    params = [key for key, each in overview.params.items() if each.low != each.high or each.runs < overview.total]
    metrics = [each for each in run_values.axis_choices(runs, goals) if each.startswith("metrics.")]
    return [*(f"params.{key}" for key in params[:MOST_COLUMNS]), *metrics[:MOST_COLUMNS]]


def _row(run: Run, columns: Sequence[str]) -> list[Any]:
    info = run.info
    return [line(info.run_name, SHORT), info.run_id, info.status, *(_cell(run, each) for each in columns)]


def _cell(run: Run, column: str) -> float | str | None:
    value = run_values.value(run, column)
    return number(value) if isinstance(value, float) else None if value is None else line(value, SHORT)


def run(source: RunSource, name: str, tokens: int = budget.DEFAULT) -> dict[str, Any]:
    """Return what a run recorded, without the histories of its metrics; see `budget.answer`."""
    found = source.run(name)
    facts = {**_info(source, found), **_data(found), "files": _files(source, found.info.run_id)}
    return budget.answer(facts, tokens, {"files": "list them with nbtrack artifacts list"})


def _info(source: RunSource, run: Run) -> dict[str, Any]:
    info, tags = run.info, run.data.tags
    texts = {"error": reserved.ERROR, "changed": reserved.CHANGED, "interrupted": reserved.INTERRUPTED}
    return {
        "run": line(info.run_name),
        "run_id": info.run_id,
        "experiment": line(source.client.get_experiment(info.experiment_id).name),
        "status": info.status,
        "started": moment(info.start_time),
        "took": None if info.end_time is None else duration(info.end_time - info.start_time),
        "parent_run_id": run.parent_id and line(run.parent_id),
        **{key: tags.get(name) and line(tags[name]) for key, name in texts.items()},
        "alerts": [_alert(each) for each in reversed(from_tags(tags))],
        "live_values": {line(key): number(value) for key, value in live_values.of_run(run).items()},
        "note": lines(tags.get(reserved.NOTE, ""), PARAGRAPH),
    }


def _alert(alert: Alert) -> dict[str, str]:
    described = {"level": alert.level, "title": line(alert.title), "at": moment(alert.time // 1_000_000)}
    return {**described, "text": line(alert.text)} if alert.text else described


def _data(run: Run) -> dict[str, Any]:
    data, latest = run.data, {each.key: each.step for each in run.data.latest}
    ordered = sorted(data.metrics, key=lambda key: (metric_goals.is_system_metric(key), key))
    own = {key: value for key, value in data.tags.items() if not key.startswith(reserved.HIDDEN_PREFIXES)}
    return {
        "metrics": {line(key): {"last": number(data.metrics[key]), "step": latest.get(key)} for key in ordered},
        "params": {line(key): line(value) for key, value in sorted(data.params.items())},
        "tags": {line(key): line(value) for key, value in sorted(own.items())},
        "datasets": [_dataset(each.dataset) for each in run.inputs.dataset_inputs],
    }


def _dataset(dataset: Any) -> dict[str, str]:
    return {"name": line(dataset.name), "digest": line(dataset.digest), "source_type": line(dataset.source_type)}


def _files(source: RunSource, run_id: str) -> list[str]:
    try:
        found = [each.path for each in islice(source.files(run_id).walk(), MOST_FILES)]
    except NbtrackError as error:
        return [line(f"not readable: {error.message}")]
    return [line(each) for each in sorted(found)]
