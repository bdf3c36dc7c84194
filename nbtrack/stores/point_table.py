"""The points of metrics as a table of SQLite, which reads the histories that a statement asks for from a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import apsw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from nbtrack.entities import History

    Histories = Callable[[str, str], History]
    """Returns the points of a metric, by run id and key."""

POINT_COLUMNS = ("run_id", "key", "step", "timestamp", "value")
_RUN_ID, _KEY = 0, 1
_COST_OF_ALL = 1e9
"""The estimated cost of reading all points; each given column divides it by a thousand."""


class PointModule:
    """The module behind the table.

    Parameters
    ----------
    histories : callable
        Returns the points of a metric, by run id and key.
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

    def BestIndex(self, constraints: Sequence[tuple[int, int]], _: object) -> tuple[Any, ...]:  # noqa: N802 - the name that apsw calls
        """Choose the columns whose values are passed to `PointCursor.Filter`: the first equality of each."""
        used: list[tuple[int, bool] | None] = []
        columns: list[int] = []
        for column, operator in constraints:
            wanted = operator == apsw.SQLITE_INDEX_CONSTRAINT_EQ and column in {_RUN_ID, _KEY} - set(columns)
            used.append((len(columns), True) if wanted else None)
            if wanted:
                columns.append(column)
        return used, 0, ",".join(map(str, columns)), False, _COST_OF_ALL / 1_000 ** len(columns)

    def Open(self) -> PointCursor:  # noqa: N802 - the name that apsw calls
        """Return a cursor."""
        return PointCursor(self._histories, self._keys)

    def Disconnect(self) -> None:  # noqa: N802 - the name that apsw calls
        """Do nothing: the table has nothing to close."""

    Destroy = Disconnect


class PointCursor:
    """Walks through the points of some runs and metrics, one history after the other."""

    def __init__(self, histories: Histories, keys: Mapping[str, Sequence[str]]) -> None:
        self._histories, self._keys = histories, keys
        self._series: Iterator[tuple[str, str]] = iter(())
        self._columns: tuple[Sequence[Any], ...] = ()
        self._at, self._count, self._before = 0, 0, 0

    def Filter(self, _: int, columns: str, values: Sequence[object]) -> None:  # noqa: N802 - the name that apsw calls
        """Restart with the points that have these values in some columns."""
        given = dict(zip(map(int, columns.split(",")) if columns else (), values, strict=True))
        runs = [given[_RUN_ID]] if _RUN_ID in given else list(self._keys)
        pairs = ((str(run), key) for run in runs for key in self._keys.get(str(run), ()))
        self._series = (each for each in pairs if _KEY not in given or each[1] == str(given[_KEY]))
        self._before = 0
        self._next_history()

    def _next_history(self) -> None:
        """Go to the first point of the next history that has any."""
        self._before += self._count
        self._at = self._count = 0
        for run_id, key in self._series:
            history = self._histories(run_id, key)
            steps = history.steps.tolist()
            self._count = len(steps)
            if self._count:
                names = [run_id] * self._count, [key] * self._count
                self._columns = (*names, steps, history.timestamps.tolist(), history.values.tolist())
                return

    def Next(self) -> None:  # noqa: N802 - the name that apsw calls
        """Go to the next point."""
        self._at += 1
        if self._at >= self._count:
            self._next_history()

    def Eof(self) -> bool:  # noqa: N802 - the name that apsw calls
        """Return whether there are no more points."""
        return not self._count

    def Column(self, number: int) -> Any:  # noqa: N802 - the name that apsw calls
        """Return a value of the current point; -1 is its number."""
        return self.Rowid() if number < 0 else self._columns[number][self._at]

    def Rowid(self) -> int:  # noqa: N802 - the name that apsw calls
        """Return the number of the current point."""
        return self._before + self._at

    def Close(self) -> None:  # noqa: N802 - the name that apsw calls
        """Discard the points."""
        self._columns = ()
