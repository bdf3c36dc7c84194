"""Search for experiments in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.entities import Page
from nbtrack.query.sql import Columns, ordering
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
    last = "r.id DESC" if query.order else "r.created DESC, r.id DESC"
    chosen = pagination.filter_condition(query, _COLUMNS, dialect, pagination.stage_condition(view))
    order = ordering(query.order, _COLUMNS, dialect, last=last)
    found, following = pagination.read_page(
        connection, rows.EXPERIMENT_COLUMNS, chosen, order, limit, pagination.read_token(token, search)
    )
    return Page(rows.experiments(connection, roots, found), following and pagination.write_token(following, search))
