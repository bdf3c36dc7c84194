"""Searching runs and experiments in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.entities import KeySummary, Overview, Page, RunColumns, ViewType
from nbtrack.errors import InvalidValue
from nbtrack.query.sql import Columns, Fragment, condition, ordering, probes, walk
from nbtrack.stores.sql import rows, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from nbtrack.entities import Experiment, Run, Sparse
    from nbtrack.query import Query
    from nbtrack.query.sql import Dialect, Ordering
    from nbtrack.stores.base import Keys
    from nbtrack.stores.sql.store import Connection

_EXPERIMENTS = Columns(
    table="experiments",
    attributes={
        "name": "r.name",
        "experiment_id": "CAST(r.id AS TEXT)",
        "creation_time": "r.created",
        "last_update_time": "r.updated",
    },
    tables={"tag": ("experiment_tags", "experiment")},
)


def _runs(places: rows.Places) -> Columns:
    attributes = {each: f"r.{each}" for each in ("run_id", "user_id", "status", "start_time", "end_time")}
    home = places.root.replace("'", "''")
    artifacts = (
        f"CASE WHEN r.artifact_uri IS NULL THEN '{home}/' || r.experiment || '/' || r.run_id || '/artifacts'"
        f" WHEN r.artifact_uri LIKE './%' THEN '{home}' || SUBSTR(r.artifact_uri, 2) ELSE r.artifact_uri END"
    )
    return Columns(
        table="runs",
        attributes={
            **attributes,
            "run_name": "r.name",
            "artifact_uri": artifacts,
            "duration": "(r.end_time - r.start_time)",
        },
        tables={"metric": ("latest_metrics", "run"), "param": ("params", "run"), "tag": ("tags", "run")},
    )


def _stage(view: ViewType) -> list[Fragment]:
    if view == ViewType.ALL:
        return []
    return [Fragment("r.stage = ?", ("active" if view == ViewType.ACTIVE_ONLY else "deleted",))]


def _joined(parts: Sequence[Fragment]) -> Fragment:
    sql = " AND ".join(each.sql for each in parts) or "1 = 1"
    return Fragment(sql, tuple(value for each in parts for value in each.values))


def _selected(query: Query, columns: Columns, dialect: Dialect, parts: list[Fragment]) -> Fragment:
    where = [condition(query.where, columns, dialect)] if query.where is not None else []
    return _joined([*parts, *where])


def _of(experiment_ids: Sequence[str]) -> Fragment:
    odd = next((each for each in experiment_ids if not str(each).isdecimal()), None)
    if odd is not None:
        msg = f"an experiment id is a whole number, not {odd!r}"
        raise InvalidValue(msg)
    numbers = tuple(int(each) for each in experiment_ids)
    return Fragment(f"r.experiment IN ({','.join('?' * len(numbers))})", numbers)


def _page(
    connection: Connection,
    columns: str,
    table: str,
    selected: Fragment,
    order: Ordering,
    limit: int,
    place: tokens.Place,
) -> tuple[list[tuple[Any, ...]], tokens.Place | None]:
    """Return the rows of one page, and where the next one starts."""
    newest = place.newest
    if newest is None:
        found = rows.single(connection.execute(f"SELECT MAX(id) FROM {table}"))
        newest = (found and found[0]) or 0
    chosen = f"SELECT {columns} FROM {order.source.sql} WHERE {order.joined.sql} AND {selected.sql} AND r.id <= ?"
    sql = f"{chosen} ORDER BY {order.terms} LIMIT ? OFFSET ?"
    values = (*order.source.values, *order.joined.values, *selected.values, newest, limit + 1, place.offset)
    page = list(connection.execute(sql, values))
    following = tokens.Place(place.offset + limit, newest) if len(page) > limit else None
    return page[:limit], following


FEW = 2_000
"""Matches up to which a search begins with listing them."""


def _narrow(connection: Connection, query: Query, columns: Columns, dialect: Dialect) -> bool:
    """Tell whether few rows pass one of the conditions that must hold."""
    for probe in probes(query.where, columns, dialect):
        counted = connection.execute(f"SELECT COUNT(*) FROM ({probe.sql} LIMIT ?) p", (*probe.values, FEW + 1))
        if (rows.single(counted) or (0,))[0] <= FEW:
            return True
    return False


def _first_runs(
    connection: Connection,
    places: rows.Places,
    dialect: Dialect,
    among: list[Fragment],
    query: Query,
    limit: int,
    place: tokens.Place,
) -> tuple[list[tuple[Any, ...]], tokens.Place | None]:
    """Return the rows of a page of runs: by listing what passes where that is little, else along an index."""
    columns, last = _runs(places), "r.start_time DESC, r.run_id"
    if not _narrow(connection, query, columns, dialect):
        columns = columns._replace(each=True)
        along = walk(query.order, columns, dialect, last=last)
        if along is not None:
            selected = _selected(query, columns, dialect, among)
            page, following = _page(connection, rows.RUN_COLUMNS, "runs", selected, along, limit, place)
            if following is not None:
                return page, following
    selected = _selected(query, columns, dialect, among)
    order = ordering(query.order, columns, dialect, last=last)
    return _page(connection, rows.RUN_COLUMNS, "runs", selected, order, limit, place)


def runs(
    connection: Connection,
    places: rows.Places,
    dialect: Dialect,
    experiment_ids: Sequence[str],
    query: Query,
    view: ViewType,
    limit: int,
    token: str | None,
    offset: int,
) -> Page[Run]:
    """Return a page of runs."""
    search = ("runs", sorted(experiment_ids), query.text, query.order_by, int(view))
    place = tokens.read(token, search).further(offset)
    if not experiment_ids:
        return Page()
    among = [_of(experiment_ids), *_stage(view)]
    page, following = _first_runs(connection, places, dialect, among, query, limit, place)
    return Page(rows.runs(connection, places, page), following and tokens.write(following, search))


def run_columns(
    connection: Connection,
    places: rows.Places,
    dialect: Dialect,
    experiment_ids: Sequence[str],
    query: Query,
    view: ViewType,
    limit: int,
    keys: Keys | None,
) -> RunColumns:
    """Return the first runs of a search as columns."""
    if not experiment_ids:
        return RunColumns([], {}, {}, {})
    among = [_of(experiment_ids), *_stage(view)]
    found, _ = _first_runs(connection, places, dialect, among, query, limit, tokens.Place())
    at = {row[0]: number for number, row in enumerate(found)}
    everything = rows.single(connection.execute("SELECT COUNT(*) FROM runs")) == (len(found),)
    whose = Fragment("1 = 1") if everything else _among(_selected(query, _runs(places), dialect, among))
    held = [
        _sparse(connection, table, whose, at, None if keys is None else keys.get(entity, ()))
        for entity, table in (("metrics", "latest_metrics"), ("params", "params"), ("tags", "tags"))
    ]
    return RunColumns([rows.info(row, places) for row in found], *held)


def _sparse(
    connection: Connection, table: str, among: Fragment, at: dict[int, int], keys: Sequence[str] | None
) -> Sparse:
    """Return what some runs hold in a table, key by key; `at` tells the place of each run."""
    columns: Sparse = {}
    if keys is not None and not keys:
        return columns
    chosen = Fragment("", ()) if keys is None else Fragment(f" AND key IN ({','.join('?' * len(keys))})", tuple(keys))
    found: Iterable[tuple[Any, ...]] = connection.execute(
        f"SELECT key, run, value FROM {table} WHERE {among.sql}{chosen.sql}", (*among.values, *chosen.values)
    )
    for key, run, value in found:
        place = at.get(run)
        if place is None:
            continue
        column = columns.get(key)
        if column is None:
            column = columns[key] = ([], [])
        column[0].append(place)
        column[1].append(rows.NAN if value is None else value)
    return columns


def experiments(
    connection: Connection,
    places: rows.Places,
    dialect: Dialect,
    query: Query,
    view: ViewType,
    limit: int,
    token: str | None,
) -> Page[Experiment]:
    """Return a page of experiments."""
    search = ("experiments", query.text, query.order_by, int(view))
    place = tokens.read(token, search)
    selected = _selected(query, _EXPERIMENTS, dialect, _stage(view))
    last = "r.id DESC" if query.order else "r.created DESC, r.id"
    order = ordering(query.order, _EXPERIMENTS, dialect, last=last)
    page, following = _page(connection, rows.EXPERIMENT_COLUMNS, "experiments", selected, order, limit, place)
    return Page(rows.experiments(connection, places, page), following and tokens.write(following, search))


def overview(
    connection: Connection,
    places: rows.Places,
    dialect: Dialect,
    experiment_ids: Sequence[str],
    query: Query,
    view: ViewType,
) -> Overview:
    """Return how many runs a search finds, and what they hold key by key."""
    if not experiment_ids:
        return Overview(0, {}, {}, {})
    selected = _selected(query, _runs(places), dialect, [_of(experiment_ids), *_stage(view)])
    counted = connection.execute(
        f"SELECT (SELECT COUNT(*) FROM runs r WHERE {selected.sql}), (SELECT COUNT(*) FROM runs)", selected.values
    )
    total, everything = rows.single(counted) or (0, 0)
    among = Fragment("1 = 1") if total == everything else _among(selected)
    summaries: list[dict[str, KeySummary]] = []
    for table in ("params", "latest_metrics", "tags"):
        sql = f"SELECT key, COUNT(*), MIN(value), MAX(value) FROM {table} WHERE {among.sql} GROUP BY key"
        held: Iterable[tuple[Any, ...]] = connection.execute(sql, among.values)
        summaries.append({key: KeySummary(*summary) for key, *summary in held})
    return Overview(total, summaries[0], summaries[1], summaries[2])


def _among(selected: Fragment) -> Fragment:
    """Return the condition that a row belongs to a selected run; the sign keeps SQLite on the order of the keys."""
    return Fragment(f"+run IN (SELECT r.id FROM runs r WHERE {selected.sql})", selected.values)
