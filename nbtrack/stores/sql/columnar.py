"""The data of many runs as columns, with little work in Python for each value.

Runs are read in order, each with its keys joined into one text. All values of consecutive runs with the same keys are
in one list, in which the values of each key are evenly spaced.
"""

from __future__ import annotations

from array import array
from itertools import chain, compress, groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.entities import RunGroup
from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbtrack.query.sql import Dialect, Fragment
    from nbtrack.stores.sql.database import Connection

CHUNK = 10_000


class Neighbours(NamedTuple):
    """Consecutive runs with the same keys, and their values, run by run."""

    keys: list[str]
    runs: list[int]
    values: list[str] | array[float]


def metric_groups(connection: Connection, dialect: Dialect, where: Fragment) -> Iterator[Neighbours]:
    """Yield the latest values of metrics; keys are read by a separate statement, so that values stay numbers."""
    joined = dialect.joined.format("key")
    owners = connection.execute(
        f"SELECT run, {joined} FROM latest_metrics WHERE {where.sql} GROUP BY run ORDER BY run", where.values
    )
    read = connection.execute(f"SELECT value FROM latest_metrics WHERE {where.sql} ORDER BY run, key", where.values)
    values = _floats(chain.from_iterable(read))
    start = 0
    for joined, several in groupby(owners, key=itemgetter(1)):
        keys = sorted(dialect.parted([joined]))
        runs = [run for run, _ in several]
        end = start + len(runs) * len(keys)
        yield Neighbours(keys, runs, values[start:end])
        start = end


def _floats(values: Iterator[float | None]) -> array[float]:
    """Return values, NaN for None; in chunks, so that few of them are Python objects at the same time."""
    floats = array("d")
    while part := list[Any](islice(values, CHUNK)):
        floats.extend(map(rows.metric_value, part) if None in part else part)
    return floats


def text_groups(connection: Connection, dialect: Dialect, table: str, where: Fragment) -> Iterator[Neighbours]:
    """Yield the values of a table of texts, such as ``params``."""
    joined = f"{dialect.joined.format('key')}, {dialect.joined.format('value')}"
    read = connection.execute(
        f"SELECT run, {joined} FROM {table} WHERE {where.sql} GROUP BY run ORDER BY run", where.values
    )
    for keys, neighbours in groupby(read, key=itemgetter(1)):
        runs, values = [], []
        for run, _, each in neighbours:
            runs.append(run)
            values.append(each)
        yield Neighbours(dialect.parted([keys]), runs, dialect.parted(values))


def group_runs(neighbours: Iterable[Neighbours], at: Mapping[int, int]) -> list[RunGroup]:
    """Group runs by their keys; `at` maps each wanted run to its position."""
    groups: dict[tuple[str, ...], RunGroup] = {}
    for keys, runs, values in neighbours:
        wanted = [run in at for run in runs]
        if not any(wanted):
            continue
        group = groups.setdefault(tuple(keys), RunGroup([], {}))
        group.places.extend(at[run] for run in compress(runs, wanted))
        for number, key in enumerate(keys):
            column = values[number :: len(keys)]
            group.columns.setdefault(key, values[:0]).extend(column if all(wanted) else compress(column, wanted))
    return list(groups.values())
