"""What `SqlStore` needs of a database, and of the storage of points in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from nbtrack.entities import History, Metric
    from nbtrack.query.sql import Dialect
    from nbtrack.stores.blocks import Points


class Connection(Protocol):
    """Runs SQL in the transaction that is open."""

    def execute(self, sql: str, values: Sequence[object] = ...) -> Iterable[tuple[Any, ...]]:
        """Run a statement with ``?`` placeholders, and return its rows."""
        ...


class Database(Protocol):
    """Opens transactions; everything inside one sees the same snapshot."""

    @property
    def dialect(self) -> Dialect:
        """The SQL dialect of the database."""
        ...

    def reading(self, *, points: bool = True) -> AbstractContextManager[Connection]:
        """Open a read-only transaction; without `points` its metrics may lag behind."""
        ...

    def writing(self, run_id: str | None = None) -> AbstractContextManager[Connection]:
        """Open a transaction that may write; it is rolled back when the block raises.

        It excludes other writers of the run that is named or, without one, anybody who creates or renames something.
        """
        ...

    def close(self) -> None:
        """Close every connection of this process."""
        ...


class PointStorage(Protocol):
    """How the points of metrics are stored, in addition to the latest of each."""

    @property
    def COUNTS(self) -> str:  # noqa: N802 - modules implement this as a constant
        """A query of ``run``, ``key``, ``count`` and ``bytes``: the points in each piece, and its size."""
        ...

    def append(self, connection: Connection, row: int, metrics: Sequence[Metric], *, greatest: bool = False) -> None:
        """Add points in the order given, and update the latest of each key; see `block_storage.latest_point`."""
        ...

    def add(self, connection: Connection, row: int, columns: Mapping[str, Points]) -> None:
        """Add columns of points in the order given, and update the latest of each key."""
        ...

    def count(self, connection: Connection, row: int, key: str) -> int:
        """Return the number of points of a metric."""
        ...

    def history(self, connection: Connection, row: int, key: str) -> History:
        """Return every point of a metric."""
        ...

    def drop(self, connection: Connection, row: int, key: str) -> None:
        """Remove every point of a metric."""
        ...
