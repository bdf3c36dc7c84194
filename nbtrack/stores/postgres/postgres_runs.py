"""Runs in PostgreSQL, each made or read with all of its data by one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags as reserved
from nbtrack.entities import Dataset, DatasetInput, Metric, Run, RunData, RunInfo, RunInputs, Tag
from nbtrack.stores.sql import experiments, rows, runs
from nbtrack.validation import experiment_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.query.sql import Fragment
    from nbtrack.stores.postgres.session import Session

_CREATE = """
    WITH home AS (SELECT id, stage, artifact_location FROM experiments WHERE id = ? FOR SHARE),
    numbered AS (SELECT nextval(pg_get_serial_sequence('runs', 'id')) AS number),
    made AS (
        INSERT INTO runs (id, run_id, experiment, name, user_id, status, start_time, artifact_uri)
        SELECT number, CAST(? AS TEXT) || to_hex(number % 16), home.id, ?, ?, 'RUNNING', ?,
            rtrim(nullif(artifact_location, ''), '/') || '/' || CAST(? AS TEXT) || to_hex(number % 16) || '/artifacts'
        FROM home, numbered WHERE home.stage = 'active' RETURNING id, run_id, artifact_uri
    ),
    tagged AS (
        INSERT INTO tags SELECT made.id, given.key, given.value
        FROM made, unnest(CAST(? AS TEXT[]), CAST(? AS TEXT[])) AS given (key, value)
    )
    SELECT home.stage, made.run_id, made.artifact_uri FROM home LEFT JOIN made ON TRUE"""
_WITH_DATA = """
    SELECT page.*, metrics.*, params.*, tags.*, inputs.*
    FROM (SELECT found.*, row_number() OVER () AS place FROM ({page}) AS found) AS page,
    LATERAL (
        SELECT array_agg(key), array_agg(value), array_agg(timestamp), array_agg(step)
        FROM (SELECT * FROM latest_metrics WHERE run = page.id ORDER BY key) AS t
    ) AS metrics,
    LATERAL (
        SELECT array_agg(key), array_agg(value) FROM (SELECT * FROM params WHERE run = page.id ORDER BY key) AS t
    ) AS params,
    LATERAL (
        SELECT array_agg(key), array_agg(value) FROM (SELECT * FROM tags WHERE run = page.id ORDER BY key) AS t
    ) AS tags,
    LATERAL (
        SELECT json_agg(json_build_array(
            d.name, d.digest, d.source_type, d.source, d.schema, d.profile,
            (SELECT json_agg(json_build_array(key, value)) FROM input_tags WHERE run = i.run AND dataset = i.dataset)
        ) ORDER BY d.id)
        FROM inputs i JOIN datasets d ON d.id = i.dataset WHERE i.run = page.id
    ) AS inputs
    ORDER BY page.place"""
_DATA_WIDTH = 9
"""How many columns follow the place of a run on its page: four of metrics, two of parameters and tags, and inputs."""


class NewRun(NamedTuple):
    """A run to create."""

    experiment_id: str
    experiment: int
    random: str
    """The id of the run but for its last digit, which its number gives."""
    name: str
    user_id: str
    start_time: int
    tags: dict[str, str]

    @classmethod
    def described(
        cls, experiment_id: str, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
    ) -> NewRun:
        """Return a run with a name and the beginning of an id.

        Raises
        ------
        InvalidValue
            When the id of the experiment is not a number, or the name and its tag differ.
        """
        agreed, number = runs.agreed_name(name, tags), experiment_number(experiment_id)
        named = {**tags, reserved.RUN_NAME: agreed}
        return cls(experiment_id, number, runs.random_id(), agreed, user_id, start_time, named)

    def run_id(self, number: int) -> str:
        """Return the id that the run gets as the row of this number."""
        return f"{self.random}{number % 16:x}"

    def run(self, roots: rows.ArtifactRoots, run_id: str, uri: str | None) -> Run:
        """Return the run once it is created."""
        home, experiment = roots.of_run(self.experiment, run_id, uri), str(self.experiment)
        info = RunInfo(
            run_id, experiment, self.name, self.user_id, "RUNNING", self.start_time, None, home, "active", None
        )
        return Run(info, RunData({}, {}, self.tags, ()), RunInputs(()))


def create(session: Session, roots: rows.ArtifactRoots, new: NewRun) -> Run:
    """Insert a RUNNING run; its experiment can't be deleted meanwhile, and other runs can be made."""
    given = (new.experiment, new.random, new.name, new.user_id, new.start_time, new.random)
    made = session.execute(_CREATE, (*given, list(new.tags), list(new.tags.values())))
    stage, run_id, uri = experiments.existing(new.experiment_id, made)
    runs.require_active_experiment(new.experiment_id, stage)
    return new.run(roots, run_id, uri)


def get(session: Session, roots: rows.ArtifactRoots, run_id: str) -> Run:
    """Return one run."""
    page = f"SELECT {rows.RUN_COLUMNS} FROM runs r WHERE r.run_id = ?"
    return _run(runs.existing(run_id, session.execute(_WITH_DATA.format(page=page), (run_id,))), roots)


def of_page(session: Session, roots: rows.ArtifactRoots, page: Fragment) -> list[tuple[Run, tuple[Any, ...]]]:
    """Return the runs of a statement that selects `rows.RUN_COLUMNS`, each with the columns that follow these."""
    found = session.execute(_WITH_DATA.format(page=page.sql), page.values)
    return [(_run(row, roots), row[rows.RUN_WIDTH : -_DATA_WIDTH - 1]) for row in found]


def _run(row: tuple[Any, ...], roots: rows.ArtifactRoots) -> Run:
    keys, values, moments, steps, *texts, inputs = row[-_DATA_WIDTH:]
    latest = tuple(
        Metric(key, rows.metric_value(value), moment, step)
        for key, value, moment, step in zip(keys or (), values or (), moments or (), steps or (), strict=True)
    )
    params, tags = (dict(zip(texts[at] or (), texts[at + 1] or (), strict=True)) for at in (0, 2))
    return Run(
        rows.info(row[: rows.RUN_WIDTH], roots),
        RunData({each.key: each.value for each in latest}, params, tags, latest),
        RunInputs(tuple(_input(each) for each in inputs or ())),
    )


def _input(fields: Sequence[Any]) -> DatasetInput:
    *described, tags = fields
    return DatasetInput(Dataset(*described), tuple(Tag(*each) for each in tags or ()))
