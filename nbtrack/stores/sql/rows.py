"""Rows → records, a page at a time: one statement per table, whatever the number of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from nbtrack.entities import Dataset, DatasetInput, Experiment, Metric, Run, RunData, RunInfo, RunInputs, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.stores.sql.database import Connection

RUN_COLUMNS = (
    "r.id, r.run_id, r.experiment, r.name, r.user_id, r.status, r.start_time, r.end_time, r.artifact_uri, r.stage,"
    " r.deleted"
)
INFO_COLUMNS = "r.id, r.run_id, r.experiment, r.status, r.artifact_uri, r.start_time, r.end_time"
EXPERIMENT_COLUMNS = "r.id, r.name, r.artifact_location, r.stage, r.created, r.updated"
RUN_WIDTH, INFO_WIDTH, EXPERIMENT_WIDTH = (
    each.count(",") + 1 for each in (RUN_COLUMNS, INFO_COLUMNS, EXPERIMENT_COLUMNS)
)
"""How many columns these are."""

Value = TypeVar("Value")

_MAX_PLACEHOLDERS = 30_000


class ArtifactRoots(NamedTuple):
    """Where artifacts are stored unless the experiment has its own location."""

    root: str

    def of_experiment(self, experiment: object, location: str | None) -> str:
        """Return the artifact location of an experiment."""
        return location or f"{self.root}/{experiment}"

    def of_run(self, experiment: object, run_id: str, uri: str | None) -> str:
        """Return the artifact location of a run; a `uri` that begins with ``./`` is relative to the root."""
        if uri is None:
            return f"{self.root}/{experiment}/{run_id}/artifacts"
        return self.root + uri[1:] if uri.startswith("./") else uri


NAN = float("nan")


def metric_value(value: object) -> float:
    """Return a metric value as it was logged, NaN for NULL."""
    return NAN if value is None else value  # type: ignore[return-value] # the column has the type REAL


def first_row(connection: Connection, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
    """Run a statement and return its first row, or None."""
    return next(iter(connection.execute(sql, values)), None)


def select_in(connection: Connection, sql: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement with ``IN ({})``, in as many statements as the number of values requires."""
    for start in range(0, len(values), _MAX_PLACEHOLDERS):
        part = values[start : start + _MAX_PLACEHOLDERS]
        yield from connection.execute(sql.format(",".join("?" * len(part))), part)


def runs(connection: Connection, roots: ArtifactRoots, rows: Sequence[tuple[Any, ...]]) -> list[Run]:
    """Return the runs of rows of `RUN_COLUMNS`."""
    numbers = [row[0] for row in rows]
    latest: dict[int, list[Metric]] = {each: [] for each in numbers}
    params: dict[int, dict[str, str]] = {each: {} for each in numbers}
    tags: dict[int, dict[str, str]] = {each: {} for each in numbers}
    metrics = "SELECT run, key, value, timestamp, step FROM latest_metrics WHERE run IN ({})"
    for run, key, value, timestamp, step in select_in(connection, metrics, numbers):
        latest[run].append(Metric(key, metric_value(value), timestamp, step))
    for table, found in (("params", params), ("tags", tags)):
        statement = f"SELECT run, key, value FROM {table} WHERE run IN ({{}})"
        for run, key, value in select_in(connection, statement, numbers):
            found[run][key] = value
    inputs = _inputs(connection, numbers)
    return [
        Run(
            info(row, roots),
            RunData(
                {each.key: each.value for each in latest[row[0]]}, params[row[0]], tags[row[0]], tuple(latest[row[0]])
            ),
            RunInputs(tuple(inputs.get(row[0], ()))),
        )
        for row in rows
    ]


def info(row: tuple[Any, ...], roots: ArtifactRoots) -> RunInfo:
    """Return the info of a row of `RUN_COLUMNS`."""
    _, run_id, experiment, name, user, status, start, end, uri, stage, deleted = row
    home = roots.of_run(experiment, run_id, uri)
    return RunInfo(run_id, str(experiment), name, user, status, start, end, home, stage, deleted)


def infos(rows: Sequence[tuple[Any, ...]], roots: ArtifactRoots) -> dict[str, list[Any]]:
    """Return rows of `INFO_COLUMNS` as columns, by the names of `RunInfo`."""
    return {
        "run_id": [row[1] for row in rows],
        "experiment_id": [str(row[2]) for row in rows],
        "status": [row[3] for row in rows],
        "artifact_uri": [roots.of_run(row[2], row[1], row[4]) for row in rows],
        "start_time": [row[5] for row in rows],
        "end_time": [row[6] for row in rows],
    }


def _inputs(connection: Connection, numbers: Sequence[int]) -> dict[int, list[DatasetInput]]:
    tags: dict[tuple[int, int], list[Tag]] = {}
    statement = "SELECT run, dataset, key, value FROM input_tags WHERE run IN ({})"
    for run, dataset, key, value in select_in(connection, statement, numbers):
        tags.setdefault((run, dataset), []).append(Tag(key, value))
    inputs: dict[int, list[DatasetInput]] = {}
    statement = (
        "SELECT i.run, d.id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile"
        " FROM inputs i JOIN datasets d ON d.id = i.dataset WHERE i.run IN ({})"
    )
    for run, dataset, *fields in select_in(connection, statement, numbers):
        inputs.setdefault(run, []).append(DatasetInput(Dataset(*fields), tuple(tags.get((run, dataset), ()))))
    return inputs


def experiments(connection: Connection, roots: ArtifactRoots, rows: Sequence[tuple[Any, ...]]) -> list[Experiment]:
    """Return the experiments of rows of `EXPERIMENT_COLUMNS`."""
    tags: dict[int, dict[str, str]] = {row[0]: {} for row in rows}
    statement = "SELECT experiment, key, value FROM experiment_tags WHERE experiment IN ({})"
    for experiment, key, value in select_in(connection, statement, list(tags)):
        tags[experiment][key] = value
    return [
        Experiment(str(number), name, roots.of_experiment(number, location), stage, created, updated, tags[number])
        for number, name, location, stage, created, updated in rows
    ]
