"""SELECT statements over any store: its runs as tables of a database in memory, which a statement can only read."""

from __future__ import annotations

import contextlib
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import apsw

from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue, Refused
from nbtrack.query import Query
from nbtrack.stores.point_table import POINT_COLUMNS, PointModule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.interface import Store

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "runs": (
        "run_id",
        "name",
        "experiment_id",
        "experiment",
        "status",
        "user_id",
        "start_time",
        "end_time",
        "seconds",
    ),
    "params": ("run_id", "key", "value"),
    "metrics": ("run_id", "key", "value", "step", "timestamp"),
    "tags": ("run_id", "key", "value"),
    "points": POINT_COLUMNS,
}
"""The views and their columns; times are in milliseconds since the epoch (UTC), NaN is NULL."""
_TABLES = """
CREATE TABLE runs (run_id TEXT PRIMARY KEY, name TEXT, experiment_id TEXT, experiment TEXT, status TEXT, user_id TEXT,
    start_time INTEGER, end_time INTEGER, seconds REAL) WITHOUT ROWID;
CREATE TABLE params (run_id TEXT, key TEXT, value, PRIMARY KEY (run_id, key)) WITHOUT ROWID;
CREATE TABLE metrics (run_id TEXT, key TEXT, value REAL, step INTEGER, timestamp INTEGER, PRIMARY KEY (run_id, key))
    WITHOUT ROWID;
CREATE TABLE tags (run_id TEXT, key TEXT, value TEXT, PRIMARY KEY (run_id, key)) WITHOUT ROWID;
"""
PAGE = 5_000
"""Runs that are read at once."""
MOST_EXPERIMENTS = 50_000
STEPS_BETWEEN_SIGNALS = 100_000
"""Instructions of SQLite's virtual machine between two checks for an interrupt."""
_ALLOWED = frozenset({apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_FUNCTION, apsw.SQLITE_RECURSIVE})


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class Result(NamedTuple):
    """The rows of a statement, with the names of its columns."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def select(store: Store, statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> Result:
    """Run one SELECT statement over the runs of a store that are not deleted.

    Parameters
    ----------
    store : Store
        Any store.
    statement : str
        In the SQL of SQLite; its tables are those of `COLUMNS`.
    values : sequence or mapping
        The values of ``?`` or ``:name`` in it.

    Raises
    ------
    InvalidValue
        When the statement is invalid.
    Refused
        When there are several statements, or one does more than read.
    """
    connection = apsw.Connection(":memory:")
    try:
        connection.execute(_TABLES)
        keys: dict[str, list[str]] = {}
        connection.create_module("points", cast("Any", PointModule(store.metric_history, keys)))
        connection.execute("CREATE VIRTUAL TABLE points USING points")
        tables, columns = _examined(connection, statement, values)
        connection.authorizer = None
        _fill(connection, store, tables, keys)
        return Result(columns, _rows_of(connection, statement, values))
    except apsw.AuthError as error:
        msg = "Only a SELECT statement is permitted: the tables can only be read"
        raise Refused(msg) from error
    except (apsw.SQLError, apsw.BindingsError, apsw.MismatchError, apsw.TooBigError, ValueError) as error:
        there = "; ".join(f"{table} ({', '.join(columns)})" for table, columns in COLUMNS.items())
        msg = f"The statement can't be run: {error}. There are {there}"
        raise InvalidValue(msg) from error
    finally:
        connection.close()


def _examined(connection: apsw.Connection, statement: str, values: Any) -> tuple[set[str], list[str]]:
    """Return the tables that a statement reads, and the names of its columns, without running it."""
    read: set[str] = set()
    columns: list[str] = []

    def authorize(action: int, first: str | None, *_: str | None) -> int:
        if action == apsw.SQLITE_READ and first in COLUMNS:
            read.add(str(first))
        return apsw.SQLITE_OK if action in _ALLOWED else apsw.SQLITE_DENY

    def look(prepared: apsw.Cursor, *_: object) -> bool:
        columns.extend(each[0] for each in prepared.get_description())
        return False

    connection.authorizer = authorize
    cursor = connection.cursor()
    cursor.exec_trace = look
    with contextlib.suppress(apsw.ExecTraceAbort):
        cursor.execute(statement, values)
    if not columns:
        msg = "it has no columns"
        raise ValueError(msg)
    return read, columns


def _rows_of(connection: apsw.Connection, statement: str, values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a statement; a second one is refused before it runs."""
    begun = 0

    def is_first(*_: object) -> bool:
        nonlocal begun
        begun += 1
        return begun == 1

    connection.authorizer = lambda action, *_: apsw.SQLITE_OK if action in _ALLOWED else apsw.SQLITE_DENY
    connection.set_progress_handler(lambda: False, STEPS_BETWEEN_SIGNALS)
    cursor = connection.cursor()
    cursor.exec_trace = is_first
    try:
        return list(cursor.execute(statement, values))
    except apsw.ExecTraceAbort as error:
        msg = "Only one statement at a time is permitted"
        raise Refused(msg) from error


# --- the tables


def _fill(connection: apsw.Connection, store: Store, tables: set[str], keys: dict[str, list[str]]) -> None:
    if not tables:
        return
    experiments = {each.experiment_id: each for each in _experiments(store)}
    with connection:
        for runs in _pages(store, list(experiments)):
            keys.update((each.info.run_id, list(each.data.metrics)) for each in runs)
            for table in tables - {"points"}:
                marks = ", ".join("?" * len(COLUMNS[table]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", _rows(table, runs, experiments))


def _experiments(store: Store) -> Sequence[Experiment]:
    return store.search_experiments(Query(), ViewType.ACTIVE_ONLY, MOST_EXPERIMENTS)


def _pages(store: Store, experiments: Sequence[str]) -> Iterator[Sequence[Run]]:
    token: str | None = None
    while experiments:
        page = store.search_runs(experiments, Query(), ViewType.ACTIVE_ONLY, PAGE, token)
        yield page
        token = page.token
        if token is None:
            return


def _rows(table: str, runs: Iterable[Run], experiments: Mapping[str, Experiment]) -> Iterator[tuple[Any, ...]]:
    for run in runs:
        info, data = run.info, run.data
        if table == "runs":
            took = None if info.end_time is None else (info.end_time - info.start_time) / 1000
            named = experiments[info.experiment_id].name
            yield (info.run_id, info.run_name, info.experiment_id, named, info.status, info.user_id, info.start_time,
                   info.end_time, took)  # fmt: skip
        elif table == "metrics":
            yield from ((info.run_id, each.key, each.value, each.step, each.timestamp) for each in data.latest)
        elif table == "params":
            yield from ((info.run_id, key, _typed(value)) for key, value in data.params.items())
        else:
            yield from ((info.run_id, key, value) for key, value in data.tags.items())


def _typed(value: str) -> float | int | str:
    """Return the value of a parameter, as a number if its text is one, so that it compares as a number."""
    if not _NUMBER.fullmatch(value):
        return value
    try:
        whole = int(value)
    except ValueError:
        number = float(value)
        return number if math.isfinite(number) else value
    return whole if abs(whole) < 1 << 63 else value
