"""How much space each experiment takes in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nbtrack.stores.sql.database import Connection, PointStorage

_SUMS = """
    SELECT r.experiment, COUNT(*), 0, 0 FROM runs r GROUP BY r.experiment
    UNION ALL
    SELECT r.experiment, 0, SUM(c.count), SUM(c.bytes) FROM ({counts}) AS c JOIN runs r ON r.id = c.run
    GROUP BY r.experiment"""
_TEXTS = """
    UNION ALL
    SELECT r.experiment, 0, 0, SUM(LENGTH(t.key) + LENGTH(t.value)) FROM {table} t JOIN runs r ON r.id = t.run
    GROUP BY r.experiment"""
_STATEMENT = (
    "SELECT e.id, e.name, e.stage, COALESCE(SUM(runs), 0), COALESCE(SUM(points), 0), COALESCE(SUM(bytes), 0)"
    " FROM experiments e LEFT JOIN (SELECT experiment, 0 AS runs, 0 AS points, 0 AS bytes FROM runs WHERE 1 = 0"
    " UNION ALL {sums}) AS s ON s.experiment = e.id GROUP BY e.id, e.name, e.stage ORDER BY 6 DESC, e.id"
)


class ExperimentSize(NamedTuple):
    """The runs of an experiment, including the trash, their points, and about their bytes without indexes."""

    experiment_id: str
    name: str
    lifecycle_stage: str
    runs: int
    points: int
    database_bytes: int


def sizes(connection: Connection, storage: PointStorage) -> list[ExperimentSize]:
    """Return the size of each experiment, the largest first."""
    parts = [_SUMS.format(counts=storage.COUNTS), *(_TEXTS.format(table=each) for each in ("params", "tags"))]
    found = connection.execute(_STATEMENT.format(sums="".join(parts)))
    return [ExperimentSize(str(number), name, stage, *map(int, sums)) for number, name, stage, *sums in found]
