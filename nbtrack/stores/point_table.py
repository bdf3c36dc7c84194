"""The points of metrics as a table of SQLite, which reads the histories that a statement asks for from a store."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import apsw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from nbtrack.entities import History

    Histories = Callable[[str, str], History]
    """Gives the points of a metric, by run id and key."""

POINT_COLUMNS = ("run_id", "key", "step", "timestamp", "value")
_RUN_ID, _KEY = 0, 1
_COST_OF_ALL = 1e9
"""That of reading all points; each column that is given divides it by a thousand."""


class PointModule:
    """The module behind the table.

    Parameters
    ----------
    histories : callable
        Gives the points of a metric, by run id and key.
    keys : mapping
        The metrics of each run, by its id.
    """

    def __init__(self, histories: Histories, keys: Mapping[str, Sequence[str]]) -> None:
        self._histories, self._keys = histories, keys

    def Create(self, *_: object) -> tuple[str, PointTable]:  # noqa: N802 - the name that apsw calls
        """Return the schema and the table."""
        schema = "CREATE TABLE points (run_id TEXT, key TEXT, step INTEGER, timestamp INTEGER, value REAL)"
        return schema, PointTable(self._histories, self._keys)

    Connect = Create


class PointTable:
    """The table: it tells SQLite that a run id and a key are cheap to look up."""

    def __init__(self, histories: Histories, keys: Mapping[str, Sequence[str]]) -> None:
        self._histories, self._keys = histories, keys

    def BestIndex(self, constraints: Sequence[tuple[int, int]], _: object) -> tuple[Any, ...]:  # noqa: N802 - as above
        """Choose the columns whose values are passed to `PointCursor.Filter`: the first equality of each."""
        used: list[int | None] = []
        columns: list[int] = []
        for column, operator in constraints:
            wanted = operator == apsw.SQLITE_INDEX_CONSTRAINT_EQ and column in {_RUN_ID, _KEY} - set(columns)
            used.append(len(columns) if wanted else None)
            if wanted:
                columns.append(column)
        return used, 0, ",".join(map(str, columns)), False, _COST_OF_ALL / 1_000 ** len(columns)

    def Open(self) -> PointCursor:  # noqa: N802 - as above
        """Return a cursor."""
        return PointCursor(self._histories, self._keys)

    def Disconnect(self) -> None:  # noqa: N802 - as above
        """Do nothing: the table holds nothing open."""

    Destroy = Disconnect


class PointCursor:
    """Walks through the points of some runs and metrics, one history after the other."""

    def __init__(self, histories: Histories, keys: Mapping[str, Sequence[str]]) -> None:
        self._histories, self._keys = histories, keys
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self._row: tuple[Any, ...] | None = None
        self._number = 0

    def Filter(self, _: int, columns: str, values: Sequence[object]) -> None:  # noqa: N802 - as above
        """Begin anew with the points that have these values in some columns."""
        given = dict(zip(map(int, columns.split(",")) if columns else (), values, strict=True))
        runs = [given[_RUN_ID]] if _RUN_ID in given else list(self._keys)
        pairs = ((str(run), key) for run in runs for key in self._keys.get(str(run), ()))
        chosen = (each for each in pairs if _KEY not in given or each[1] == given[_KEY])
        self._rows = chain.from_iterable(self._points(*each) for each in chosen)
        self.Next()

    def _points(self, run_id: str, key: str) -> Iterator[tuple[Any, ...]]:
        history = self._histories(run_id, key)
        for step, timestamp, value in zip(history.steps, history.timestamps, history.values, strict=True):
            yield run_id, key, int(step), int(timestamp), float(value)

    def Next(self) -> None:  # noqa: N802 - as above
        """Go to the next point."""
        self._row = next(self._rows, None)
        self._number += 1

    def Eof(self) -> bool:  # noqa: N802 - as above
        """Return whether there are no more points."""
        return self._row is None

    def Column(self, number: int) -> Any:  # noqa: N802 - as above
        """Return a value of the current point."""
        if self._row is None or number < 0:
            return self._number
        return self._row[number]

    def Rowid(self) -> int:  # noqa: N802 - as above
        """Return the number of the current point."""
        return self._number

    def Close(self) -> None:  # noqa: N802 - as above
        """Forget the points."""
        self._rows = iter(())
