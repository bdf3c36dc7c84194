"""Search for experiments in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.entities import Page
from nbtrack.query.ordering import Term, ordering
from nbtrack.query.sql import Columns
from nbtrack.stores.sql import pagination, rows

if TYPE_CHECKING:
    from nbtrack.entities import Experiment, ViewType
    from nbtrack.query import Query
    from nbtrack.query.sql import Dialect
    from nbtrack.stores.sql.database import Connection

_COLUMNS = Columns(
    table="experiments",
    attributes={
        "name": "r.name",
        "experiment_id": "CAST(r.id AS TEXT)",
        "creation_time": "r.created",
        "last_update_time": "r.updated",
    },
    tables={"tag": ("experiment_tags", "experiment")},
    ordered={"experiment_id": "r.id"},
)


def search(
    connection: Connection,
    roots: rows.ArtifactRoots,
    dialect: Dialect,
    query: Query,
    view: ViewType,
    limit: int,
    token: str | None,
) -> Page[Experiment]:
    """Return a page of experiments."""
    search = ("experiments", query.text, query.order_by, int(view))
    last = [Term("r.id", descending=True)]
    order = ordering(
        query.order, _COLUMNS, dialect, last if query.order else [Term("r.created", descending=True), *last]
    )
    chosen = pagination.filter_condition(query, _COLUMNS, dialect, pagination.stage_condition(view))
    place = pagination.read_token(token, search, order.terms)
    statement = pagination.page_statement(rows.EXPERIMENT_COLUMNS, [order.also(chosen)], limit, place)
    read = list(connection.execute(statement.sql, statement.values))
    found = [row[: rows.EXPERIMENT_WIDTH] for row in read[:limit]]
    following = None
    if len(read) > limit:
        following = pagination.write_token(read[limit - 1][rows.EXPERIMENT_WIDTH :], search)
    return Page(rows.experiments(connection, roots, found), following)
