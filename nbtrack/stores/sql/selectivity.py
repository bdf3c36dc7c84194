"""Where a search starts to read: at the matches of a condition, at the runs of its experiments, or along its order."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.query.sql import Fragment, condition, index_matches, keyed_comparisons, required_comparisons
from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.query import Comparison, Query
    from nbtrack.query.sql import Columns, Dialect
    from nbtrack.stores.sql.database import Connection

FEW = 500
"""Up to this many rows are counted, and always listed."""
SAMPLE = 64
"""So many runs, evenly spread over all, tell how many more rows the ways to read have before them."""
PAGE = 100
"""How many runs a reader along the order is assumed to look for."""
_UNSEEN, _NONE = 0.5, 0.1
"""How many runs of the sample count as met by a condition, and by all of them, if none is."""

_COUNTED_AND_SAMPLED = """
    WITH RECURSIVE
    counted AS MATERIALIZED (SELECT {counts}),
    bounds AS MATERIALIZED (SELECT (SELECT MIN(id) FROM runs) AS low, (SELECT MAX(id) FROM runs) AS high),
    span AS MATERIALIZED (SELECT low, high, (high - low) / {sample} / 2 * 2 + 1 AS stride FROM bounds),
    spread (id) AS (
        SELECT low FROM span WHERE (SELECT {many} FROM counted)
        UNION ALL
        SELECT (SELECT MIN(r.id) FROM runs r WHERE r.id > spread.id + stride / 2 + spread.id * 40503 % stride)
        FROM spread CROSS JOIN span WHERE spread.id IS NOT NULL
    ),
    tested AS MATERIALIZED (SELECT {tests} FROM spread JOIN runs r ON r.id = spread.id)
    SELECT counted.*, sampled.*, high - low + 1
    FROM counted CROSS JOIN span CROSS JOIN (SELECT COUNT(*), {met} FROM tested) AS sampled"""

"""The strides differ, so that parameters which recur in the order of the runs are met as often as they are there."""


class Start(Enum):
    """Where a search starts if not at the matches of a comparison."""

    ORDER = auto()
    EXPERIMENTS = auto()


class _Way(NamedTuple):
    start: Comparison | Start
    rows: Fragment
    """Selects a row for each that there is to read."""
    test: Fragment
    """Whether this way leads to the run ``r``."""


def start(
    connection: Connection, query: Query, columns: Columns, dialect: Dialect, among: Sequence[Fragment]
) -> Comparison | Start:
    """Return where a search starts, so that it reads as few rows as possible; by one statement, or none."""
    ways = _ways(query, columns, dialect, among)
    if not ways:
        return Start.ORDER
    attributes = [each for each in required_comparisons(query.where) if each.entity == "attribute"]
    counts = [Fragment(f"(SELECT COUNT(*) FROM ({each.rows.sql} LIMIT ?) AS probe)", each.rows.values) for each in ways]
    tests = [*(each.test for each in ways), _all([condition(each, columns, dialect) for each in attributes])]
    names = range(len(ways))
    sql = _COUNTED_AND_SAMPLED.format(
        counts=", ".join(f"{each.sql} AS c{number}" for number, each in enumerate(counts)),
        many=" AND ".join(f"c{number} > {FEW}" for number in names),
        sample=SAMPLE,
        tests=", ".join(f"{each.sql} AS t{number}" for number, each in enumerate(tests)),
        met=", ".join(
            f"SUM(CASE WHEN {each} THEN 1 ELSE 0 END)"
            for each in (*(f"t{number}" for number in names), " AND ".join(f"t{n}" for n in range(len(tests))))
        ),
    )
    values = [
        *(value for each in counts for value in (*each.values, FEW + 1)),
        *(v for each in tests for v in each.values),
    ]
    found = rows.first_row(connection, sql, values) or ()
    return _fewest(ways, found[: len(ways)], found[len(ways) :], in_order=_is_keyed(query, columns))


def _ways(query: Query, columns: Columns, dialect: Dialect, among: Sequence[Fragment]) -> list[_Way]:
    """Return the ways to read but for that along the order."""
    keyed = keyed_comparisons(query.where, columns)
    if not keyed and not _is_keyed(query, columns):
        return []
    here = _all(among)
    own = _Way(Start.EXPERIMENTS, Fragment(f"SELECT 1 FROM {columns.table} r WHERE {here.sql}", here.values), here)
    tested = columns._replace(listed=())
    matches = index_matches(query.where, columns, dialect)
    return [*(_Way(each, found, condition(each, tested, dialect)) for each, found in matches), own]


def _is_keyed(query: Query, columns: Columns) -> bool:
    return bool(query.order) and query.order[0].entity in columns.tables


def _fewest(
    ways: Sequence[_Way], counts: Sequence[int], sampled: Sequence[int | None], *, in_order: bool
) -> Comparison | Start:
    """Return the way with the fewest rows to read: as they were counted, or else as the sample lets expect."""
    least, number = min((count, number) for number, count in enumerate(counts))
    taken, *met, total = (each or 0 for each in sampled)
    if least <= FEW or not taken:
        return ways[number].start
    *each_way, together = met
    expected = [(max(count, _UNSEEN) / taken * total, number) for number, count in enumerate(each_way)]
    passed = taken if in_order else max(each_way[-1], _UNSEEN)
    along = min(PAGE * passed / max(together, _NONE), total)
    fewest, number = min(expected)
    return ways[number].start if fewest < along else Start.ORDER


def _all(parts: Sequence[Fragment]) -> Fragment:
    sql = " AND ".join(each.sql for each in parts) or "1 = 1"
    return Fragment(f"({sql})", tuple(value for each in parts for value in each.values))
